"""Appraisal counts by the original due date: the rule for a row in memory and the one for the database are one, and the light's beside it."""

import datetime as dt
from itertools import product

import pytest

from departments.testing import TODAY
from federation_tasks.plan.appraisal import NOT_DONE, overdue_by_original, overdue_by_original_on
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import TaskState

DAYS = [TODAY + dt.timedelta(days=n) for n in (-20, -1, 0, 1, 20)]


@pytest.fixture
def tasks(plan, cast):
    """Tasks of every state, due, extended and claimed around the day."""
    made = []
    for state, original, later, claimed in product(TaskState, DAYS, (0, 10), (None, *DAYS)):
        if claimed is None and state in {TaskState.CLAIMED, TaskState.COMPLETED}:
            continue
        if claimed and state not in {TaskState.CLAIMED, TaskState.COMPLETED, TaskState.CARRIED_OVER, TaskState.SUSPENDED}:
            continue
        fields = {"state": state, "original_due": original, "due": original + dt.timedelta(days=later), "claimed_on": claimed}
        fields |= {"completed_on": claimed} if state == TaskState.COMPLETED else {}
        start = dt.date(2026, 7, 1)
        made.append(Task(period=plan.period, department=cast.kfb, goal=plan.goals[0], title="任务", start=start, progress=90, **fields))
    return Task.objects.bulk_create(made)


def test_both_faces_agree(tasks):
    by_database = set(Task.objects.filter(overdue_by_original(TODAY)).values_list("pk", flat=True))
    assert by_database == {task.pk for task in tasks if overdue_by_original_on(task, TODAY)}
    assert 20 < len(by_database) < len(tasks)


def test_of_what_was_not_extended_it_is_the_light(tasks):
    same = Task.objects.with_light(TODAY).filter(state__in=NOT_DONE).exclude(state=TaskState.CARRIED_OVER)
    for task in same:
        if not task.was_extended:
            assert overdue_by_original_on(task, TODAY) == (task.light == Light.RED), task.__dict__


@pytest.mark.parametrize(
    ("fields", "is_overdue"),
    [
        ({"state": "in_progress", "due": DAYS[1]}, True),
        ({"state": "in_progress", "due": DAYS[2]}, False),  # due today
        ({"state": "in_progress", "due": DAYS[4], "original_due": DAYS[1]}, True),  # extended, and so in time by the present date only
        ({"state": "claimed", "due": DAYS[1], "claimed_on": DAYS[1]}, False),  # claimed on the due date
        ({"state": "claimed", "due": DAYS[1], "claimed_on": DAYS[2]}, True),
        ({"state": "suspended", "due": DAYS[1]}, False),
        ({"state": "carried_over", "due": DAYS[1]}, True),
        ({"state": "carried_over", "due": DAYS[1], "claimed_on": DAYS[1]}, False),
        ({"state": "completed", "due": DAYS[0], "claimed_on": DAYS[2], "completed_on": DAYS[2]}, False),  # done late is counted apart
    ],
)
def test_what_is_overdue_by_the_original_date(plan, cast, fields, is_overdue):
    assert overdue_by_original_on(plan.task(cast.kfb, **fields), TODAY) is is_overdue
