"""接手清单: what came with the departments that a leader took over on one day."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.models import Leader
from departments.requests import SignedInRequest
from federation_tasks.home.handover import Handover
from federation_tasks.home.takeovers import Takeovers
from federation_tasks.plan.periods import chosen_day


@require_safe
def handover(request: SignedInRequest) -> HttpResponse:
    """Show a leader what he took over; to others there is no such page."""
    if request.access.leader is None:
        raise Http404
    return _page(request, request.access.leader)


@require_safe
def handover_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a leader took over: to himself, to the principal and to the office."""
    leader = get_object_or_404(Leader, pk=pk)
    is_own = request.access.leader is not None and request.access.leader.pk == pk
    if not (is_own or request.access.is_principal or request.access.everywhere(Capability.SUPERVISE)):
        raise Http404
    return _page(request, leader)


def _page(request: SignedInRequest, leader: Leader) -> HttpResponse:
    """Show one day's handover. A day on which nothing was taken over is answered with 404, a sentence, and the days that there are."""
    takeovers = Takeovers(leader, request.access.on)
    known = {"leader": leader, "is_own": leader == request.access.leader, "days": list(takeovers.by_day)}
    try:
        day = _day(request, takeovers)
    except ValidationError as error:
        return render(request, "home/handover.html", known | {"sentence": error.messages[0]}, status=404)
    page = Handover(leader, day, takeovers.by_day[day], request.access) if day else None
    return render(request, "home/handover.html", known | {"page": page})


def _day(request: SignedInRequest, takeovers: Takeovers) -> dt.date | None:
    """Return the day that was asked for, or the newest one of late; raise ValidationError with the sentence for any other."""
    typed = request.GET.get("on", "").strip()
    if not typed:
        return takeovers.newest()
    day = chosen_day(typed, request.access.on)
    if day not in takeovers.by_day:
        later = "还没有到。到那一天再看。" if day > request.access.on else f"{takeovers.leader}没有新接手单位。请从下面选一天。"
        raise ValidationError(f"{day:%Y-%m-%d} {later}")
    return day
