"""A due date that is put off: the lights, the dashboard, the digest, the list and the circular say the same on every day around it, and show both dates.

An extension asked one day before, on, and one day after the due date; approved, refused, and granted unasked; a claim made late; a
suspension that is resumed (issue 4, It must show 3). Each story is lived through day by day, so that past days stand as they were.
"""

import datetime as dt

import pytest
import time_machine
from django.http import QueryDict

from departments.models import Department
from federation_tasks.dashboard.summary import summarise
from federation_tasks.digests import letters
from federation_tasks.meetings.circular import content_of
from federation_tasks.plan.lights import Lamps, light_on
from federation_tasks.plan.models import Task
from federation_tasks.supervision.filters import TaskFilter
from federation_tasks.supervision.listing import TaskList
from federation_tasks.supervision.models import Extension
from federation_tasks.workflow.moves import WrongState, perform

DUE = dt.date(2026, 10, 21)
DECISION, NEW_DUE = dt.date(2026, 10, 23), dt.date(2026, 11, 10)
DAY = dt.timedelta(days=1)
PARTS = ("deputy", "principal")
# The days that are looked at: around the first due date, before and on the day of decision, and around the new date.
DAYS = [DUE - DAY, DUE, DUE + DAY, DECISION, DECISION + DAY, NEW_DUE, NEW_DUE + DAY]


class Story:
    """One task and what happens to it on which day; a day is looked at after what happened on it."""

    def __init__(self, plan, cast, digest_of):
        self.plan, self.cast, self.digest_of = plan, cast, digest_of
        self.task = plan.task(cast.kfb, title="康复大楼装修", due=DUE, state="in_progress", progress=100)
        self.extension = Extension(task=self.task)

    def ask(self, day):
        perform(self.extension, "ask", self.cast.access("head", day), reason="设备到货晚", asked_due=NEW_DUE, standing="已完成招标")

    def ask_too_late(self, day):
        with pytest.raises(WrongState, match="已经过了，不能再申请延期。现在只有分管本单位的副理事长 副理事长乙，或者主要领导，可以直接定新的日期"):
            self.ask(day)

    def approve(self, day):
        perform(self.extension, "approve", self.cast.access("deputy", day), new_due=NEW_DUE)

    def refuse(self, day):
        perform(self.extension, "refuse", self.cast.access("deputy", day), reason="抓紧办")

    def grant(self, day):
        perform(Extension(task=self.task), "grant", self.cast.access("principal", day), reason="上级调整安排", new_due=NEW_DUE)

    def claim(self, day):
        perform(self.task, "claim", self.cast.access("head", day))

    def confirm(self, day):
        perform(self.task, "confirm", self.cast.access("deputy", day))

    def suspend(self, day):
        perform(self.task, "suspend", self.cast.access("office", day), reason="等上级文件")

    def resume(self, day):
        perform(self.task, "resume", self.cast.access("office", day))

    def light(self, day):
        """Return the light on a day, after every place has been asked and all have said the same."""
        self.task.refresh_from_db()
        light = light_on(self.task, day, Lamps(day).thresholds)
        assert Task.objects.with_light(day).get().light == light
        for part in PARTS:
            summary = summarise(self.cast.access(part, day), self.plan.period, day)
            digest = self.digest_of(getattr(self.cast, part), day)
            for counts in (summary.counts, digest.counts, self.listed(part, "", day).counts):
                assert {name.value: n for name, n in counts.lights.items() if n} == {light.value: 1}
            reds = [self.task] if light == "red" else []
            assert [row.task for row in summary.overdue] == digest.overdue == reds
            assert [row.task for row in self.listed(part, "light=red", day).rows] == reds
        self.circular_agrees(light.value, day)
        return light.value

    def circular_agrees(self, light, day):
        """Say the same by the present date, and by the original one what appraisal counts."""
        task, told = self.task, content_of(self.plan.period, Department.objects.all(), day)["total"]
        is_claimed_in_time = task.state == "claimed" and task.claimed_on <= DUE
        expected = {
            "done": light == "done",
            "overdue": light == "red",
            "suspended": light == "grey",
            "extended": task.due != DUE,
            "late": light == "done" and task.completed_on > task.due,
            "late_by_original": light == "done" and task.completed_on > DUE,
            "overdue_by_original": day > DUE and light not in {"done", "grey"} and not is_claimed_in_time,
        }
        assert {name: bool(told[name]) for name in expected} == expected

    def listed(self, part, query, day):
        form = TaskFilter(QueryDict(query), self.cast.access(part, day))
        assert form.is_valid()
        return TaskList(form, form.access, "")

    def get(self, part, address, day):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            return self.cast.client(part).get(address)


