"""Doorbells: each message says "look", and the database says what there is to do. A lost one costs a minute, a double one nothing."""

import logging
from typing import Any

from celery import Task, shared_task, signals
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from departments.sessions.store import SessionStore
from federation_tasks.digests import heartbeat
from federation_tasks.digests.planning import plan_if_time
from federation_tasks.digests.sending import send_due
from federation_tasks.digests.urges import plan_urge_letters
from federation_tasks.plan.keeping import compare_and_mend, refresh
from federation_tasks.plan.turning import apply_due_rule
from federation_tasks.supervision.escalating import escalate

log = logging.getLogger(__name__)

COMPARED_AT = 37  # the minute of each hour at which the kept counts are compared with the tasks: half a second for a hundred thousand
STEPS_UP_EVERY = 10  # minutes: once a day would do, and of ten thousand overdue tasks the question alone takes part of a second


@shared_task(bind=True)
def sweep(self: Task) -> None:
    """Come by each minute: show that scheduler and worker live, turn the lights where new thresholds begin, open the day's counts, and send what is due.

    Then what stays overdue goes a step up. Sessions that ended long ago go the same way.
    """
    note_signs_of_life(self)
    SessionStore.clear_expired()
    today = timezone.localdate()
    apply_due_rule(today)
    refresh(today)
    look()
    minute = timezone.localtime().minute
    if minute % STEPS_UP_EVERY == 0:
        escalate(today)
    if minute == COMPARED_AT:
        compare_and_mend(timezone.now())


@shared_task(bind=True)
def overdue_digests(self: Task) -> None:
    """Plan and send the day's digests, at the hour that stands in the admin."""
    note_signs_of_life(self)
    look()


@shared_task
def ring() -> None:
    """Send what is due, without waiting for the next sweep."""
    look()


def look() -> None:
    """Plan today if it is time, and what was urged, and send what is due; nothing of all this while letters are paused."""
    if settings.DIGESTS_PAUSED:
        return
    plan_if_time(timezone.now())
    plan_urge_letters(timezone.localdate())
    send_due()


def note_signs_of_life(task: Task) -> None:
    """Note that the worker lives and, where beat sent the message, that the scheduler does."""
    heartbeat.beat(heartbeat.WORKER)
    if task.request.get("periodic_task_name") or (task.request.headers or {}).get("periodic_task_name"):
        heartbeat.beat(heartbeat.SCHEDULER)


@signals.beat_init.connect
def scheduler_started(**_: Any) -> None:
    """Show at once that the scheduler lives; its first message is a minute away."""
    _note(heartbeat.SCHEDULER)


@signals.worker_ready.connect
def worker_started(**_: Any) -> None:
    """Show at once that the worker lives."""
    _note(heartbeat.WORKER)


def _note(name: str) -> None:
    try:
        heartbeat.beat(name)
    except DatabaseError:
        # A start before the tables are there must not end in a crash: the next sweep says the same.
        log.warning("the first sign of life of the %s could not be written", name)
