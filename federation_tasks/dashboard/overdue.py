"""The overdue list: the tasks that have been red for longest, with what a leader asks about each."""

from dataclasses import dataclass

from django.db.models import Q

from departments.models import Leader
from federation_tasks.dashboard.leaders import in_charge
from federation_tasks.plan.lights import days_overdue
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.tally import EVERY, Tally
from federation_tasks.supervision.listing import latest_updates

SHOWN = 20  # rows; the rest stands in the filtered list, one link away


@dataclass(frozen=True)
class Overdue:
    """One overdue task as a leader reads about it."""

    task: Task
    days: int
    leader: Leader | None
    latest: ProgressUpdate | None
    is_new: bool


def longest_overdue(tally: Tally, where: Q = EVERY, limit: int = SHOWN) -> list[Overdue]:
    """Return the tasks that have been overdue for longest, at most `limit`; new are those that turned red since the working day before."""
    shown = tally.overdue(limit, where)
    charges = in_charge(tally.day, {task.department_id for task in shown})
    latest = latest_updates(shown, tally.day if tally.is_past else None)
    return [
        Overdue(task, days_overdue(task, tally.day), charges.get(task.department_id), latest.get(task.pk), task.red_from > tally.since)
        for task in shown
    ]  # fmt: skip