@pytest.fixture
def story(plan, cast, digest_of):
    return Story(plan, cast, digest_of)


BEFORE, ON, AFTER = DUE - DAY, DUE, DUE + DAY
STORIES = {
    # name: (what happens on which day, the light on each of DAYS)
    "asked a day before, approved": ([(BEFORE, "ask"), (DECISION, "approve")], "blue blue red green green blue red"),
    "asked on the due date, approved": ([(ON, "ask"), (DECISION, "approve")], "blue blue red green green blue red"),
    "asked a day before, approved in time": ([(BEFORE, "ask"), (ON, "approve")], "blue green green green green blue red"),
    "asked a day before, refused": ([(BEFORE, "ask"), (DECISION, "refuse")], "blue blue red red red red red"),
    "asked on the due date, refused": ([(ON, "ask"), (DECISION, "refuse")], "blue blue red red red red red"),
    "asked a day after": ([(AFTER, "ask_too_late")], "blue blue red red red red red"),
    "asked a day after, granted unasked": ([(AFTER, "ask_too_late"), (DECISION, "grant")], "blue blue red green green blue red"),
    "granted unasked before the due date": ([(BEFORE, "grant")], "green green green green green blue red"),
    "claimed late": ([(DECISION, "claim")], "blue blue red red red red red"),
    "claimed late, confirmed": ([(AFTER, "claim"), (DECISION, "confirm")], "blue blue red done done done done"),
    "put off, then claimed after the first date": ([(ON, "ask"), (DECISION, "approve"), (NEW_DUE, "claim")], "blue blue red green green green green"),
    "put off, then claimed late": ([(ON, "ask"), (DECISION, "approve"), (NEW_DUE + DAY, "claim")], "blue blue red green green blue red"),
    "suspended, resumed after the due date": ([(ON, "suspend"), (DECISION, "resume")], "blue grey grey red red red red"),
    "asked, suspended, resumed, approved": (
        [(BEFORE, "ask"), (ON, "suspend"), (DECISION, "resume"), (DECISION + DAY, "approve")], "blue grey grey red green blue red",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STORIES)
def test_all_places_agree_on_every_day_of_the_story(story, name):
    happens, lights = STORIES[name]
    seen = []
    for day in DAYS:
        for when, what in happens:
            if when == day:
                getattr(story, what)(day)
        seen.append(story.light(day))
    assert seen == lights.split()
    assert story.task.original_due == DUE


@pytest.mark.parametrize("move", ["approve", "grant"])
def test_both_dates_stand_wherever_the_due_date_does(story, cast, move):
    if move == "approve":
        story.ask(ON)
    getattr(story, move)(DECISION)
    day = NEW_DUE + DAY
    first = {  # how each place writes the first date
        f"/tasks/{story.task.pk}/": "原定 2026年10月21日", f"/tasks/{story.task.pk}/extension/": "考核按原定日期", "/tasks/": "原定 10月21日",
        "/dashboard/": "原定 2026-10-21", "/extensions/": "2026-10-21",
    }  # fmt: skip
    for address, words in first.items():
        page = story.get("deputy", address, day).content.decode()
        assert words in page, address
        assert any(new in page for new in ("11月10日", "2026-11-10")), address
    assert "11月10日到期（原定 10月21日）" in story.get("head", "/", day).content.decode()
    assert "11月10日到期（原定10月21日）" in letters.overdue_digest(story.digest_of(cast.deputy, day)).text
    assert "2026-11-10（原定 2026-10-21）" in story.get("plan_admin", "/admin/plan/task/", day).content.decode()


@pytest.mark.parametrize("move", ["approve", "grant"])
def test_a_task_that_is_put_off_is_resolved_in_the_next_letter(story, cast, send_round, settings, move):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    if move == "approve":
        story.ask(ON)
    send_round(AFTER)
    getattr(story, move)(AFTER)
    digest = story.digest_of(cast.deputy, DECISION)
    assert [went.why for went in digest.changes.resolved] == ["已延期到11月10日（原定10月21日）"]
    assert digest.overdue == []
    assert "已延期到11月10日（原定10月21日） 康复大楼装修" in letters.overdue_digest(digest).text


def test_an_extension_that_waits_stands_in_the_letter_with_both_days(story, cast):
    story.ask(BEFORE)
    [line] = story.digest_of(cast.deputy, AFTER).awaiting.lines
    assert (line.label, line.state, line.detail) == ("延期申请：康复大楼装修", "2 天", "康复部，10月21日到期，申请延到11月10日")
    assert line.url.endswith(f"/tasks/{story.task.pk}/extension/")
    story.refuse(AFTER)
    assert story.digest_of(cast.deputy, AFTER).awaiting.total == 0
