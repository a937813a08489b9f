"""One department's deadline: its people and leaders read it, the office puts it off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.deadlines import moment_words
from federation_tasks.reports.exceptions import NOT_THE_OFFICE, may_put_off, put_off, why_fixed
from federation_tasks.reports.forms.exceptions import ExceptionForm
from federation_tasks.reports.lookup import with_period
from federation_tasks.workflow.moves import WrongState


@require_http_methods(["GET", "HEAD", "POST"])
@with_period
def deadline(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show until when a department reports, and why later than others; let the office change it."""
    duties = ReportDuty.objects.filter(department__in=request.access.departments(Capability.READ_SUBMITTED).values("pk"))
    duty = get_object_or_404(duties.select_related("department", "period"), period=period, department__code=code)
    if request.method == "POST":
        return change(request, duty)
    form = ExceptionForm(duty, timezone.now()) if may_put_off(duty, request.access) and not why_fixed(duty) else None
    return page(request, duty, form)


def change(request: SignedInRequest, duty: ReportDuty) -> HttpResponse:
    """Write what the office has decided; show it again where something is wrong."""
    if not may_put_off(duty, request.access):
        raise PermissionDenied(NOT_THE_OFFICE)
    if sentence := why_fixed(duty):
        raise WrongState(sentence)
    form = ExceptionForm(duty, timezone.now(), request.POST)
    if not form.is_valid():
        return page(request, duty, form)
    until = form.cleaned_data["until"]
    put_off(duty, until, form.cleaned_data["reason"], request.access)
    messages.success(
        request, f"{duty.department}的报送时间已放宽到 {moment_words(until)}。" if until else f"{duty.department}的放宽已取消，按大家的截止时间报送。"
    )
    return redirect(f"{reverse('reports:reports')}?period={duty.period.code}")


def page(request: SignedInRequest, duty: ReportDuty, form: ExceptionForm | None) -> HttpResponse:
    """Render the deadline with the form, where this person has one."""
    usual = duty.period.report_deadline
    known = {
        "duty": duty,
        "form": form,
        "errors": form.summary if form else [],
        "usual": moment_words(usual) if usual else "待定",
        "own": moment_words(duty.exception_until) if duty.exception_until else "",
        "why_fixed": why_fixed(duty) if may_put_off(duty, request.access) else "",
    }
    return render(request, "reports/deadline.html", known)
