"""What leaders see: the dashboard, and the same numbers for machines. Reads only."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.models import Leader
from departments.requests import SignedInRequest
from federation_tasks.dashboard.board import Board
from federation_tasks.dashboard.figures import figures
from federation_tasks.dashboard.forms import Picker
from federation_tasks.dashboard.goal import GoalPage
from federation_tasks.dashboard.shape import Shape
from federation_tasks.dashboard.summary import Summary, summarise
from federation_tasks.plan.models import Goal


def picker_of(request: SignedInRequest) -> Picker:
    """Return what was asked for. Raises Http404 for someone who has no dashboard: that there is one is not told."""
    if not request.access.may(Capability.READ_DASHBOARD):
        raise Http404
    return Picker(request.GET, request.access.on)


def summary_of(request: SignedInRequest, picker: Picker) -> Summary:
    """Return the numbers that were asked for, of one leader's portfolio where `?leader=` names one.

    Raises Http404 for who is no leader in office on that day and, for someone who does not see everything, for a leader who is in
    charge of nothing that he sees.
    """
    period, day = picker.cleaned_data["period"], picker.cleaned_data["on"]
    typed = request.GET.get("leader", "")
    if not typed:
        return summarise(request.access, period, day)
    leaders = (
        Leader.objects.filter(Leader.in_office_on(day), pk=int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else Leader.objects.none()
    )
    summary = summarise(request.access, period, day, get_object_or_404(leaders))
    if not summary.sees_all and summary.scope is not None and not summary.scope.exists():
        raise Http404
    return summary


@require_safe
@never_cache
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Show how things stand in a period."""
    picker = picker_of(request)
    if not picker.is_valid():
        return render(request, "dashboard/none.html", {"form": picker}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return render(request, "dashboard/none.html", {"form": None})
    summary = summary_of(request, picker)
    board = Board(summary, Shape.asked(request.GET))
    return render(request, "dashboard/dashboard.html", {"form": picker.showing(summary.period), "board": board, "summary": summary})


@require_safe
@never_cache
def goal(request: SignedInRequest, number: int) -> HttpResponse:
    """Show how one goal stands in a period: its departments, its overdue tasks, its half-years."""
    picker = picker_of(request)
    found = get_object_or_404(Goal, number=number)
    shown = {"form": picker, "heading": found, "action": request.path}
    if not picker.is_valid():
        return render(request, "dashboard/none.html", shown, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return render(request, "dashboard/none.html", shown | {"form": None})
    summary = summary_of(request, picker)
    page = GoalPage(summary, found, request.GET.get("page", "1"))
    return render(request, "dashboard/goal.html", shown | {"form": picker.showing(summary.period), "page": page, "board": page, "summary": summary})


@require_safe
@never_cache
def summary_json(request: SignedInRequest) -> JsonResponse:
    """Give the dashboard's numbers to machines."""
    picker = picker_of(request)
    if not picker.is_valid():
        return _json({"errors": picker.field_errors()}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return _json({"errors": {"period": ["还没有任何半年周期。"]}}, status=404)
    return _json(figures(summary_of(request, picker)))


def _json(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
