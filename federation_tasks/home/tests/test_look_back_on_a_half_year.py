"""The demo's year is lived day by day with the clock; the dashboard of a past day is then the one that was recorded on that day."""

import datetime as dt
import json

import pytest
import time_machine

from departments.access import Access
from departments.models import User
from federation_tasks.dashboard.figures import figures
from federation_tasks.dashboard.summary import summarise
from federation_tasks.home.demo import loading
from federation_tasks.home.demo.diary import Diary
from federation_tasks.plan.keeping import compare, refresh
from federation_tasks.plan.models import CountKeeper, Period

TODAY = dt.date(2026, 10, 21)
BEGINS = dt.date(2025, 11, 1)  # before anything that the demo tells
RECORDED = [TODAY - dt.timedelta(days=n) for n in range(1, 120, 4)]
WHO = ("principal", "deputy-b", "office")


def noon(day):
    return time_machine.travel(f"{day}T12:00:00+08:00", tick=True)


def picture(username, day, today):
    """Return all that the dashboard of a day says, as of today, to one person."""
    summary = summarise(Access(User.objects.get(username=username), today), Period.objects.holding(day), day)
    overdue = [(_facts(row.task), row.days, str(row.leader), row.is_new, row.latest and row.latest.text) for row in summary.overdue]
    leaders = [(str(leader), departments, counts.lights, counts.progress) for leader, departments, counts in summary.by_leader]
    said = {name: value for name, value in figures(summary).items() if name not in ("period_state", "facts_of")}
    return json.dumps([said, overdue, leaders], ensure_ascii=False, default=str, sort_keys=True)


def _facts(task):
    return task.title, str(task.department), task.due, task.original_due, task.is_claim_waiting


class Lived:
    """The days of the demo, lived: the clock stands on each while its acts happen, and in the evening the dashboard is recorded."""

    def __init__(self):
        self.recorded = {}

    def happen(self, diary):
        by_day = {}
        for entry in sorted(diary.entries, key=lambda entry: entry[:2]):
            by_day.setdefault(entry.day, []).append(entry)
        first = min(by_day)
        for day in (first + dt.timedelta(days=n) for n in range((diary.today - first).days + 1)):
            with noon(day):
                for entry in by_day.get(day, ()):
                    entry.act(day)
                if day in RECORDED:
                    self.recorded |= {(day, who): picture(who, day, day) for who in WHO}
                if day.day % 3:  # on some nights nobody counts
                    refresh(day)


@pytest.fixture
def lived(db, monkeypatch):
    found = Lived()
    monkeypatch.setattr(Diary, "happen", lambda diary: found.happen(diary))  # noqa: PLW0108 - a method, which takes the diary
    for name in ("date_what_was_assigned", "date_what_happened"):
        monkeypatch.setattr(loading, name, lambda: None)
    with noon(BEGINS):
        refresh(BEGINS)
        loading.load_demo(TODAY, "only-for-this-test")
    return found


def test_the_dashboard_of_each_past_day_is_the_one_that_was_recorded(lived):
    with noon(TODAY):
        refresh(TODAY)
        assert CountKeeper.objects.get().first_day < min(RECORDED)
        for (day, who), recorded in lived.recorded.items():
            assert picture(who, day, TODAY) == recorded, (day, who)
        assert len(lived.recorded) == len(RECORDED) * len(WHO) == 90
        assert len({told for (_, who), told in lived.recorded.items() if who == "principal"}) == len(RECORDED)  # no two days are alike
        for day in RECORDED[::5]:
            assert compare(day, Period.objects.all()) == []
