"""The lights in memory and in the database are one rule: every state, date, progress and threshold (domain.md, The lights)."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from departments.saved_states import note_states
from federation_tasks.plan.lights import Lamps, Light, light_on, set_turning_days
from federation_tasks.plan.models import LightRule, Task
from federation_tasks.plan.past import lit, tasks_as_of
from federation_tasks.plan.states import TaskState

START = dt.date(2026, 7, 1)
DAYS = [START + dt.timedelta(days=n) for n in (-3, 0, 1, 4, 10, 20, 33, 38, 39, 40, 41, 60)]
SPANS = [1, 2, 7, 8, 40]  # days, first and last included; 1 is a one-day task
PROGRESS = [0, 1, 33, 89, 90, 99, 100]
THRESHOLDS = [(10, 7), (0, 0), (5, 30), (100, 90)]


def claims(start, due):
    """Every state, with claims on time, on the due date and late."""
    for state in TaskState:
        if state == TaskState.CLAIMED:
            for days in (-1, 0, 1):
                yield state, due + dt.timedelta(days=days), None
        elif state == TaskState.COMPLETED:
            yield state, due, due
        else:
            yield state, None, None


@pytest.fixture
def tasks(plan, cast):
    """One task of every state x length x progress."""
    rows = []
    for span, progress in itertools.product(SPANS, PROGRESS):
        due = START + dt.timedelta(days=span - 1)
        for state, claimed_on, completed_on in claims(START, due):
            rows.append(
                Task(
                    period=plan.period, department=cast.kfb, goal=plan.goals[0], title="任务", start=START, due=due,
                    progress=progress, state=state, claimed_on=claimed_on, completed_on=completed_on,
                )
            )  # fmt: skip
    Task.objects.bulk_create(rows)
    return list(Task.objects.all())


@pytest.mark.parametrize("thresholds", THRESHOLDS)
def test_both_faces_say_the_same_whatever_the_columns_were_written_by(tasks, thresholds):
    checked = 0
    for columns_by in THRESHOLDS:
        for task in tasks:
            set_turning_days(task, columns_by)
        super(type(Task.objects.all()), Task.objects.all()).bulk_update(tasks, ["yellow_from", "blue_from", "red_from"])
        LightRule.objects.filter(is_applied=True).update(behind_points=columns_by[0], soon_days=columns_by[1])
        LightRule.objects.filter(is_applied=False).delete()
        if thresholds != columns_by:
            LightRule.objects.create(valid_from=dt.date(2001, 1, 1), behind_points=thresholds[0], soon_days=thresholds[1])
        for day in DAYS:
            said = dict(Task.objects.with_light(day).values_list("pk", "light"))
            assert set(Task.objects.overdue_on(day).values_list("pk", flat=True)) == {pk for pk, light in said.items() if light == Light.RED}
            for task in tasks:
                assert said[task.pk] == light_on(task, day, thresholds), (task.state, task.due, task.progress, day, thresholds, columns_by)
                checked += 1
    assert checked == len(THRESHOLDS) * len(DAYS) * len(tasks)


def test_a_threshold_that_changes_on_a_day_leaves_past_days_alone(plan, cast):
    task = plan.task(cast.kfb, start=dt.date(2026, 7, 1), due=dt.date(2026, 10, 8), progress=0)  # 100 days
    change = dt.date(2026, 8, 1)
    LightRule.objects.create(valid_from=change, behind_points=50, soon_days=7)
    before, after = change - dt.timedelta(days=1), change
    assert [Task.objects.with_light(day).get().light for day in (before, after)] == [Light.YELLOW, Light.GREEN]
    assert [light_on(task, day, LightRule.objects.on(day).thresholds) for day in (before, after)] == [Light.YELLOW, Light.GREEN]


@pytest.mark.parametrize(
    ("day", "progress", "state", "words"),
    [
        ("2026-06-30", 0, "assigned", "未启动"),
        ("2026-07-01", 0, "assigned", "正常推进"),
        ("2026-07-11", 0, "in_progress", "正常推进"),  # 10 days of 100 gone: 10 points, not more than the 10 allowed
        ("2026-07-12", 0, "in_progress", "滞后 11 个百分点"),
        ("2026-10-08", 100, "in_progress", "临期，今天到期"),
        ("2026-10-01", 100, "in_progress", "临期，还有 7 天"),
        ("2026-09-30", 100, "in_progress", "正常推进"),
        ("2026-10-09", 100, "in_progress", "逾期 1 天"),
        ("2026-10-09", 100, "suspended", "中止"),
        ("2026-10-09", 100, "carried_over", "已结转"),
    ],
)
def test_words_at_the_edges(plan, cast, day, progress, state, words):
    day = dt.date.fromisoformat(day)
    task = plan.task(cast.kfb, start=dt.date(2026, 7, 1), due=dt.date(2026, 10, 8), progress=progress, state=state)
    assert Lamps(day).of(task).words == words


def test_a_claim_in_time_waits_in_green_and_a_late_one_stays_red(plan, cast):
    due = dt.date(2026, 10, 8)
    day = dt.date(2026, 10, 21)
    in_time = plan.task(cast.kfb, due=due, state="claimed", claimed_on=due)
    late = plan.task(cast.kfb, due=due, state="claimed", claimed_on=due + dt.timedelta(days=1))
    lamps = Lamps(day)
    assert [lamps.of(task).words for task in (in_time, late)] == ["待核", "逾期 13 天"]


def test_completion_claimed_after_the_due_date_says_so(plan, cast):
    due = dt.date(2026, 10, 8)
    late = plan.task(cast.kfb, due=due, state="completed", claimed_on=due + dt.timedelta(days=2), completed_on=due + dt.timedelta(days=2))
    assert Lamps(dt.date(2026, 10, 21)).of(late).words == "逾期办结"


def test_update_in_place_cannot_leave_turning_days_behind(plan, cast):
    plan.task(cast.kfb)
    with pytest.raises(TypeError, match="turning days"):
        Task.objects.update(progress=5)


def test_what_was_said_on_a_past_day_is_lit_by_the_same_rule(tasks):
    note_states(tasks, new=True)
    for day in DAYS:
        states = lit(tasks_as_of(timezone.localdate()), day, Lamps(day))
        assert dict(states.values_list("id", "light")) == dict(Task.objects.with_light(day).values_list("pk", "light"))
