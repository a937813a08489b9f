"""What a department has already had this half-year (减负): forms to fill, urges, returns. The office sees it before it urges."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from departments.access import HEADS
from departments.models import Department, Membership
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.supervision.models import InstructionDuty, Urge, UrgeState
from federation_tasks.workflow.models import HistoryRow

RETURNS = ("return", "send_back")  # a report, or a claim or an answer, came back


@dataclass(frozen=True)
class Burden:
    """The numbers of one department in one half-year. `has_head`: somebody answers for it today and gets the letter."""

    department: Department
    reports: int = 0
    instructions: int = 0
    urges: int = 0
    returns: int = 0
    has_head: bool = True

    @property
    def forms(self) -> int:
        """Return how many forms it was asked to fill: reports and answers to instructions."""
        return self.reports + self.instructions


def burdens(departments: Iterable[Department], period: Period | None, day: dt.date) -> list[Burden]:
    """Return the burden of these departments in a half-year, in their order: five queries, whatever their number."""
    rows = sorted({department.pk: department for department in departments}.values(), key=lambda department: (department.order, department.pk))
    ids = [department.pk for department in rows]
    reports = _counted(ReportDuty.objects.filter(department__in=ids, period=period))
    instructions = _counted(InstructionDuty.objects.filter(department__in=ids, period=period))
    urges = _counted(Urge.objects.filter(department__in=ids, period=period).exclude(state=UrgeState.WITHDRAWN))
    returns = _counted(HistoryRow.objects.filter(department__in=ids, period=period.code if period else "", move__in=RETURNS))
    headed = set(Membership.objects.on(day).filter(department__in=ids, role__in=HEADS, user__is_active=True).values_list("department_id", flat=True))
    return [Burden(row, reports.get(row.pk, 0), instructions.get(row.pk, 0), urges.get(row.pk, 0), returns.get(row.pk, 0), row.pk in headed) for row in rows]


def _counted(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("department").annotate(Count("pk")))
