"""The preview, where one checks one's answers, and from which a report is submitted."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.attachments import with_files
from federation_tasks.reports.completeness import missing, odd
from federation_tasks.reports.content import FrozenLamps, compose
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.findings import Finding
from federation_tasks.reports.lookup import drafted_report, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.views.around import about, address


@require_safe
@with_period
def preview(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show the report as it will be submitted, with what is missing or odd in it."""
    report = drafted_report(request, period, code)
    if not report.is_editable or period.state != Period.State.OPEN:
        return redirect(report)
    return preview_page(request, report)


def preview_page(request: SignedInRequest, report: Report, refused: list[Finding] | None = None) -> HttpResponse:
    """Render the preview; `refused` is what a submission was just refused for."""
    filing = Filing(report, request.access.on)
    known = {
        "content": with_files(compose(filing)),
        "lamps": FrozenLamps(),
        "missing": missing(filing) if refused is None else refused,
        "odd": odd(filing),
        "was_refused": refused is not None,
        "edit": address(report, "edit"),
    }
    return render(request, "reports/preview.html", about(request, report, filing) | known)


def findings_of(refused: ValidationError) -> list[Finding]:
    """Return what a refused submission says, by field, in page order."""
    return [Finding(field, sentence) for field, sentences in refused.message_dict.items() for sentence in sentences]
