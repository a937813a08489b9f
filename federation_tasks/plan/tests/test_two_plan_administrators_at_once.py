"""Two plan administrators on one page with rows: no row is overwritten, brought back or deleted silently."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from departments.access import Role
from departments.testing import TODAY, filled, person
from federation_tasks.plan.models import Milestone, Target, WorkdayOverride


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


@pytest.fixture
def other(client, cast):
    client.force_login(person("second", "计划员乙", Role.PLAN))
    return client


@pytest.fixture
def mine(cast):
    return cast.client("plan_admin")


@pytest.fixture
def task(cast, plan):
    task = plan.task(cast.kfb, measure="milestones", progress=0)
    for order, name in enumerate(["筛选", "建立", "巩固"]):
        Milestone.objects.create(task=task, name=name, order=order)
    return task


def page_of(row):
    return reverse(f"admin:plan_{row._meta.model_name}_change", args=[row.pk])


def saved(client, row, **changes):
    answer = client.post(page_of(row), filled(client.get(page_of(row)), **{"change_reason": "乙改的"} | changes))
    assert answer.status_code == 302, answer.context["errors"]


def said(answer):
    return unescape(answer.content.decode())


def again(answer, **changes):
    data = filled(answer)
    for form in (answer.context["adminform"].form, *(form for rows in answer.context["inline_admin_formsets"] for form in rows.formset.forms)):
        for one in form.conflicts.values():
            data.setdefault(one.undecided, []).append(one.name)
        if form.gone:
            data[f"{form.gone.html_name}-gone"] = form.gone.key
    return data | changes


def names(task):
    return list(task.milestones.order_by("order", "pk").values_list("name", flat=True))


def test_each_in_his_own_rows_both_are_saved(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-0-name": "筛选（乙）"})
    answer = mine.post(page_of(task), data | {"milestones-1-name": "建立（甲）", "change_reason": "甲"}, follow=True)
    assert "筛选（乙） 里程碑" in said(answer)
    assert names(task) == ["筛选（乙）", "建立（甲）", "巩固"]


def test_two_in_one_row_are_asked_there(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-1-name": "<b>乙"})
    answer = mine.post(page_of(task), data | {"milestones-1-name": "<i>甲", "milestones-2-weight": "5", "change_reason": "甲"})
    text = answer.content.decode()
    assert 'href="#id_choose-milestones-1-name_0"' in text
    assert "&lt;b&gt;乙</blockquote>" in text
    assert "&lt;i&gt;甲</blockquote>" in text
    assert "计划员乙 2026-10-21 17:00" in text
    assert names(task) == ["筛选", "<b>乙", "巩固"]
    assert mine.post(page_of(task), again(answer, **{"choose-milestones-1-name": "mine"})).status_code == 302
    assert names(task) == ["筛选", "<i>甲", "巩固"]
    assert task.milestones.get(name="巩固").weight == 5


def test_a_text_of_several_lines_can_keep_both(mine, other, cast, plan):
    target = Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="指标", standard="旧的标准")
    data = filled(mine.get(page_of(target)))
    saved(other, target, standard="乙的标准")
    answer = mine.post(page_of(target), data | {"standard": "甲的标准", "change_reason": "甲"})
    assert "两段都留，对方的在前" in said(answer)
    assert mine.post(page_of(target), again(answer, **{"choose-standard": "both"})).status_code == 302
    assert Target.objects.get().standard == "乙的标准\n甲的标准"


def test_a_row_that_the_other_deleted_and_nobody_else_touched_stays_deleted(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-0-DELETE": "on"})
    answer = mine.post(page_of(task), data | {"milestones-1-name": "建立（甲）", "change_reason": "甲"}, follow=True)
    assert "已经按对方的：筛选" in said(answer)
    assert names(task) == ["建立（甲）", "巩固"]


@pytest.mark.parametrize(("choice", "stand"), [("mine", ["筛选（甲）", "建立", "巩固", "新的"]), ("theirs", ["建立", "巩固", "新的"])])
def test_a_row_that_the_other_deleted_and_that_was_changed_here_is_asked_about(mine, other, task, choice, stand):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-0-DELETE": "on"})
    sent = {"milestones-0-name": "筛选（甲）", "milestones-3-name": "新的", "milestones-3-order": "9", "change_reason": "甲"}
    answer = mine.post(page_of(task), data | sent)
    for _ in range(2):
        assert "“筛选”" in said(answer)
        assert "计划员乙 2026-10-21 17:00" in said(answer)
        assert 'href="#id_choose-milestones-2_0"' in said(answer)
        assert "筛选（甲）" in said(answer)
        assert names(task) == ["建立", "巩固"]
        answer = mine.post(page_of(task), again(answer))
    assert "还没有选定" in said(answer)
    assert mine.post(page_of(task), again(answer, **{"choose-milestones-2": choice})).status_code == 302
    assert names(task) == stand


def test_choices_at_other_rows_move_with_the_rows(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-2-name": "巩固（乙）"})
    answer = mine.post(page_of(task), data | {"milestones-2-name": "巩固（甲）", "change_reason": "甲"})
    saved(other, task, **{"milestones-0-DELETE": "on"})
    assert mine.post(page_of(task), again(answer, **{"choose-milestones-2-name": "mine"})).status_code == 302
    assert names(task) == ["建立", "巩固（甲）"]


def test_a_row_that_was_changed_meanwhile_is_not_deleted_unseen(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-0-name": "筛选（乙）"})
    answer = mine.post(page_of(task), data | {"milestones-0-DELETE": "on", "change_reason": "甲"})
    assert "计划员乙 2026-10-21 17:00改过“筛选（乙）”" in said(answer)
    assert answer.context["inline_admin_formsets"][0].formset.forms[0]["name"].value() == "筛选（乙）"
    assert mine.post(page_of(task), again(answer, **{"milestones-0-DELETE": "on"})).status_code == 302
    assert names(task) == ["建立", "巩固"]


def test_rows_that_the_other_added_stay_and_keep_their_places(mine, other, task):
    data = filled(mine.get(page_of(task)))
    saved(other, task, **{"milestones-3-name": "最先", "milestones-3-order": "0"})
    answer = mine.post(page_of(task), data | {"milestones-1-name": "建立（甲）"})  # without a reason
    legends = said(answer).split("<legend>里程碑：")[1:]
    assert [legend.split("</legend>")[0] for legend in legends] == ["筛选", "建立（甲）", "巩固"]
    assert mine.post(page_of(task), again(answer, change_reason="甲")).status_code == 302
    assert set(names(task)) == {"筛选", "建立（甲）", "巩固", "最先"}


def test_what_was_closed_meanwhile_is_said_not_dropped(mine, other, cast, plan):
    period = type(plan.period).objects.create(year=2027, half=1)
    task = plan.task(cast.kfb, period=period, start=dt.date(2027, 1, 1), due=dt.date(2027, 5, 31))
    data = filled(mine.get(page_of(task)))
    period.state = "open"
    period.save()
    answer = mine.post(page_of(task), data | {"due": "2027-06-01", "change_reason": "甲"})
    assert "您填的“2027-06-01”没有保存" in said(answer)
    assert mine.post(page_of(task), again(answer)).status_code == 302


def test_the_confirmation_says_that_somebody_has_changed_what_is_to_be_deleted(mine, other, plan):
    row = WorkdayOverride.objects.create(day=dt.date(2026, 12, 31), is_workday=True)
    delete = reverse("admin:plan_workdayoverride_delete", args=[row.pk])
    shown = said(mine.get(page_of(row)))
    link = shown.split(f'href="{delete}')[1].split('"')[0]
    assert "改过它" not in said(mine.get(delete + link))
    seen = mine.get(delete).context["seen"]
    saved(other, row, note="年底加班")
    assert "计划员乙 2026-10-21 17:00改过它" in said(mine.get(delete + link))
    answer = mine.post(delete, {"post": "yes", "seen": seen})
    assert "还没有删除" in said(answer)
    assert WorkdayOverride.objects.exists()
    assert mine.post(delete, {"post": "yes", "seen": answer.context["seen"]}).status_code == 302
    assert not WorkdayOverride.objects.exists()


def test_conflicts_at_many_rows_cost_no_more_queries_than_at_one(mine, other, task):
    def queries(changed):
        data = filled(mine.get(page_of(task)))
        saved(other, task, **{f"milestones-{n}-name": f"乙 {changed} {n}" for n in range(changed)})
        with CaptureQueriesContext(connection) as found:
            mine.post(page_of(task), data | {f"milestones-{n}-name": f"甲 {n}" for n in range(changed)} | {"change_reason": "甲"})
        return len(found)

    assert queries(1) == queries(3)


@pytest.mark.parametrize(
    "sent", [{}, {"milestones-TOTAL_FORMS": "x"}, {"milestones-INITIAL_FORMS": "99999", "milestones-TOTAL_FORMS": "99999", "milestones-7-id": "８"}]
)
def test_what_is_no_form_at_all_changes_nothing(mine, task, sent):
    for address in (page_of(task), "/admin/plan/task/add/"):
        assert mine.post(address, sent).status_code == 200
    assert names(task) == ["筛选", "建立", "巩固"]
