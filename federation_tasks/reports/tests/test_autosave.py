"""A form saves itself: the changed fields only, merged with what others wrote, and the page learns what it must know."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from departments.sessions.models import Session
from federation_tasks.audit.models import Entry
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.models import Opened, Problem, Report, ReportItem, Saved
from federation_tasks.workflow.moves import perform

from .conftest import MORNING, fields_of

pytestmark = pytest.mark.usefixtures("morning")
AUTOSAVE = "/reports/2026H2/kfb/autosave/"


class Desk:
    """A page that stands open: it sends what changed and remembers the revision that it was answered."""

    def __init__(self, walk, part):
        self.client = walk(part).client
        self.begin()

    def begin(self):
        fields = fields_of(self.client.get("/reports/2026H2/kfb/edit/"))
        self.page, self.revision = fields["page"], fields["revision"]

    def send(self, **changed):
        answer = self.client.post(AUTOSAVE, {"revision": self.revision, "page": self.page} | changed)
        assert answer.status_code == 200, answer.content.decode()
        found = answer.json()
        self.revision = found["revision"]
        return found


@pytest.fixture
def desk(walk, draft):
    return lambda part: Desk(walk, part)


@pytest.fixture
def narratives(tasks):
    return [f"items-{task.pk}-narrative" for task in tasks]


def said(task):
    return ReportItem.objects.get(task=task).narrative


def test_only_what_changed_is_sent_and_only_that_is_written(desk, narratives, tasks):
    found = desk("clerk").send(**{narratives[1]: "已经封顶。"})
    assert (found["saved"], found["at"], found["conflicts"], found["errors"], found["theirs"]) == (1, "09:00", [], {}, {})
    assert [said(task) for task in tasks] == ["儿童康复救助的完成情况。", "已经封顶。", "康复条例调研的完成情况。"]
    saved = Saved.objects.get()
    assert saved.changes == {narratives[1]: ["康复楼建设的完成情况。", "已经封顶。"]}
    assert (saved.number, saved.by.name) == (found["revision"], "康复部联络员")


def test_boxes_are_ticked_and_unticked_one_by_one(desk, tasks):
    clerk = desk("clerk")
    steps = [str(row.pk) for row in tasks[1].milestones.all()]
    name = f"items-{tasks[1].pk}-milestones_done"
    clerk.send(**{name: steps[:2], f"items-{tasks[2].pk}-is_no_progress": "on"})
    assert ReportItem.objects.get(task=tasks[1]).stated_progress == 50
    assert ReportItem.objects.get(task=tasks[2]).is_no_progress
    clerk.send(**{name: "", f"items-{tasks[2].pk}-is_no_progress": ""})
    assert ReportItem.objects.get(task=tasks[1]).stated_progress == 0
    assert not ReportItem.objects.get(task=tasks[2]).is_no_progress


def test_a_new_row_keeps_its_key_from_the_first_letter_on(desk, draft):
    clerk = desk("clerk")
    clerk.send(**{"problems-anew-text": "新"})
    clerk.send(**{"problems-anew-text": "新的问题", "problems-anew-owner": "李四"})
    assert [(row.text, row.owner) for row in draft.problems.all()][1:] == [("新的问题", "李四")]
    clerk.send(**{"problems-anew-text": "", "problems-anew-owner": ""})
    assert draft.problems.count() == 1
    clerk.send(**{"problems-anew-text": "又写了"})
    assert draft.problems.count() == 2


def test_a_tick_for_removal_waits_for_the_button(desk, draft):
    prefix = draft.problems.get().prefix
    desk("clerk").send(**{f"{prefix}-remove": "on", f"{prefix}-text": "改了"})
    assert draft.problems.get().text == "改了"


def test_nothing_changed_is_no_revision_and_writes_no_audit_row(desk, draft, narratives):
    clerk = desk("clerk")
    before = Entry.objects.count()
    assert clerk.send()["revision"] == draft.revision
    assert clerk.send(**{narratives[0]: "儿童康复救助的完成情况。 "})["saved"] == 0
    assert Entry.objects.count() == before
    assert not Saved.objects.exists()


def test_each_save_is_one_audit_row_that_can_be_told_from_acts(desk, narratives):
    clerk = desk("clerk")
    before = Entry.objects.count()
    clerk.send(**{narratives[0]: "改了"})
    (row,) = Entry.objects.order_by("pk")[before:]
    assert (row.verb, row.kind, row.username) == ("autosave", "reports.reportitem", "clerk")
    assert "改了" not in str(row.after)


def test_a_refused_value_is_told_at_its_field_and_the_rest_is_saved(desk, narratives, tasks):
    name = f"items-{tasks[0].pk}-quantity_done"
    found = desk("clerk").send(**{name: "约三百", narratives[0]: "写了"})
    assert found["errors"] == {f"id_{name}": "数量只填数字，例如 300；没有数量请留空。"}
    assert said(tasks[0]) == "写了"
    assert ReportItem.objects.get(task=tasks[0]).stated_quantity == 792


def test_what_others_wrote_comes_to_the_page(desk, narratives, tasks):
    clerk, head = desk("clerk"), desk("head")
    head.send(**{narratives[2]: "主任写的", "problems-anew-text": "主任加的"})
    found = clerk.send(**{narratives[1]: "联络员写的"})
    assert found["theirs"] == {narratives[2]: "主任写的", "problems-anew-text": "主任加的"}
    assert found["others"] == ["康复部主任"]
    assert clerk.send()["theirs"] == {}
    assert [said(task) for task in tasks[1:]] == ["联络员写的", "主任写的"]


def test_into_the_same_field_neither_wins_silently(desk, narratives, tasks):
    clerk, head = desk("clerk"), desk("head")
    head.send(**{narratives[2]: "主任写的"})
    found = clerk.send(**{narratives[2]: "联络员写的", narratives[1]: "别处照存"})
    (conflict,) = found["conflicts"]
    assert conflict == {
        "name": narratives[2], "label": "康复条例调研 完成情况", "target": f"id_{narratives[2]}",
        "mine": "联络员写的", "theirs": "主任写的", "value": "主任写的", "by": "康复部主任 09:00",
    }  # fmt: skip
    assert [said(task) for task in tasks[1:]] == ["别处照存", "主任写的"]
    clerk.send(**{narratives[2]: "合并以后的"})  # knowingly: on the revision that showed both
    assert said(tasks[2]) == "合并以后的"


def test_an_answer_that_never_came_makes_no_conflict_with_oneself(desk, narratives, tasks):
    clerk = desk("clerk")
    stale = clerk.revision
    clerk.send(**{narratives[2]: "写到一半"})
    clerk.revision = stale
    assert clerk.send(**{narratives[2]: "写到一半，又写完"})["conflicts"] == []
    assert said(tasks[2]) == "写到一半，又写完"


def test_the_same_person_at_two_pages_is_two(desk, narratives, tasks):
    here, there = desk("clerk"), desk("clerk")  # two browsers
    here.send(**{narratives[2]: "这一页"})
    assert [one["mine"] for one in there.send(**{narratives[2]: "那一页"})["conflicts"]] == ["那一页"]


@pytest.mark.parametrize("revision", ["", "-1", "999", "1.5", "１", "x" * 50])
def test_a_page_of_no_known_revision_overwrites_nothing(walk, draft, narratives, tasks, revision):
    answer = walk("clerk").client.post(AUTOSAVE, {"revision": revision, narratives[2]: "联络员写的"}).json()
    assert [one["theirs"] for one in answer["conflicts"]] == ["康复条例调研的完成情况。"]
    assert said(tasks[2]) == "康复条例调研的完成情况。"


def test_who_closes_the_page_is_no_more_shown_and_his_last_words_are_saved(desk, narratives, tasks):
    clerk, head = desk("clerk"), desk("head")
    assert clerk.send()["others"] == ["康复部主任"]
    head.send(**{narratives[2]: "最后一句", "leaving": "1"})
    assert clerk.send()["others"] == []
    assert said(tasks[2]) == "最后一句"


def test_who_says_nothing_for_a_minute_is_no_more_shown(walk, draft, desk):
    desk("head")
    clerk = desk("clerk")
    with time_machine.travel(MORNING + dt.timedelta(seconds=61), tick=False):
        assert clerk.send()["others"] == []
    assert Opened.objects.count() == 2


def test_it_keeps_no_session_alive(walk, draft, narratives):
    client = walk("clerk").client
    client.get("/")
    before = Session.objects.values_list("acted_at", flat=True).order_by("pk").last()
    with time_machine.travel(MORNING + dt.timedelta(minutes=5), tick=False):
        client.post(AUTOSAVE, {"revision": draft.revision, narratives[0]: "写着"})
        assert Session.objects.values_list("acted_at", flat=True).order_by("pk").last() == before
        client.get("/")
        assert Session.objects.values_list("acted_at", flat=True).order_by("pk").last() > before


def test_a_submitted_report_says_why_it_cannot_be_saved(desk, draft, cast, narratives):
    clerk = desk("clerk")
    perform(Report.objects.get(), "submit", cast.access("head"))
    answer = clerk.client.post(AUTOSAVE, {"revision": clerk.revision, narratives[0]: "晚了"})
    assert answer.status_code == 409
    assert "不能保存修改" in answer.json()["sentence"]
    assert "晚了" not in said(ReportItem.objects.first().task)


def test_a_page_of_somebody_else_is_not_saved_under_this_name(walk, cast, draft, narratives):
    answer = walk("head").client.post(AUTOSAVE, {"revision": draft.revision, "who": cast.clerk.pk, narratives[0]: "联络员写的"})
    assert answer.status_code == 409
    assert "另一个人" in answer.json()["sentence"]
    assert said(draft.items.first().task) != "联络员写的"


def test_without_a_token_or_a_session_nothing_is_saved(cast, draft, narratives):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.clerk)
    assert strict.post(AUTOSAVE, {"revision": draft.revision, narratives[0]: "伪造"}).status_code == 403
    assert Client().post(AUTOSAVE, {narratives[0]: "没有登录"}).status_code == 302
    assert not Saved.objects.exists()


def test_the_work_does_not_grow_with_the_report(desk, plan, cast, draft, narratives, django_assert_max_num_queries):
    clerk = desk("clerk")
    clerk.send(**{narratives[1]: "先写一处"})
    for number in range(30):
        plan.task(cast.kfb, title=f"任务 {number}", state=TaskState.IN_PROGRESS)
        Problem.objects.create(report=draft, text="问题")
    clerk.client.get("/reports/2026H2/kfb/edit/")
    with django_assert_max_num_queries(24):
        clerk.send(**{narratives[1]: "写一处"})
    with django_assert_max_num_queries(14):
        clerk.send()
