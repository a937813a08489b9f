"""One department: who works there, who is in charge, what it does and what it has reported; and all that happened there."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.models import Department
from departments.requests import SignedInRequest
from federation_tasks.dashboard.forms import Picker
from federation_tasks.home.department import DepartmentPage
from federation_tasks.home.timeline.filters import TimelineFilter
from federation_tasks.home.timeline.page import DepartmentTimeline


def readable(request: SignedInRequest, code: str) -> Department:
    """Return a department whose tasks this person may read; to others it does not exist."""
    return get_object_or_404(request.access.departments(Capability.READ_TASKS), code=code)


@require_safe
def department(request: SignedInRequest, code: str) -> HttpResponse:
    """Show a department: today, or on another day that is asked for."""
    found, picker = readable(request, code), Picker(request.GET, request.access.on)
    shown = {"form": picker, "heading": found, "action": request.path}
    if not picker.is_valid():
        return render(request, "dashboard/none.html", shown, status=picker.refusal)
    period, day = picker.cleaned_data["period"], picker.cleaned_data["on"]
    page = DepartmentPage(found, request.access, period, day)
    return render(request, "home/department.html", shown | {"page": page, "form": picker.showing(period) if period else None})


@require_safe
def timeline(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what happened in a department in one half-year. One that does not exist is answered with 404, its sentence and those that do."""
    found = readable(request, code)
    form = TimelineFilter(request.GET, request.access)
    known = {"department": found, "form": form}
    if not form.is_valid():
        return render(request, "home/timeline.html", known | {"errors": form.summary}, status=404)
    shown = DepartmentTimeline(found, form, request.GET.get("page", "")) if form.cleaned_data["period"] else None
    return render(request, "home/timeline.html", known | {"timeline": shown})
