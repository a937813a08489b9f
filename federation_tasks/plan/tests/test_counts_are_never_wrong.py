"""The kept counts equal the tasks after every kind of change, and those of a day that is over stay what they were."""

import datetime as dt
from collections import Counter

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.testing import TODAY
from federation_tasks.plan.counts import count_by
from federation_tasks.plan.keeping import compare, compare_and_mend, keep_from, refresh
from federation_tasks.plan.models import CellCount, CountKeeper, DayTotal, LightRule, Period, StaleCount, Task
from federation_tasks.plan.tally import Tally, daily
from federation_tasks.plan.turning import apply_due_rule

CELL = ("department_id", "goal_id")


def noon(day):
    return time_machine.travel(f"{day}T12:00:00+08:00", tick=False)


def told(counted):
    """Return counts by cell as plain numbers, without those of which there are none."""
    return {key: (dict(found.lights), found.claims, found.unacknowledged, found.progress_sum) for key, found in counted.items() if found.total}


def kept(period, day, today):
    tally = Tally(period, day, today)
    assert tally.is_kept
    return told(tally.by(*CELL))


def raw(period, day):
    return told(count_by(Task.objects.filter(period=period), day, *CELL))


# --- Every kind of change --------------------------------------------------------------------------------------------


@pytest.fixture
def three(plan, cast):
    """Three tasks of two departments, counted on the cast's day."""
    with noon(TODAY):
        found = [plan.task(cast.kfb), plan.task(cast.kfb, due=dt.date(2026, 10, 1)), plan.task(cast.jjb, goal=plan.goals[0], progress=0)]
        refresh(TODAY)
        connection.run_on_commit.clear()  # the transaction round a test never ends
        yield found


def make(plan, cast, tasks):
    plan.task(cast.ysa)


def save(plan, cast, tasks):
    tasks[0].progress = 3
    tasks[0].save()


def save_one_field(plan, cast, tasks):
    tasks[0].state = "suspended"
    tasks[0].save(update_fields=["state"])


def move_to_another_department(plan, cast, tasks):
    tasks[0].department = cast.jjb
    tasks[0].save()


def move_to_another_goal(plan, cast, tasks):
    Task.objects.filter(pk=tasks[0].pk).update(goal=plan.goals[4])


def write_over_one_that_was_not_read(plan, cast, tasks):
    values = {field.attname: getattr(tasks[0], field.attname) for field in Task._meta.concrete_fields}
    Task(**values | {"department_id": cast.ysa.pk}).save()


def make_many(plan, cast, tasks):
    rows = [Task(period=plan.period, department=cast.kfyy, goal=goal, title="任务", start=TODAY, due=TODAY) for goal in plan.goals]
    Task.objects.bulk_create(rows)


def change_many(plan, cast, tasks):
    for task in tasks:
        task.state, task.claimed_on = "claimed", TODAY
    Task.objects.bulk_update(tasks, ["state", "claimed_on"])


def update_in_place(plan, cast, tasks):
    Task.objects.filter(department=cast.kfb).update(state="suspended")


def delete_one(plan, cast, tasks):
    tasks[2].delete()


def delete_many(plan, cast, tasks):
    Task.objects.filter(department=cast.kfb).delete()


def change_the_rule(plan, cast, tasks):
    LightRule.objects.create(valid_from=TODAY, behind_points=60, soon_days=60)
    apply_due_rule(TODAY)


