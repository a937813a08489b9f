"""The dashboard's numbers equal a recomputation in plain Python over the raw rows, and rows, columns and list add up."""

import datetime as dt
from collections import Counter

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from departments.testing import TODAY
from federation_tasks.dashboard.matrix import Matrix
from federation_tasks.dashboard.shape import Shape
from federation_tasks.dashboard.summary import summarise
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.models import CellCount, CountKeeper, StaleCount, Task
from federation_tasks.plan.states import TaskState

POINTS, SOON = 10, 7  # the thresholds that the installation starts with
CODES = ("kfb", "kfyy", "jjb", "ysa")
COUNTED = {"principal": CODES, "office": CODES, "deputy": CODES[:2], "other_deputy": CODES[2:3], "staff": CODES[:1]}


def light_of(row, day):
    """The rule of the lights written down a second time, from the paper alone."""
    state, start, due = row["state"], row["start"], row["due"]
    if state in ("suspended", "carried_over"):
        return "grey"
    if state == "completed":
        return "done"
    if state == "claimed" and row["claimed_on"] <= due:
        return "green"
    if due < day:
        return "red"
    if 100 * (day - start).days > (row["progress"] + POINTS) * ((due - start).days + 1):
        return "yellow"
    return "blue" if due - day <= dt.timedelta(days=SOON) else "green"


days = st.integers(-60, 60).map(lambda n: TODAY + dt.timedelta(days=n))


@st.composite
def raw_task(draw):
    due = draw(days)
    state = draw(st.sampled_from(TaskState.values))
    claimed = due + dt.timedelta(days=draw(st.integers(-3, 3)))
    return {
        "department": draw(st.sampled_from(CODES)),
        "goal": draw(st.integers(1, 5)),
        "start": due - dt.timedelta(days=draw(st.integers(0, 200))),
        "due": due,
        "progress": draw(st.integers(0, 100)),
        "state": state,
        "claimed_on": claimed if state in ("claimed", "completed") else None,
        "completed_on": claimed if state == "completed" else None,
    }


def write(plan, cast, raw):
    goals = {goal.number: goal for goal in plan.goals}
    named = [row | {"department": getattr(cast, row["department"]), "goal": goals[row["goal"]]} for row in raw]
    Task.objects.bulk_create(Task(period=plan.period, title="任务", **row) for row in named)


@given(raw=st.lists(raw_task(), max_size=40), day=days, is_kept=st.booleans(), part=st.sampled_from(sorted(COUNTED)))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_that_of_the_raw_rows(plan, cast, raw, day, is_kept, part):
    for model in (Task, CellCount, CountKeeper, StaleCount):
        model.objects.all().delete()
    write(plan, cast, raw)
    if is_kept:
        refresh(day)
    for who in {part, "principal"}:
        summary = summarise(cast.access(who, day), plan.period, day)
        assert summary.tally.is_kept == is_kept
        check(summary, [row for row in raw if row["department"] in COUNTED[who]], day)


def raw_rows(period):
    """Return the tasks of a period as plain values, as `check` wants them."""
    names = {"department": F("department__code"), "goal": F("goal__number")}
    kept = ("start", "due", "progress", "state", "claimed_on", "completed_on")
    return [{name: row[f"_{name}"] for name in names} | {name: row[name] for name in kept} for row in _values(period, names, kept)]


def _values(period, names, kept):
    return period.tasks.order_by().annotate(**{f"_{name}": where for name, where in names.items()}).values(*(f"_{name}" for name in names), *kept)


def check(summary, raw, day):
    lit = [row | {"light": light_of(row, day)} for row in raw]
    assert {light.value: n for light, n in summary.counts.lights.items() if n} == Counter(row["light"] for row in lit)
    assert summary.counts.claims == sum(row["state"] == "claimed" for row in raw)
    counted = [row["progress"] for row in lit if row["light"] != "grey"]
    assert summary.counts.progress == (sum(counted) // len(counted) if counted else 0)
    assert summary.counts.newly_overdue == sum(row["light"] == "red" and row["due"] >= summary.since for row in lit)
    cells = Counter((row["department"], row["goal"], row["light"]) for row in lit)
    seen = {
        (department.code, goal.number, light.value): n
        for department, row in summary.rows.items() for goal, counts in row.items() for light, n in counts.lights.items() if n
    }  # fmt: skip
    assert seen == cells
    shown = [row for group in Matrix(summary, Shape()).groups for row in group.rows]
    assert cells == {
        (row.department.code, goal.number, light.value): n for row in shown for goal, counts in row.cells for light, n in counts.lights.items() if n
    }
    if summary.is_whole:
        assert sum(counts.total for _, _, counts in summary.by_leader) == len(raw)
        assert sum(counts.newly_overdue for _, _, counts in summary.by_leader) == summary.counts.newly_overdue
    assert sum(counts.total for counts in summary.by_department.values()) == summary.counts.total == len(raw)
    assert sum(counts.total for counts in summary.by_goal.values()) == len(raw)
    late = sorted((day - row["due"]).days for row in lit if row["light"] == "red")
    assert [one.days for one in summary.overdue] == late[::-1][:20]
    assert sum(one.is_new for one in summary.overdue) <= summary.counts.newly_overdue


def test_leaders_add_up_and_those_under_nobody_come_last(plan, cast):
    for department in (cast.kfb, cast.kfyy, cast.jjb, cast.ysa, cast.ysa):
        plan.task(department)
    found = summarise(cast.access("principal"), plan.period, TODAY).by_leader
    assert [(str(leader or "未分管"), departments, counts.total) for leader, departments, counts in found] == [
        ("副理事长乙", 2, 2),
        ("副理事长丙", 1, 1),
        ("未分管", 1, 2),
    ]


def test_a_closed_department_with_tasks_is_counted_and_one_that_only_owes_a_report_has_an_empty_row(plan, cast):
    plan.period.duties.filter(department=cast.jjb).delete()
    plan.task(cast.jjb)
    cast.jjb.closed_on = dt.date(2026, 9, 1)
    cast.jjb.save()
    summary = summarise(cast.access("principal"), plan.period, TODAY)
    assert {row.code: counts.total for row, counts in summary.by_department.items()} == {"kfb": 0, "jjb": 1, "kfyy": 0, "ysa": 0}


def test_the_tasks_of_a_planned_period_are_not_counted(plan, cast):
    plan.task(cast.kfb)
    plan.period.state = "planned"
    assert summarise(cast.access("principal"), plan.period, TODAY).counts.total == 0


def test_what_a_department_supports_counts_for_the_leading_one_only(plan, cast):
    plan.task(cast.jjb).supporting.add(cast.kfb)
    assert summarise(cast.access("head"), plan.period, TODAY).counts.total == 0


@pytest.mark.parametrize(("due", "is_new"), [("2026-10-19", False), ("2026-10-20", True)])
def test_new_is_what_turned_red_after_the_working_day_before(plan, cast, due, is_new):
    plan.task(cast.kfb, due=dt.date.fromisoformat(due))
    summary = summarise(cast.access("deputy"), plan.period, TODAY)
    assert (summary.overdue[0].is_new, summary.counts.newly_overdue) == (is_new, int(is_new))


def test_after_a_weekend_what_turned_red_on_it_is_new(plan, cast):
    for due in (15, 16, 17, 18):  # Thursday to Sunday; red from Friday to Monday
        plan.task(cast.kfb, due=dt.date(2026, 10, due))
    monday = dt.date(2026, 10, 19)
    assert summarise(cast.access("deputy", monday), plan.period, monday).counts.newly_overdue == 3
