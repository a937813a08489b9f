"""Reading a report: its authors as it stands, leaders and the office what was submitted."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.attachments import with_files
from federation_tasks.reports.awaiting import awaiting
from federation_tasks.reports.content import FrozenLamps, compose
from federation_tasks.reports.drafts import refuse_start
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.history import events_of, words_of_return
from federation_tasks.reports.lookup import drafting_department, readable_report, sentence_page, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.moves import may_review
from federation_tasks.reports.views.around import address
from federation_tasks.reports.withdrawing import mark_opened
from federation_tasks.workflow.forms import MoveForm, move_forms


@require_safe
@with_period
def report(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show a report: to its authors as it stands, to others what was submitted last."""
    try:
        found = readable_report(request, period, code)
    except Http404:
        return not_begun(request, period, code)
    if may_review(found, request.access):
        mark_opened(found, request.access)
    return reading_page(request, found)


def not_begun(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Lead an author to the form of a report that nobody has begun; answer 404 to anyone else."""
    department = drafting_department(request, code)
    try:
        refuse_start(period, department)
    except ValidationError as error:
        return sentence_page(request, error.messages[0], [])
    return redirect("reports:edit", period.code, code)


def reading_page(request: SignedInRequest, report: Report, failed: MoveForm | None = None) -> HttpResponse:
    """Render a report with the moves that are open to this person; `failed` is the one that was just refused."""
    is_author = request.access.may(Capability.DRAFT_REPORTS, report.department_id)
    events, filing = events_of(report), Filing(report, request.access.on)
    known = {
        "report": report,
        "is_author": is_author,
        "events": events,
        "returned": words_of_return(report, events) if is_author else None,
        "versions": report.versions.defer("content") if is_author else report.versions.standing().defer("content"),
        # Submitting goes through the preview, where one checks one's answers first.
        "moves": move_forms(report, request.access, failed, among={"withdraw", "approve", "return"}),
        "instructs": filing.duty if request.access.may(Capability.DECIDE, report.department_id) else None,
        "outline": address(report, "outline") if filing.is_oral else "",
        "next": next_awaiting(request, report),
        "errors": failed.summary if failed else [],
    }
    return render(request, "reports/report.html", known | shown(request, report, is_author=is_author))


def shown(request: SignedInRequest, report: Report, *, is_author: bool) -> dict[str, Any]:
    """Return the text that this person sees: an author's work in progress is nobody else's."""
    in_progress = is_author and report.is_editable
    content = compose(Filing(report, request.access.on)) if in_progress else report.standing and report.standing.content
    standing = "草稿，还没有报送" if in_progress else f"第 {report.standing.number} 稿" if report.standing else ""
    content = content and with_files(content)
    return {"content": content, "lamps": FrozenLamps(), "in_progress": in_progress, "version": report.standing, "standing": standing}


def next_awaiting(request: SignedInRequest, report: Report) -> Report | None:
    """Return another report that awaits this leader."""
    return next((row.thing for row in awaiting(request.access).reports if row.thing != report), None)


@require_safe
@with_period
def version(request: SignedInRequest, period: Period, code: str, number: int) -> HttpResponse:
    """Show a frozen version; one that was withdrawn unread only to its authors."""
    found = readable_report(request, period, code)
    is_author = request.access.may(Capability.DRAFT_REPORTS, found.department_id)
    versions = found.versions.all() if is_author else found.versions.standing()
    frozen = get_object_or_404(versions.select_related("submitted_by"), number=number)
    others = versions.defer("content").order_by("-number")
    return render(
        request, "reports/version.html", {"report": found, "version": frozen, "versions": others, "content": with_files(frozen.content), "lamps": FrozenLamps()}
    )
