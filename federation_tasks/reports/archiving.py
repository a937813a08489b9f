"""What the closing of a period does to its reports: they are archived; drafts stay 未报送."""

from federation_tasks.plan.closing import Closing, Numbers
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.models import EDITABLE, Report, ReportState
from federation_tasks.workflow.moves import perform

UNREVIEWED, MISSING, RETURNED = "已报送、领导未审的汇报", "未报送的汇报", "退回后没有再报送的汇报"


def still_open(period: Period) -> Numbers:
    """Return which reports are not finished in a period that someone is about to close."""
    reports = Report.objects.filter(period=period)
    return {
        UNREVIEWED: reports.filter(state=ReportState.SUBMITTED).count(),
        RETURNED: reports.filter(state__in=EDITABLE, standing__isnull=False).count(),
        MISSING: ReportDuty.objects.filter(period=period).missing().count(),
    }


def archive_submitted(closing: Closing) -> Numbers:
    """Archive what was approved and, as 未审, what nobody reviewed; return how many."""
    reports = Report.objects.filter(period=closing.period, state__in=[ReportState.SUBMITTED, ReportState.APPROVED])
    rows = [perform(report, "archive", closing.access) for report in reports.select_related("department", "period")]
    return {"归档的汇报": len(rows), "其中领导未审": sum(row.facts["unreviewed"] for row in rows)}
