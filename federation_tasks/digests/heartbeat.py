"""Signs of life of the scheduler and the worker, in the database, where /health/ and the office look for them."""

import datetime as dt

from django.utils import timezone

from federation_tasks.digests.models import Heartbeat

SCHEDULER = "scheduler"
WORKER = "worker"
ALIVE_FOR = dt.timedelta(seconds=150)  # the bell rings each minute: two may be missed


def beat(name: str, at: dt.datetime | None = None) -> None:
    """Note that one of the two lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at or timezone.now()})


def last(name: str) -> dt.datetime | None:
    """Return when one of the two last showed that it lives; None if it never did."""
    row = Heartbeat.objects.filter(name=name).first()
    return row.at if row else None


def is_alive(name: str, now: dt.datetime) -> bool:
    """Say whether one of the two has shown lately that it lives."""
    at = last(name)
    return at is not None and now - at <= ALIVE_FOR
