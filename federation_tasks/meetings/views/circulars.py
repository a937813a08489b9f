"""Circulars are read, by everyone once they are issued; issued by the office; taken along as a workbook."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from departments.requests import SignedInRequest
from federation_tasks import sheets
from federation_tasks.meetings.exporting import export
from federation_tasks.meetings.issuing import IssueForm, issue, may_issue, refusal_to_issue
from federation_tasks.meetings.models import Circular
from federation_tasks.meetings.page import CircularPage, may_preview, page_of
from federation_tasks.plan.models import Period
from federation_tasks.workflow.moves import WrongState


@require_safe
def circulars(request: SignedInRequest) -> HttpResponse:
    """List what was issued and, for whoever sees it, what can be issued."""
    issued = Circular.objects.select_related("period").defer("content", "intro")
    to_come = Period.objects.owed().filter(circular=None) if may_preview(request.access) else Period.objects.none()
    return render(request, "meetings/circulars.html", {"issued": issued, "to_come": to_come})


@require_safe
def circular(request: SignedInRequest, period: str) -> HttpResponse:
    """Show the circular on a half-year; before it is issued, to the office and the leaders, what it would say today."""
    return _show(request, _readable(request, period))


@require_POST
def issue_circular(request: SignedInRequest, period: str) -> HttpResponse:
    """Issue the circular on a half-year."""
    page = _readable(request, period)
    may_issue(request.access)
    if sentence := refusal_to_issue(page.period, request.access):
        raise WrongState(sentence, page.circular)
    form = IssueForm(request.POST, use_required_attribute=False)
    if not form.is_valid():
        page.form = form
        return _show(request, page)
    found = issue(page.period, request.access, form.cleaned_data["number"], form.cleaned_data["intro"])
    messages.success(request, f"{found}（{found.number}）已经印发，所有登录的人都能看到；数字不再变动。")
    return redirect(found)


@require_POST
def export_circular(request: SignedInRequest, period: str) -> HttpResponseBase:
    """Hand out the table as a workbook. A POST: a link that a browser fetches beforehand must not write an export down."""
    page = _readable(request, period)
    return FileResponse(export(page), as_attachment=True, filename=f"{page.period}通报.xlsx", content_type=sheets.MIME)


def _readable(request: SignedInRequest, code: str) -> CircularPage:
    """Return what this person sees of a half-year's circular, or raise Http404."""
    page = page_of(get_object_or_404(Period.objects.owed().with_code(code)), request.access)
    if page is None:
        raise Http404
    return page


def _show(request: SignedInRequest, page: CircularPage) -> HttpResponse:
    return render(request, "meetings/circular.html", {"page": page, "errors": page.form.summary if page.form else []})
