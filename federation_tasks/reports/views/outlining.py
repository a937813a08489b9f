"""The page to speak from: for departments that report at the meeting."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.content import Content
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.lookup import readable_report, sentence_page, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.moves import may_review
from federation_tasks.reports.outline import LARGE, PER_MINUTE, SIZES, STANDARD
from federation_tasks.reports.outline import outline as made_of
from federation_tasks.reports.views.reading import shown
from federation_tasks.reports.withdrawing import mark_opened


@require_safe
@with_period
def outline(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show what to say at the meeting: to authors of the report as it stands, to others of what was submitted last."""
    report = readable_report(request, period, code)
    filing = Filing(report, request.access.on)
    if filing.duty is None or not filing.is_oral:
        return sentence_page(request, f"{report.department}{period}不在会上发言，没有发言提纲；要看汇报，请从半年汇报里打开。", [], "发言提纲")
    seen = shown(filing, [], is_author=request.access.may(Capability.DRAFT_REPORTS, report.department_id))
    if not seen["content"]:
        return sentence_page(request, f"{report.department}{period}没有报送过汇报，没有发言提纲。", [], "发言提纲")
    if may_review(report, request.access):
        mark_opened(report, request.access)
    return render(request, "reports/outline.html", seen | _page(request, report, filing.duty, seen["content"]))


def _page(request: SignedInRequest, report: Report, duty: ReportDuty, content: Content) -> dict[str, Any]:
    size = LARGE if request.GET.get("size") == LARGE.name else STANDARD
    made = made_of(content, speaker_words(duty), size)
    return {"report": report, "outline": made, "sizes": SIZES, "per_minute": PER_MINUTE}


def speaker_words(duty: ReportDuty) -> str:
    """Return when at the meeting the department speaks, and the day of the meeting."""
    order = f"第 {duty.order} 个发言" if duty.order else "发言次序待定"
    day = duty.period.meeting_on
    return f"{order}，" + (f"{day.year}年{day.month}月{day.day}日汇报会" if day else "汇报会日期待定")
