"""Who is in charge of what: the numbers by leader (分管), on the day that is looked at."""

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from departments.models import Department, Leader, Portfolio
from federation_tasks.dashboard.places import Places
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.tally import Tally

SHOWN = 20  # leaders in the table; a federation has fewer than ten
OF_DEPARTMENT = "department__portfolios__"
COLUMN = f"{OF_DEPARTMENT}leader_id"


def in_charge(day: dt.date, departments: Iterable[int]) -> dict[int, Leader]:
    """Return the leader in charge on a day of each of these departments, by their ids; none for 未分管: one query."""
    rows = charges_on(day).filter(department__in=departments).select_related("leader").order_by("leader__order", "leader_id")
    return {row.department_id: row.leader for row in rows}


def charges_on(day: dt.date) -> QuerySet[Any]:
    """Return the charges that hold on a day, by leaders in office."""
    rows: QuerySet[Any] = Portfolio.objects.on(day).filter(Leader.in_office_on(day, "leader__"))
    return rows


def holding(day: dt.date, prefix: str = OF_DEPARTMENT) -> Q:
    """Return the condition that a department's charge, reached by `prefix`, holds on a day and its leader is in office."""
    return Portfolio.holds_on(day, prefix) & Leader.in_office_on(day, f"{prefix}leader__")


def portfolio_of(leader: Leader, day: dt.date) -> QuerySet[Any]:
    """Return the ids of the departments that a leader is in charge of on a day."""
    return charges_on(day).filter(leader=leader).order_by().values("department_id")


def without_leader(day: dt.date) -> QuerySet[Department]:
    """Return the departments that nobody is in charge of on a day (未分管)."""
    return Department.objects.exclude(pk__in=charges_on(day).order_by().values("department_id"))


def trouble(counts: Counts) -> tuple[int, ...]:
    """Return what sorts most trouble first: most red, then most yellow, those without a task last."""
    return (-counts.red, -counts.yellow, not counts.total)


class Leaders:
    """The numbers of each leader's departments: four queries, whatever the number of leaders and departments."""

    def __init__(self, tally: Tally, places: Places, whole: Counts) -> None:
        self.tally, self.places, self.whole = tally, places, whole

    @cached_property
    def rows(self) -> list[tuple[Leader | None, int, Counts]]:
        """Return leader, number of departments and counts, in the leaders' order; of many, those in most trouble. Under nobody comes last."""
        ids = sorted(self._numbers, key=lambda pk: trouble(self._sum(pk)))[:SHOWN] if self.unlisted else self._numbers
        found = [(leader, self._numbers[leader.pk], self._sum(leader.pk)) for leader in Leader.objects.filter(pk__in=list(ids))]
        if self.unlisted:
            found.sort(key=lambda row: trouble(row[2]))
        return [*found, *self._nobody]

    @property
    def shown(self) -> int:
        """Return how many leaders the table has at most."""
        return SHOWN

    @property
    def unlisted(self) -> int:
        """Return how many leaders are not in the table."""
        return max(0, len(self._numbers) - SHOWN)

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """Return how many departments each leader has, by the leader's id."""
        rows = self.places.concerned.order_by().filter(holding(self.tally.day, "portfolios__")).values_list("portfolios__leader_id")
        return dict(rows.annotate(n=Count("pk")))

    @cached_property
    def _sums(self) -> dict[Any, Counts]:
        return self.tally.by(COLUMN, where=holding(self.tally.day), newly=True)

    def _sum(self, leader: int) -> Counts:
        return self._sums.get((leader,)) or Counts()

    @property
    def _nobody(self) -> list[tuple[Leader | None, int, Counts]]:
        number = self.places.number - sum(self._numbers.values())
        return [(None, number, rest_of(self.whole, self._sums.values()))] if number else []


def rest_of(whole: Counts, parts: Iterable[Counts]) -> Counts:
    """Return what is left of some counts without their parts."""
    gone = total_of(parts)
    return Counts(
        {light: n - gone.lights[light] for light, n in whole.lights.items()},
        claims=whole.claims - gone.claims,
        unacknowledged=whole.unacknowledged - gone.unacknowledged,
        progress_sum=whole.progress_sum - gone.progress_sum,
        newly_overdue=whole.newly_overdue - gone.newly_overdue,
    )
