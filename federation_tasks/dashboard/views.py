"""What leaders see: the dashboard, and the same numbers for machines. Reads only."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest
from federation_tasks.dashboard.asked import picker_of, summary_of
from federation_tasks.dashboard.board import Board
from federation_tasks.dashboard.figures import as_json
from federation_tasks.dashboard.goal import GoalPage
from federation_tasks.dashboard.shape import Shape
from federation_tasks.plan.models import Goal
from federation_tasks.plan.snapshot import in_one_snapshot


@require_safe
@never_cache
@in_one_snapshot
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Show how things stand in a period."""
    picker = picker_of(request)
    if not picker.is_valid():
        return render(request, "dashboard/none.html", {"form": picker}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return render(request, "dashboard/none.html", {"form": None})
    summary = summary_of(request.access, picker, request.GET)
    board = Board(summary, Shape.asked(request.GET))
    return render(request, "dashboard/dashboard.html", {"form": picker.showing(summary.period), "board": board, "summary": summary})


@require_safe
@never_cache
@in_one_snapshot
def goal(request: SignedInRequest, number: int) -> HttpResponse:
    """Show how one goal stands in a period: its departments, its overdue tasks, its half-years."""
    picker = picker_of(request)
    found = get_object_or_404(Goal, number=number)
    shown = {"form": picker, "heading": found, "action": request.path}
    if not picker.is_valid():
        return render(request, "dashboard/none.html", shown, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return render(request, "dashboard/none.html", shown | {"form": None})
    summary = summary_of(request.access, picker, request.GET)
    page = GoalPage(summary, found, request.GET.get("page", "1"))
    return render(request, "dashboard/goal.html", shown | {"form": picker.showing(summary.period), "page": page, "board": page, "summary": summary})


@require_safe
@never_cache
@in_one_snapshot
def summary_json(request: SignedInRequest) -> HttpResponse:
    """Give the dashboard's numbers to machines."""
    picker = picker_of(request)
    if not picker.is_valid():
        return _json({"errors": picker.field_errors()}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return _json({"errors": {"period": ["还没有任何半年周期。"]}}, status=404)
    return HttpResponse(as_json(summary_of(request.access, picker, request.GET)), content_type="application/json")


def _json(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
