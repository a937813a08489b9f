"""What the tests of letters share: a day, writing a letter as the ledger does, and the outbox in memory."""

import datetime as dt

import pytest

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.digests import planning, schedule
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.models import Letter
from federation_tasks.digests.overdue import compose
from federation_tasks.digests.sending import send_due
from federation_tasks.digests.testing import Sink, running

DUE = TODAY - dt.timedelta(days=10)


@pytest.fixture
def digest_of():
    """Return a function that composes one of the cast's digest of a day."""

    def compose_for(user, day=TODAY):
        return compose(Leader.objects.get(user=user), Briefing(day))

    return compose_for


@pytest.fixture
def send_round():
    """Return a function that plans and sends a day's digests; it returns the letters of that day by recipient."""

    def plan_and_send(day=TODAY):
        planning.plan_digests(day)
        send_due()
        return {letter.recipient: letter for letter in Letter.objects.filter(day=day)}

    return plan_and_send


@pytest.fixture
def scheduled(db):
    """Have the rows of the schedule, also after a test that emptied all tables."""
    schedule.install()


@pytest.fixture
def sink(settings):
    """Return a real mail server on this machine, to which letters go."""
    with running(Sink()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        yield server
