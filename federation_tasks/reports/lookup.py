"""Finding what an address names: the period first, then what this person may see in it."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from departments.access import Capability
from departments.models import Department
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.plan.periods import chosen_period, offered_periods
from federation_tasks.reports.models import Report
from federation_tasks.reports.shut import why_shut

WITH_ALL = ("period", "department", "standing", "submitted_by", "edited_by")


def sentence_page(request: SignedInRequest, sentence: str, periods: list[Period], what: str = "这份汇报") -> HttpResponse:
    """Answer 404 with a sentence, where it gives nothing away, and the periods that there are."""
    return render(request, "reports/nothing_here.html", {"sentence": sentence, "periods": periods, "what": what}, status=404)


def with_period(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the period of its address; answer 404 with a sentence for a code that is no period."""

    @functools.wraps(view)
    def found(request: SignedInRequest, period: str, *args: Any, **kwargs: Any) -> HttpResponse:
        offered = offered_periods()
        try:
            chosen = chosen_period(period, request.access.on, offered)
        except ValidationError as error:
            # One that is planned is no secret: its authors learn who begins it.
            planned = Period.objects.with_code(period.upper()).first()
            return sentence_page(request, why_shut(planned) if planned else error.messages[0], offered)
        return view(request, chosen, *args, **kwargs)

    return found


def readable_report(request: SignedInRequest, period: Period, code: str) -> Report:
    """Return a report that this person may read, or raise Http404."""
    reports = Report.objects.visible_to(request.access).select_related(*WITH_ALL)
    return get_object_or_404(reports, period=period, department__code=code)


def readable_versions(request: SignedInRequest, report: Report) -> Any:
    """Return the versions of a report that this person may read, newest first: those that were withdrawn unread are its authors' alone."""
    is_author = request.access.may(Capability.DRAFT_REPORTS, report.department_id)
    return report.versions.order_by("-number") if is_author else report.versions.standing()


def drafting_department(request: SignedInRequest, code: str) -> Department:
    """Return a department for which this person drafts, or raise Http404."""
    return get_object_or_404(request.access.departments(Capability.DRAFT_REPORTS), code=code)


def drafted_report(request: SignedInRequest, period: Period, code: str, along: Sequence[str] = WITH_ALL) -> Report:
    """Return a report that this person may write, with what is read along; or raise Http404."""
    reports = Report.objects.editable_by(request.access).filter(period=period, department__code=code)
    report: Report | None = (reports.select_related(*along) if along else reports).first()
    if report is None:
        raise Http404
    return report
