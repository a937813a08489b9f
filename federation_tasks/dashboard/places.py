"""Which departments stand on a dashboard: those with tasks of the period and those that owe a report in it. Asked of the database, never all read."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from departments.models import Department
from federation_tasks.plan.models import CellCount, ReportDuty
from federation_tasks.plan.tally import Tally, within


class Places:
    """The departments of one tally, as querysets."""

    def __init__(self, tally: Tally, scope: QuerySet[Department] | None) -> None:
        self.tally = tally
        self.inside = within(scope, "pk")

    @cached_property
    def at_work(self) -> QuerySet[Any]:
        """Return the ids of the departments that had tasks of the period on the day."""
        tally = self.tally
        if tally.is_kept:
            rows: QuerySet[Any] = CellCount.objects.on(tally.day).filter(period=tally.period)
        else:
            rows = tally.states() if tally.is_past else tally.tasks
        return rows.order_by().values("department_id")

    @cached_property
    def concerned(self) -> QuerySet[Department]:
        """Return the departments that have tasks or owe a report in the period, closed ones too, in their order."""
        owing = ReportDuty.objects.filter(period=self.tally.period).order_by().values("department_id")
        return Department.objects.filter(self.inside, Q(pk__in=self.at_work) | Q(pk__in=owing))

    @cached_property
    def idle(self) -> QuerySet[Department]:
        """Return those that owe a report but have no task."""
        return self.concerned.exclude(pk__in=self.at_work)

    @cached_property
    def by_kind(self) -> dict[str, int]:
        """Return how many there are of each kind."""
        return dict(self.concerned.order_by().values_list("kind").annotate(n=Count("pk")))

    @property
    def number(self) -> int:
        """Return how many there are."""
        return sum(self.by_kind.values())
