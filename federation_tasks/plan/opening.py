"""Opening a half-year: from this day its tasks are owed and counted, and its reports can be written (domain.md, Words)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from departments.changes import because
from departments.models import Department
from federation_tasks.plan.models import Period, ReportDuty

MOST_OPEN = 2  # periods at once: the one that is being finished and the one that has begun


def open_period(period: Period, reason: str) -> None:
    """Open a planned period. Raise ValidationError with the sentence where it is not planned or two are open already."""
    with transaction.atomic():
        locked = Period.objects.select_for_update().get(pk=period.pk)
        if sentence := refusal_to_open(locked):
            raise ValidationError(sentence)
        locked.state = Period.State.OPEN
        because(locked, reason)
        locked.save()


def refusal_to_open(period: Period) -> str:
    """Return why this period cannot be opened now; empty where it can."""
    if period.state != Period.State.PLANNED:
        return f"{period}{period.get_state_display()}，只有筹划中的周期可以开始。"
    if period.report_deadline is None:
        return f"{period}还没有汇报报送截止时间。请先填好再开始，各单位要按它报送。"
    if Period.objects.filter(state=Period.State.OPEN).count() >= MOST_OPEN:
        return f"已经有 {MOST_OPEN} 个半年在进行。请先关闭一个，再开始{period}。"
    return ""


def register_duties(period: Period, day: dt.date) -> int:
    """Register that every department that exists on this day reports in writing, where nothing is registered yet; return how many are new."""
    owing = ReportDuty.objects.filter(period=period).values("department")
    departments = Department.objects.open_on(day).exclude(pk__in=owing)
    duties = [ReportDuty(period=period, department=department, mode=ReportDuty.Mode.WRITTEN) for department in departments]
    with transaction.atomic():
        for duty in duties:
            duty.save()
    return len(duties)
