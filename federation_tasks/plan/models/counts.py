"""The counts that are kept beside the tasks, so that a page need not count a hundred thousand of them (plan/keeping.py keeps them).

They follow from the tasks and are no source of anything: whatever stands here can be computed anew from the tasks and their history.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from departments.models import Department
from federation_tasks.plan.models.goals import Goal
from federation_tasks.plan.models.periods import Period

NUMBERS = ("red", "yellow", "blue", "green", "done", "grey", "claims", "unacknowledged", "progress_sum")  # the six lights first
STILL = dt.date(9999, 12, 31)  # the end of what holds until further notice


class Numbers(models.Model):
    """How many tasks stand in each light, and what their progress adds up to; the columns of `plan/counts.py`'s Counts."""

    red = models.PositiveIntegerField(default=0)
    yellow = models.PositiveIntegerField(default=0)
    blue = models.PositiveIntegerField(default=0)
    green = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    grey = models.PositiveIntegerField(default=0)
    claims = models.PositiveIntegerField(default=0)
    unacknowledged = models.PositiveIntegerField(default=0)
    progress_sum = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class CellCountQuerySet(models.QuerySet["CellCount"]):
    """Ask the counts about a day."""

    def on(self, day: dt.date) -> "CellCountQuerySet":
        """Return the rows that hold on a day that is over."""
        return self.filter(since__lte=day, until__gt=day)

    def standing(self) -> "CellCountQuerySet":
        """Return the rows that hold on the last day that was counted."""
        return self.filter(until=STILL)


class CellCount(Numbers):
    """The tasks of one department towards one goal in one period, by light, from a day on until they next differ: half-open, [since, until).

    A row is written when a number changes, not for each day, and is never touched again once its last day is over.
    """

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="+")
    since = models.DateField()
    until = models.DateField(default=STILL)

    objects: ClassVar[Any] = CellCountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "亮灯计数"
        constraints = [
            models.UniqueConstraint(fields=["period", "department", "goal", "since"], name="plan_cellcount_once_from_a_day"),
            models.UniqueConstraint(fields=["period", "department", "goal"], condition=Q(until=STILL), name="plan_cellcount_one_standing"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="plan_cellcount_ends_after_start"),
        ]
        indexes = [
            # Today's numbers of a period are read from this index alone on PostgreSQL (docs/architecture.md, Counting).
            models.Index(
                fields=["period", "department", "goal"],
                include=["red", "yellow", "blue", "green", "done", "grey", "claims", "unacknowledged", "progress_sum"],
                condition=Q(until=STILL),
                name="plan_cellcount_standing",
            ),
            models.Index(fields=["period", "until", "since"], name="plan_cellcount_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.period_id}/{self.department_id}/{self.goal_id} {self.since}"


class DayTotal(Numbers):
    """The tasks of all departments towards one goal in one period at the end of one day, by light: written once, when the day is over."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "每日合计"
        constraints = [models.UniqueConstraint(fields=["period", "day", "goal"], name="plan_daytotal_once")]

    def __str__(self) -> str:
        return f"{self.period_id}/{self.goal_id} {self.day}"


class StaleCount(models.Model):
    """A mark that the counts of a department in a period no longer hold: written with the change, taken away by whoever counts anew."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "待重算的计数"

    def __str__(self) -> str:
        return f"{self.period_id}/{self.department_id}"


class CountKeeper(models.Model):
    """The one row that whoever keeps the counts holds: which days they cover, and what comparing them with the tasks found."""

    first_day = models.DateField()
    day = models.DateField()
    compared_at = models.DateTimeField(null=True)
    differing = models.PositiveIntegerField(default=0)  # cells that differed when they were last compared; they were counted anew

    class Meta:
        verbose_name = verbose_name_plural = "计数登记"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="plan_countkeeper_one_row")]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.day}"
