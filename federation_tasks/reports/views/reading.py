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
from federation_tasks.reports.comparing.since import since_return
from federation_tasks.reports.content import FrozenLamps, compose
from federation_tasks.reports.drafts import refuse_start
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.history import Event, decisions_on, events_of, last_return, words_of_return
from federation_tasks.reports.lookup import drafting_department, readable_report, readable_versions, sentence_page, with_period
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.reports.moves import may_review
from federation_tasks.reports.views.around import address
from federation_tasks.reports.withdrawing import mark_opened
from federation_tasks.workflow.forms import MoveForm, move_forms

REVIEW = ("approve", "return")  # the two moves that decide; both are open, or neither is


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
    # Submitting goes through the preview, where one checks one's answers first.
    moves = move_forms(report, request.access, failed, among={"withdraw", *REVIEW})
    known = {
        "report": report,
        "is_author": is_author,
        "events": events,
        "returned": words_of_return(report, events) if is_author else None,
        "versions": readable_versions(request, report).defer("content"),
        "moves": [form for form in moves if form.move.name not in REVIEW],
        "review": {form.move.name: form for form in moves if form.move.name in REVIEW},
        "instructs": filing.duty if request.access.may(Capability.DECIDE, report.department_id) else None,
        "outline": address(report, "outline") if filing.is_oral else "",
        "waiting": others_awaiting(request, report),
        "errors": failed.summary if failed else [],
    }
    return render(request, "reports/report.html", known | shown(filing, events, is_author=is_author))


def shown(filing: Filing, events: list[Event], *, is_author: bool) -> dict[str, Any]:
    """Return the text that this person sees, with what was decided on it: an author's work in progress is nobody else's."""
    report = filing.report
    if is_author and report.is_editable:
        content, asked = compose(filing), last_return(events, report.submissions)
        edit = address(report, "edit") if report.period.state == Period.State.OPEN else ""
        known = {"content": with_files(content), "lamps": FrozenLamps(), "asked": asked, "edit": edit}
        return known | {"in_progress": True, "version": report.standing, "standing": "草稿，还没有报送"}
    standing = {"standing": f"第 {report.standing.number} 稿"} | decided(report.standing, events) if report.standing else {}
    return {"in_progress": False, "version": report.standing, "since": since_return(report, events)} | standing


def decided(version: ReportVersion, events: list[Event]) -> dict[str, Any]:
    """Return what a version says, who decided what on it, and what was asked for at single places of it or of one before it."""
    return {
        "content": with_files(version.content),
        "lamps": FrozenLamps(),
        "decisions": decisions_on(events, version.number),
        "asked": last_return(events, version.number),
    }


def others_awaiting(request: SignedInRequest, report: Report) -> list[Report]:
    """Return the other reports that await this leader, the oldest first."""
    return [row.thing for row in awaiting(request.access).reports if row.thing != report]


@require_safe
@with_period
def version(request: SignedInRequest, period: Period, code: str, number: int) -> HttpResponse:
    """Show a frozen version; one that was withdrawn unread only to its authors."""
    found = readable_report(request, period, code)
    versions = readable_versions(request, found)
    frozen = get_object_or_404(versions.select_related("submitted_by"), number=number)
    if frozen.pk == found.standing_id and may_review(found, request.access):
        mark_opened(found, request.access)
    known = {"report": found, "version": frozen, "versions": versions.defer("content")}
    return render(request, "reports/version.html", known | decided(frozen, events_of(found)))
