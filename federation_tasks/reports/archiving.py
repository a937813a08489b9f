"""What the closing of a period does to its reports: they are archived; drafts stay 未报送."""

from django.urls import reverse

from federation_tasks.plan.closing import Closing, Line, Numbers, Piece
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.models import EDITABLE, Report, ReportState
from federation_tasks.workflow.many import perform_all

UNREVIEWED, MISSING, RETURNED = "已报送、领导未审的汇报", "未报送的汇报", "退回后没有再报送的汇报"


def still_open(period: Period) -> list[Line]:
    """Return which reports are not finished in a period that someone is about to close: three queries."""
    where = f"{reverse('reports:reports')}?period={period.code}"
    reports = Report.objects.filter(period=period).select_related("department", "period").order_by("department__order", "pk")
    missing = ReportDuty.objects.filter(period=period).missing().select_related("department").order_by("department__order", "pk")
    return [
        _line(UNREVIEWED, "归档，记为未审", where, [_piece(row) for row in reports.filter(state=ReportState.SUBMITTED)]),
        _line(RETURNED, "留在本期，不再报送", where, [_piece(row) for row in reports.filter(state__in=EDITABLE, standing__isnull=False)]),
        _line(MISSING, "记为未报送", where, [Piece(str(row.department), row.department.get_absolute_url()) for row in missing]),
    ]


def _line(label: str, becomes: str, where: str, pieces: list[Piece]) -> Line:
    return Line(label, len(pieces), becomes, where, pieces)


def _piece(report: Report) -> Piece:
    return Piece(str(report.department), report.get_absolute_url())


def archive_submitted(closing: Closing) -> Numbers:
    """Archive what was approved and, as 未审, what nobody reviewed; return how many."""
    reports = Report.objects.filter(period=closing.period, state__in=[ReportState.SUBMITTED, ReportState.APPROVED])
    rows = perform_all(reports.select_related("department", "period"), "archive", closing.access)
    return {"归档的汇报": len(rows), "其中领导未审": sum(row.facts["unreviewed"] for row in rows)}
