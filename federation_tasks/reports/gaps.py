"""The problems that departments name, counted by the five gaps: from what stands submitted, never from drafts.

Each department counts with its latest version that was not withdrawn, also while it corrects a returned one; on a day that is over
with the one that stood at its end.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import Coalesce

from departments.models import Department
from federation_tasks.plan.models import Goal, Period
from federation_tasks.plan.periods import offered_periods
from federation_tasks.plan.snapshot import once
from federation_tasks.plan.tally import within
from federation_tasks.reports.past import standing_versions

SUMS = ("problems", "departments", "bare", "back")  # in the order of GapCount
DEPARTMENT = ("report__department_id", "report__department__code", "report__department__name", "report__standing_id")


@dataclass
class GapCount:
    """One gap in one period."""

    goal: Goal
    problems: int = 0
    departments: int = 0
    without_measure: int = 0  # 有差距无措施
    came_back: int = 0  # departments that had named it in the half-year before too


@dataclass(frozen=True)
class GapsOf:
    """What one department's report names: by the number of the goal how many problems, how many without a measure, and which came back."""

    pk: int
    code: str
    department: str
    is_standing: bool  # today; what stood on a day that is over may have been withdrawn since
    problems: dict[int, int]
    without_measure: dict[int, int]
    came_back: frozenset[int]

    @property
    def total(self) -> int:
        """Return how many problems there are."""
        return sum(self.problems.values())


class Gaps:
    """The five gaps over what some departments have submitted on a period. Counted by the database; no list is longer than was asked for.

    `departments` is None for the whole federation, `today` tells whether `day` is over.
    """

    def __init__(self, period: Period, day: dt.date, today: dt.date, departments: QuerySet[Department] | None = None) -> None:
        self.period, self.day, self.today = period, day, today
        self.scope = within(departments, "report__department")

    @cached_property
    def goals(self) -> list[Goal]:
        """Return the goals, each with the gap that a problem can be."""
        return once(Goal, lambda: list(Goal.objects.order_by("number")))

    @property
    def ranked(self) -> list[GapCount]:
        """Return the five gaps, the one with most problems first."""
        rows = [GapCount(goal, *(self._sums[f"{what}_{goal.number}"] or 0 for what in SUMS)) for goal in self.goals]
        return sorted(rows, key=lambda row: (-row.problems, row.goal.number))

    @property
    def reports(self) -> int:
        """Return how many reports stand submitted."""
        return int(self._sums["reports"])

    @cached_property
    def _sums(self) -> dict[str, Any]:
        sums: dict[str, Any] = {"reports": Count("pk")}
        for n in self.numbers:
            sums |= {f"problems_{n}": Sum(f"named_{n}"), f"bare_{n}": Sum(f"open_{n}"), f"back_{n}": Sum(f"again_{n}")}
            sums[f"departments_{n}"] = Count("pk", filter=Q(**{f"named_{n}__gt": 0}))
        return dict(self._versions.aggregate(**sums))

    def worst(self, limit: int) -> tuple[list[GapsOf], int]:
        """Return the departments that name most problems, and how many name any."""
        return self._first(limit, "named")

    def unmeasured(self, limit: int) -> tuple[list[GapsOf], int]:
        """Return the departments with most problems that have no measure (有差距无措施), and how many there are."""
        return self._first(limit, "open")

    def returned(self, limit: int) -> tuple[list[GapsOf], int]:
        """Return the departments with most gaps that they had named in the half-year before too, and how many there are."""
        return self._first(limit, "again") if self.before else ([], 0)

    @cached_property
    def before(self) -> Period | None:
        """Return the half-year before; None where it is not kept here."""
        year, half = (self.period.year, 1) if self.period.half == Period.Half.SECOND else (self.period.year - 1, 2)
        return next((period for period in offered_periods() if (period.year, period.half) == (year, half)), None)

    # --- Where it comes from -----------------------------------------------------------------------------------------

    @property
    def numbers(self) -> list[int]:
        """Return the numbers of the goals."""
        return [goal.number for goal in self.goals]

    @cached_property
    def _versions(self) -> QuerySet[Any]:
        """Return what stands submitted with, for each gap, `named_`, `open_` (no measure) and `again_` (named before too)."""
        versions = standing_versions(self.period, self.day, self.today).filter(self.scope)
        versions = versions.annotate(**{f"named_{n}": _number(n, 0) for n in self.numbers}, **{f"open_{n}": _number(n, 1) for n in self.numbers})
        return versions.annotate(**{f"again_{n}": self._again(n) for n in self.numbers})

    def _again(self, number: int) -> Case:
        if self.before is None:
            return Case(default=Value(0), output_field=IntegerField())
        # Not correlated: the database reads what stands of the half-year before once for each gap, not once for each department.
        before = standing_versions(self.before, self.day, self.today).annotate(named=_number(number, 0)).filter(named__gt=0)
        both = Q(**{f"named_{number}__gt": 0}) & Q(report__department__in=before.values("report__department"))
        return Case(When(both, then=Value(1)), default=Value(0), output_field=IntegerField())

    def _first(self, limit: int, what: str) -> tuple[list[GapsOf], int]:
        """Return the departments with most of something, and how many have any: one query."""
        columns = [f"{name}_{n}" for name in ("named", "open", "again") for n in self.numbers]
        total = sum((F(f"{what}_{n}") for n in self.numbers), Value(0))
        rows = self._versions.annotate(sum_of_all=total).filter(sum_of_all__gt=0).annotate(how_many=Window(Count("*")))
        rows = rows.order_by("-sum_of_all", "report__department__order", "report__department")
        found = list(rows.values(*DEPARTMENT, "how_many", *columns)[:limit])
        return [self._of(row) for row in found], found[0]["how_many"] if found else 0

    def _of(self, row: dict[str, Any]) -> GapsOf:
        problems, bare = ({n: row[f"{what}_{n}"] for n in self.numbers if row[f"{what}_{n}"]} for what in ("named", "open"))
        again = frozenset(n for n in self.numbers if row[f"again_{n}"])
        pk, code, name, standing = (row[column] for column in DEPARTMENT)
        return GapsOf(pk, code, name, standing is not None, problems, bare, again)


def _number(goal: int, place: int) -> Coalesce:
    """Return how many problems a version names against a goal (place 0), or how many of them have no measure (place 1)."""
    return Coalesce(NumberAt("gaps", goal=goal, place=place), 0)


class NumberAt(Func):
    """The number at one place of `ReportVersion.gaps`. Django's own transforms take the number of a goal, which is a key, for a place in a list."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it for SQLite."""
        return super().as_sql(compiler, connection, template="JSON_EXTRACT(%(expressions)s, '$.\"%(goal)d\"[%(place)d]')", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write it for PostgreSQL."""
        return super().as_sql(compiler, connection, template="(%(expressions)s #>> '{%(goal)d,%(place)d}')::integer", **context)