CHANGES = [
    make, save, save_one_field, move_to_another_department, move_to_another_goal, write_over_one_that_was_not_read, make_many, change_many,
    update_in_place, delete_one, delete_many, change_the_rule,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_a_change_the_tasks_are_read_until_they_are_counted_anew(plan, cast, three, change, django_capture_on_commit_callbacks):
    before = kept(plan.period, TODAY, TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            change(plan, cast, three)
        tally = Tally(plan.period, TODAY, TODAY)
        assert not tally.is_kept
        assert told(tally.by(*CELL)) == raw(plan.period, TODAY) != before
    assert kept(plan.period, TODAY, TODAY) == raw(plan.period, TODAY)
    assert compare(TODAY, Period.objects.all()) == []


def test_a_change_that_is_taken_back_leaves_no_mark(plan, cast, three):
    with transaction.atomic():
        save(plan, cast, three)
        transaction.set_rollback(True)
    assert not StaleCount.objects.exists()


def test_what_is_not_counted_marks_nothing(plan, cast, three):
    three[0].title = "新的标题"
    three[0].save(update_fields=["title"])
    Task.objects.filter(pk=three[1].pk).update(title="新的标题")
    assert not StaleCount.objects.exists()


def test_tasks_are_not_moved_elsewhere_in_place(cast, three):
    with pytest.raises(TypeError, match="use save"):
        Task.objects.update(department=cast.kfyy)


def test_one_transaction_is_counted_once_however_much_it_changes(plan, cast, three, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting, transaction.atomic():
        for task in three:
            task.progress = 1
            task.save()
    assert len(waiting) == 1


# --- Days ------------------------------------------------------------------------------------------------------------

STATES = ["assigned", "in_progress", "claimed", "completed", "suspended"]


@st.composite
def acts(draw):
    """What happens in a fortnight: each step is an act, or a night."""
    act = st.tuples(st.sampled_from(["make", "change", "change", "refresh", "apply"]), st.integers(0, 9), st.integers(0, 100), st.sampled_from(STATES))
    return draw(st.lists(st.one_of(st.just(("night", 0, 0, "")), act), min_size=5, max_size=25))


@given(steps=acts(), sleeps=st.integers(1, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_day_that_is_over_keeps_the_counts_with_which_it_ended(plan, cast, steps, sleeps):
    for model in (CountKeeper, StaleCount, CellCount, DayTotal, Task, Task.history.model):
        model.objects.all().delete()
    day, ended = TODAY, {}
    with noon(day):
        refresh(day)
        refresh_marks_of_deleted_tasks()
    for what, which, number, state in steps:
        if what == "night":
            ended[day] = raw(plan.period, day)
            day += dt.timedelta(days=sleeps)
            ended |= {between: raw(plan.period, between) for between in nights_between(day, sleeps)}
            continue
        with noon(day), transaction.atomic():
            act(plan, cast, what, which, number, state, day)
        assert told(Tally(plan.period, day, day).by(*CELL)) == raw(plan.period, day)
    with noon(day):
        refresh(day)
        for past, counted in ended.items():
            assert kept(plan.period, past, day) == counted, past
            assert compare(past, [plan.period]) == []
        lights = {past: Counter() for past in ended}
        for past, counted in ended.items():
            for found in counted.values():
                lights[past].update({light: n for light, n in found[0].items() if n})
        totals = daily(plan.period, TODAY, day - dt.timedelta(days=1), day)
        assert {past: dict(found) for past, found in lights.items()} == {past: {k: n for k, n in totals[past].lights.items() if n} for past in ended}
        parts = daily(plan.period, TODAY, day - dt.timedelta(days=1), day, departments=type(cast.kfb).objects.all())
        assert {past: parts[past].lights for past in ended} == {past: totals[past].lights for past in ended}
        begun = {past: told(Tally(plan.period, past, day).by(*CELL)) for past in ended}
        keep_from(TODAY, day)
        assert {past: kept(plan.period, past, day) for past in ended} == begun
        assert kept(plan.period, day, day) == raw(plan.period, day)


def refresh_marks_of_deleted_tasks():
    StaleCount.objects.all().delete()


def nights_between(day, sleeps):
    return [day - dt.timedelta(days=back) for back in range(1, sleeps)]


def act(plan, cast, what, which, number, state, day):
    dates = {"claimed_on": day if state in ("claimed", "completed") else None, "completed_on": day if state == "completed" else None}
    if what == "make":
        department = [cast.kfb, cast.jjb, cast.ysa][which % 3]
        plan.task(department, goal=plan.goals[which % 5], due=TODAY + dt.timedelta(days=number % 20), progress=number, state=state, **dates)
    elif what == "change" and (task := Task.objects.order_by("pk")[which : which + 1].first()):
        task.progress, task.state = number, state
        task.claimed_on, task.completed_on = dates["claimed_on"], dates["completed_on"]
        task.department = [cast.kfb, cast.jjb, cast.ysa][number % 3]
        task.save()
    elif what == "refresh":
        refresh(day)
    elif what == "apply":
        LightRule.objects.update_or_create(valid_from=day, defaults={"behind_points": number, "soon_days": which})
        apply_due_rule(day)


def test_days_on_which_the_site_stood_still_are_counted_when_it_comes_back(plan, cast):
    with noon(TODAY):
        plan.task(cast.kfb, due=TODAY + dt.timedelta(days=2))
        refresh(TODAY)
    later = TODAY + dt.timedelta(days=5)
    with noon(later):
        refresh(later)
        reds = [Tally(plan.period, TODAY + dt.timedelta(days=n), later).whole.overdue for n in range(6)]
    assert reds == [0, 0, 0, 1, 1, 1]
    assert CellCount.objects.count() == 2  # a row for each change of the numbers, not for each day


def test_until_somebody_opens_the_day_the_tasks_are_read(plan, cast):
    with noon(TODAY):
        plan.task(cast.kfb, due=TODAY)
        refresh(TODAY)
    tomorrow = TODAY + dt.timedelta(days=1)
    tally = Tally(plan.period, tomorrow, tomorrow)
    assert not tally.is_kept
    assert tally.whole.overdue == 1


def test_a_day_before_the_counts_began_is_read_from_the_saved_states(plan, cast):
    with noon(TODAY):
        task = plan.task(cast.kfb, due=TODAY - dt.timedelta(days=1))
    later = TODAY + dt.timedelta(days=3)
    with noon(later):
        task.state, task.claimed_on, task.completed_on = "completed", later, later
        task.save()
        refresh(later)
    tally = Tally(plan.period, TODAY, later)
    assert not tally.is_kept
    assert (tally.whole.overdue, tally.whole.newly_overdue) == (1, 1)
    assert [found.title for found in tally.overdue(5)] == [task.title]
    assert Tally(plan.period, later, later).whole.overdue == 0


# --- The two faces ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [(), ("goal_id",), ("department_id",), CELL, ("department__kind",)], ids=str)
def test_both_faces_answer_alike(plan, cast, three, columns):
    make_many(plan, cast, three)
    for part in (None, "kfb"):
        scope = None if part is None else type(cast.kfb).objects.filter(code=part)
        counted = Tally(plan.period, TODAY, TODAY, scope)
        before = told(counted.by(*columns)), columns and counted.worst(*columns, start=1, stop=3)
        assert not counted.is_kept
        refresh(TODAY)
        summed = Tally(plan.period, TODAY, TODAY, scope)
        assert summed.is_kept
        assert (told(summed.by(*columns)), columns and summed.worst(*columns, start=1, stop=3)) == before
        StaleCount.objects.create(period=plan.period, department=cast.kfb)


# --- Comparing -------------------------------------------------------------------------------------------------------


def test_numbers_that_differ_are_told_counted_anew_and_noted(plan, cast, three, caplog):
    now = dt.datetime(2026, 10, 21, 4, tzinfo=dt.UTC)
    assert compare_and_mend(now) == 0
    CellCount.objects.filter(department=cast.kfb).update(red=7)
    assert compare_and_mend(now) == 1
    assert "red': 7" in caplog.text
    assert (CountKeeper.objects.get().differing, CountKeeper.objects.get().compared_at) == (1, now)
    assert Tally(plan.period, TODAY, TODAY).whole.overdue == 1  # read from the tasks at once
    refresh(TODAY)
    assert kept(plan.period, TODAY, TODAY) == raw(plan.period, TODAY)
    assert compare_and_mend(now) == CountKeeper.objects.get().differing == 0


def test_the_command_names_what_is_wrong_and_counts_it_anew(plan, cast, three, capsys):
    call_command("verify_counts")
    assert "1 days, 2026-10-21 to 2026-10-21: every count is that of the tasks" in capsys.readouterr().out
    CellCount.objects.filter(department=cast.kfb).update(red=7)
    with pytest.raises(CommandError, match="1 counts differ"):
        call_command("verify_counts", mend=True)
    assert f"department {cast.kfb.pk}, goal {plan.goals[2].pk}: red 7 instead of 1" in capsys.readouterr().out
    refresh(TODAY)
    call_command("verify_counts")
    later = TODAY + dt.timedelta(days=2)
    with noon(later):
        refresh(later)
        CellCount.objects.filter(department=cast.jjb).update(yellow=7)
        with pytest.raises(CommandError, match="3 counts differ"):
            call_command("verify_counts")
        call_command("verify_counts", keep_from=TODAY)
    assert "3 days, 2026-10-21 to 2026-10-23" in capsys.readouterr().out


def test_the_command_says_that_nothing_is_kept_yet(db, capsys):
    call_command("verify_counts")
    assert "nothing is kept yet" in capsys.readouterr().out


def test_where_nothing_is_kept_yet_there_is_nothing_to_compare(db):
    assert compare_and_mend(dt.datetime(2026, 10, 21, tzinfo=dt.UTC)) == 0
