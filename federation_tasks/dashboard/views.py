"""What leaders see: the dashboard, and the same numbers for machines. Reads only."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.dashboard.board import Board
from federation_tasks.dashboard.figures import as_json
from federation_tasks.dashboard.forms import Picker
from federation_tasks.dashboard.summary import summarise


def picker_of(request: SignedInRequest) -> Picker:
    """Return what was asked for. Raises Http404 for someone who has no dashboard: that there is one is not told."""
    if not request.access.may(Capability.READ_DASHBOARD):
        raise Http404
    return Picker(request.GET, request.access.on)


@require_safe
@never_cache
def dashboard(request: SignedInRequest) -> HttpResponse:
    """Show how things stand in a period."""
    picker = picker_of(request)
    if not picker.is_valid():
        return render(request, "dashboard/none.html", {"form": picker}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return render(request, "dashboard/none.html", {"form": None})
    summary = summarise(request.access, picker.cleaned_data["period"], picker.cleaned_data["on"])
    board = Board(summary, request.GET.get("page", "1"))
    return render(request, "dashboard/dashboard.html", {"form": picker.showing(summary.period), "board": board, "summary": summary})


@require_safe
@never_cache
def summary_json(request: SignedInRequest) -> HttpResponse:
    """Give the dashboard's numbers to machines."""
    picker = picker_of(request)
    if not picker.is_valid():
        return _json({"errors": picker.field_errors()}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        return _json({"errors": {"period": ["还没有任何半年周期。"]}}, status=404)
    summary = summarise(request.access, picker.cleaned_data["period"], picker.cleaned_data["on"])
    return HttpResponse(as_json(summary), content_type="application/json")


def _json(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
