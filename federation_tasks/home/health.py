"""Whether the site works: asked by load balancers and by whoever watches it, without signing in (contract.md, Addresses).

Each part is one word, and nothing here tells an address, a name or a reason: those stand in the log.
"""

import datetime as dt
import logging
import os
from collections.abc import Callable
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from health_check.checks import Database
from health_check.exceptions import ServiceUnavailable

from departments.models import Leader, Portfolio
from federation_tasks.digests import heartbeat
from federation_tasks.digests.models import Heartbeat, Letter
from federation_tasks.digests.schedule import hour_has_passed
from federation_tasks.files import scanner
from federation_tasks.plan.models import CountKeeper
from federation_tasks.plan.workdays import is_workday

logger = logging.getLogger(__name__)
OK, FAILS, SILENT, UNKNOWN, DIFFERED = "ok", "fails", "silent", "unknown", "differed"
NEEDED = ("database", "broker", "scheduler")  # 503 where one of these is not ok
PLANNED_WITHIN = dt.timedelta(hours=1)  # after the hour of the digests: by 09:00 where they are planned at 08:00


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process lives; ask nothing of anybody."""
    return JsonResponse({"status": OK})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 where database, broker and scheduler answer, else 503 and which one does not."""
    now = timezone.now()
    found = {"database": answers(Database().run), "broker": answers(ask_broker)} | signs_of_life(now)
    if scanner.is_on():  # a field, not a 503: while it is away, only files are refused
        found["scanner"] = answers(scanner.answers)
    failing = [part for part in NEEDED if found[part] != OK]
    return JsonResponse({"status": FAILS if failing else OK, "failing": failing} | found, status=503 if failing else 200)


def answers(ask: Callable[[], None]) -> str:
    """Return in one word whether something answers; why it does not goes into the log."""
    try:
        ask()
    except Exception as error:  # whatever a driver may raise: this page must answer
        logger.warning("health: %s: %s", getattr(ask, "__qualname__", ask), type(error).__name__)
        return FAILS
    return OK


def ask_broker() -> None:
    """Connect to the broker: Redis answers a ping, the embedded one must be able to write into its folder."""
    if not settings.REDIS_URL:
        folder = settings.BROKER_DIR / "queue"
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise ServiceUnavailable("the broker's folder cannot be written to")
        return
    with current_app.connection_for_read() as connection:
        connection.connect()


def signs_of_life(now: dt.datetime) -> dict[str, Any]:
    """Return what the database says of scheduler, worker and letters; unknown where it says nothing."""
    try:
        beats = dict(Heartbeat.objects.values_list("name", "at"))
        sent = Letter.objects.filter(sent_at__isnull=False).order_by("-sent_at").values_list("sent_at", flat=True).first()
        missing = is_digest_missing(now)
        counts = counts_as_compared()
    except DatabaseError:
        return {"scheduler": UNKNOWN, "worker": UNKNOWN, "last_heartbeat": None, "last_letter_sent": None, "missing_digest": None, "counts": UNKNOWN}
    words = {name: OK if name in beats and now - beats[name] <= heartbeat.ALIVE_FOR else SILENT for name in (heartbeat.SCHEDULER, heartbeat.WORKER)}
    return words | {"last_heartbeat": max(beats.values(), default=None), "last_letter_sent": sent, "missing_digest": missing, "counts": counts}


def counts_as_compared() -> str:
    """Say whether the dashboard's counts were those of the tasks when they were last compared; a field, not a 503, since they were then counted anew."""
    keeper = CountKeeper.objects.filter(pk=1).first()
    if keeper is None or keeper.compared_at is None:
        return UNKNOWN
    return DIFFERED if keeper.differing else OK


def is_digest_missing(now: dt.datetime) -> bool | None:
    """Say whether a leader who should have one has no row in today's ledger; None where none is due yet, or letters are paused."""
    today, an_hour_ago = timezone.localdate(now), now - PLANNED_WITHIN
    if settings.DIGESTS_PAUSED or timezone.localdate(an_hour_ago) != today or not hour_has_passed(an_hour_ago) or not is_workday(today):
        return None
    in_charge = Q(rank=Leader.Rank.PRINCIPAL) | Q(pk__in=Portfolio.objects.on(today).values("leader"))
    expecting = Leader.objects.filter(Leader.in_office_on(today), in_charge, user__is_active=True)
    having = Letter.objects.filter(kind=Letter.Kind.OVERDUE_DIGEST, day=today, leader__isnull=False)
    return expecting.exclude(pk__in=having.values("leader")).exists()
