"""Closing a half-year: what is open in it, what becomes of it, and the act."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.meetings.closing import CloseForm
from federation_tasks.plan.closing import close_period, open_lines, refusal_to_close
from federation_tasks.plan.models import Period
from federation_tasks.workflow.moves import WrongState


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, period: str) -> HttpResponse:
    """List what is open in a half-year, and close it. To whoever does not supervise there is no such page."""
    if not request.access.may(Capability.SUPERVISE):
        raise Http404
    found = get_object_or_404(Period.objects.with_code(period))
    refusal = refusal_to_close(found)
    if request.method != "POST":
        return _page(request, found, refusal, CloseForm(use_required_attribute=False))
    if refusal:
        raise WrongState(refusal)
    form = CloseForm(request.POST, use_required_attribute=False)
    if not form.is_valid():
        return _page(request, found, "", form)
    closed = close_period(found, request.access, form.cleaned_data["reason"])
    numbers = "，".join(f"{what} {number}" for what, number in closed.numbers.items())
    messages.success(request, f"{found}已经关闭。{numbers}。下一期是{closed.following}，{closed.following.get_state_display()}。")
    return redirect("meetings:close", found.code)


def _page(request: SignedInRequest, period: Period, refusal: str, form: CloseForm) -> HttpResponse:
    lines = [] if refusal else open_lines(period)
    known = {"period": period, "refusal": refusal, "form": form, "errors": form.summary, "is_early": request.access.on <= period.ends_on}
    return render(request, "meetings/close.html", known | {"lines": lines, "total": sum(line.number for line in lines)})
