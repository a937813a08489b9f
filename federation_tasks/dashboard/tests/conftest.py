"""What the tests of the dashboard share."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from departments.testing import TODAY
from federation_tasks.plan.models import Period, ReportDuty


@pytest.fixture
def today():
    """Let the site's clock stand at ten in the morning of the cast's day."""
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield TODAY


@pytest.fixture
def plan(plan):
    """The running half-year, on record since it began, so that past days know it."""
    since = timezone.make_aware(dt.datetime.combine(plan.period.starts_on, dt.time(9)))
    for kind in (Period, ReportDuty):
        kind.history.update(history_date=since)
    return plan
