"""A closed half-year before the running one, for the tests of this room."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from departments.testing import TODAY
from federation_tasks.plan.models import Period, ReportDuty

MORNING = dt.datetime.combine(TODAY, dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def first_half(plan, cast):
    """The half-year before, open still: over since the last day of June. Three owe a report."""
    deadline = timezone.make_aware(dt.datetime(2026, 6, 18, 17, 30))
    period = Period.objects.create(year=2026, half=1, state=Period.State.OPEN, report_deadline=deadline)
    for department, at in ((cast.kfb, dt.timedelta(days=-1)), (cast.jjb, dt.timedelta(days=2)), (cast.ysa, None)):
        ReportDuty.objects.create(period=period, department=department, submitted_at=deadline + at if at else None)
    return period
