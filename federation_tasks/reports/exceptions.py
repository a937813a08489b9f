"""One department's own deadline (个别放宽): the office grants it with a reason, and takes it back (domain.md, Who may do what)."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from departments.access import Access, Capability
from departments.changes import because
from federation_tasks.plan.models import ReportDuty
from federation_tasks.reports.deadlines import moment_words
from federation_tasks.reports.shut import why_shut
from federation_tasks.workflow.moves import WrongState

NOT_THE_OFFICE = "只有办公室（督查）可以放宽报送时间。"


def may_put_off(duty: ReportDuty, access: Access) -> bool:
    """Say whether this person grants exceptions."""
    return access.may(Capability.SUPERVISE, duty.department_id)


def why_fixed(duty: ReportDuty) -> str:
    """Return why the deadline cannot be put off any more; empty where it can."""
    if sentence := why_shut(duty.period):
        return sentence
    if duty.submitted_at:
        return f"{duty.department}已于 {moment_words(duty.submitted_at)} 报送，不用再放宽；迟报与否按当时的截止时间算。"
    return ""


def refusal_of_moment(duty: ReportDuty, until: dt.datetime, now: dt.datetime) -> str:
    """Return why this cannot be the department's own deadline; empty where it can."""
    usual = duty.period.report_deadline
    if until <= now:
        return "放宽到的时间已经过去了，请填一个以后的时间。"
    if usual and until <= usual:
        return f"放宽到的时间不能早于大家的截止时间（{usual.astimezone():%Y-%m-%d %H:%M}）。"
    return ""


def put_off(duty: ReportDuty, until: dt.datetime | None, reason: str, access: Access) -> None:
    """Write a department's own deadline, or take it back where `until` is None; the reason stands in the duty's history.

    Raises PermissionDenied for anyone but the office, and WrongState where the department has reported or the half-year is not open.
    """
    with transaction.atomic():
        locked = ReportDuty.objects.select_for_update(of=("self",)).select_related("period", "department").get(pk=duty.pk)
        if not may_put_off(locked, access):
            raise PermissionDenied(NOT_THE_OFFICE)
        if sentence := why_fixed(locked):
            raise WrongState(sentence)
        locked.exception_until, locked.exception_reason = until, reason if until else ""
        because(locked, reason)
        locked.save(update_fields=["exception_until", "exception_reason"])
