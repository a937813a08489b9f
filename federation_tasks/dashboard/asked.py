"""What was asked of the dashboard: period, day and whose numbers, with the answers to what cannot be shown."""

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from departments.access import Access, Capability
from departments.models import Leader
from departments.requests import SignedInRequest
from federation_tasks.dashboard.forms import Picker
from federation_tasks.dashboard.summary import Summary, summarise


def picker_of(request: SignedInRequest) -> Picker:
    """Return what was asked for. Raises Http404 for someone who has no dashboard: that there is one is not told."""
    if not request.access.may(Capability.READ_DASHBOARD):
        raise Http404
    return Picker(request.GET, request.access.on)


def summary_of(access: Access, picker: Picker, asked: QueryDict) -> Summary:
    """Return the numbers that were asked for, of one leader's portfolio where `?leader=` names one.

    Raises Http404 for who is no leader in office on that day and, for someone who does not see everything, for a leader who is in
    charge of nothing that he sees.
    """
    period, day = picker.cleaned_data["period"], picker.cleaned_data["on"]
    typed = asked.get("leader", "")
    if not typed:
        return summarise(access, period, day)
    summary = summarise(access, period, day, get_object_or_404(Leader.typed(typed, day)))
    if not summary.sees_all and summary.scope is not None and not summary.scope.exists():
        raise Http404
    return summary
