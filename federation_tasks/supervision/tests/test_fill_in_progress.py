"""A department fills in progress on the page of a task: the form, its refusals, and that nothing typed is lost."""

import datetime as dt

import pytest
import time_machine

from departments.testing import TODAY
from federation_tasks.plan.models import Milestone
from federation_tasks.supervision.updates import record_update


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def beds(plan, cast):
    return plan.task(cast.kfb, measure="quantity", quantity=3000, unit="张", progress=0, state="acknowledged")


def send(cast, task, part="clerk", **typed):
    return cast.client(part).post(f"/tasks/{task.pk}/updates/", typed, follow=True)


def test_a_quantity_with_separators_is_a_number(beds, cast):
    page = send(cast, beds, quantity_done="１,２００", text="完成一批")
    assert "已登记进展，现在进度是 40%。" in page.content.decode()
    beds.refresh_from_db()
    assert (beds.quantity_done, beds.state) == (1200, "in_progress")


@pytest.mark.parametrize(("typed", "field", "sentence"), [
    ({"quantity_done": "约三百"}, "quantity_done", "累计完成只填数字"), ({"quantity_done": "N/A"}, "quantity_done", "累计完成只填数字"),
    ({"quantity_done": "-1"}, "quantity_done", "不能小于 0"), ({"quantity_done": ""}, "quantity_done", "请填累计完成多少"),
    ({"quantity_done": "1.234"}, "quantity_done", "两位小数"), ({"text": " "}, "text", "请写进展说明"), ({"on": "明天"}, "on", "年-月-日"),
    ({"on": "2026-10-22"}, "on", "不能晚于今天"), ({"on": "2026-06-30"}, "on", "不能早于任务开始的那天"), ({"quantity_done": "10"}, "reason", "请写明原因"),
])  # fmt: skip
def test_a_refusal_stands_at_the_field_and_in_the_summary_and_keeps_the_rest(beds, cast, typed, field, sentence):
    record_update(beds, cast.access("clerk"), text="先前", quantity_done=20)
    page = send(cast, beds, **({"quantity_done": "300", "text": "写了很久的说明", "reason": "", "on": ""} | typed)).content.decode()
    assert "<title>错误：" in page
    assert f'<a href="#id_{field}">' in page
    assert page.count(sentence) >= 2
    assert f'id="id_{field}_error"' in page
    if "text" not in typed:
        assert "写了很久的说明" in page
    assert beds.updates.count() == 1


@pytest.mark.parametrize("typed", ["101", "-1", "百分之五", "50.5", ""])
def test_a_percentage_that_is_none_is_refused_in_a_sentence(plan, cast, typed):
    task = plan.task(cast.kfb)
    page = send(cast, task, progress=typed, text="进展").content.decode()
    assert ("请填进度" if not typed else "进度只填 0 到 100 的整数") in page
    assert not task.updates.exists()


def test_milestones_are_ticked(plan, cast):
    task = plan.task(cast.kfb, measure="milestones", progress=0)
    rows = [Milestone.objects.create(task=task, name=f"第{n}步", order=n) for n in range(4)]
    assert "第3步" in cast.client("clerk").get(f"/tasks/{task.pk}/").content.decode()
    send(cast, task, milestones_done=[rows[0].pk, rows[1].pk], text="两步")
    task.refresh_from_db()
    assert task.progress == 50
    page = send(cast, task, milestones_done=["999999"], text="进展").content.decode()
    assert "有的里程碑不属于这项任务" in page
    assert 'href="#id_milestones_done_0"' in page
    assert "比上次低" in send(cast, task, text="一个都没有完成").content.decode()


def test_a_supporting_department_may_leave_the_figure_out(beds, cast):
    beds.supporting.add(cast.jjb)
    page = cast.client("other_head").get(f"/tasks/{beds.pk}/").content.decode()
    assert "累计完成（张）（选填）" in page
    send(cast, beds, "other_head", text="我们配合的部分做完了")
    assert [row.department for row in beds.updates.all()] == [cast.jjb]


@pytest.mark.parametrize(("part", "status"), [("clerk", 200), ("staff", 403), ("deputy", 403), ("office", 403), ("other_head", 404), ("auditor", 404)])
def test_who_may_send_the_form(beds, cast, part, status):
    assert send(cast, beds, part, quantity_done="1", text="进展").status_code == status
    has_form = cast.client(part).get(f"/tasks/{beds.pk}/").context["page"].update_form if status != 404 else None
    assert bool(has_form) == (status == 200)


def test_staff_fill_in_what_they_carry_out(beds, cast):
    beds.assignee = cast.staff
    beds.save()
    assert send(cast, beds, "staff", quantity_done="1", text="进展").status_code == 200
    assert beds.updates.get().author == cast.staff


def test_a_suspended_task_says_why_there_is_no_form_and_answers_409(plan, cast):
    task = plan.task(cast.kfb, state="suspended", state_before="assigned")
    assert "现在不能填进展" in cast.client("clerk").get(f"/tasks/{task.pk}/").content.decode()
    answer = send(cast, task, progress="80", text="写了很久的说明")
    assert answer.status_code == 409
    assert "写了很久的说明" in answer.content.decode()


def test_a_backdated_update_says_on_the_page_that_it_was_added_later(plan, cast):
    task = plan.task(cast.kfb)
    send(cast, task, progress="80", text="补记的", on="2026年9月1日")
    event = next(event for event in cast.client("clerk").get(f"/tasks/{task.pk}/").context["page"].timeline.every if event.text == "补记的")
    assert (event.on, event.title) == (dt.date(2026, 9, 1), "进展（10月21日补记）")
