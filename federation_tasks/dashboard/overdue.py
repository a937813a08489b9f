"""The overdue list: the tasks that have been red for longest, with what a leader asks about each."""

import datetime as dt
from dataclasses import dataclass

from departments.models import Leader
from federation_tasks.plan.lights import Lamps, days_overdue
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
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


def longest_overdue(tasks: TaskQuerySet, day: dt.date, lamps: Lamps, since: dt.date, charges: dict[int, Leader]) -> list[Overdue]:
    """Return the tasks that have been overdue for longest, at most SHOWN; new are those that turned red after `since`: two queries."""
    shown = list(tasks.overdue_on(day, lamps).select_related("department")[:SHOWN])
    latest = latest_updates(shown)
    return [
        Overdue(task, days_overdue(task, day), charges.get(task.department_id), latest.get(task.pk), task.red_from > since)
        for task in shown
    ]  # fmt: skip
