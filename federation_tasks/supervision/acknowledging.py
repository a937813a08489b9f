"""Tasks that nobody has acknowledged (签收) within the working days that the rule allows."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from federation_tasks.plan.models import Task
from federation_tasks.plan.states import TaskState
from federation_tasks.plan.workdays import workdays_earlier
from federation_tasks.supervision.models import SupervisionRule


class Acknowledging:
    """How long acknowledging may take on one day: the rule and the calendar, read once.

    The days run from the later of two: the day on which the task was assigned, and the first day of its half-year.
    """

    def __init__(self, today: dt.date) -> None:
        self.today = today

    @cached_property
    def within(self) -> int:
        """Return how many working days acknowledging may take."""
        return int(SupervisionRule.objects.on(self.today).acknowledge_within)

    @cached_property
    def last_fine(self) -> dt.date:
        """Return the earliest day since when a task may still be unacknowledged."""
        return workdays_earlier(self.today, self.within)

    def is_late(self, task: Task) -> bool:
        """Say whether a task should have been acknowledged by now."""
        since = max(timezone.localdate(task.created_at), task.period.starts_on)
        return task.state == TaskState.ASSIGNED and since < self.last_fine

    @property
    def late(self) -> Q:
        """Return the same rule as a condition over tasks."""
        return late_since(self.last_fine)


def late_since(last_fine: dt.date) -> Q:
    """Return the condition over tasks that should have been acknowledged, by the earliest day since when one may still wait."""
    moment = timezone.make_aware(dt.datetime.combine(last_fine, dt.time.min))
    return Q(state=TaskState.ASSIGNED, created_at__lt=moment, period__starts_on__lt=last_fine)


def unacknowledged(tasks: Any) -> Any:
    """Return those of the tasks that nobody has acknowledged, the one that was assigned first before the others."""
    return tasks.filter(state=TaskState.ASSIGNED).order_by("created_at", "pk")
