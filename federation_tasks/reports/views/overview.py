"""Who has reported and who has not."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.periods import chosen_period, offered_periods
from federation_tasks.reports.duties import duty_rows, headline
from federation_tasks.reports.lookup import sentence_page


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Show who has reported in a period; people of a department see their own."""
    if not request.access.may(Capability.READ_SUBMITTED):
        raise Http404
    offered = offered_periods()
    try:
        period = chosen_period(request.GET.get("period", ""), request.access.on, offered)
    except ValidationError as error:
        return sentence_page(request, error.messages[0], offered)
    rows = duty_rows(period, request.access, timezone.now()) if period else []
    return render(request, "reports/reports.html", {"period": period, "periods": offered, "rows": rows, "headline": headline(rows)})
