"""Planning a day: one row in the ledger for each leader, however often and by whomever it is asked for."""

import datetime as dt
import logging

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from departments.models import Leader, Portfolio
from federation_tasks.digests import schedule
from federation_tasks.digests.envelope import new_message_id
from federation_tasks.digests.models import Letter
from federation_tasks.plan.workdays import is_workday

log = logging.getLogger(__name__)

KIND = Letter.Kind.OVERDUE_DIGEST


def leaders_to_tell(day: dt.date) -> QuerySet[Leader]:
    """Return the leaders in office on a day who get a digest: with an account, and in charge of something or principal."""
    in_charge = Exists(Portfolio.objects.on(day).filter(leader=OuterRef("pk")))
    told = Leader.objects.filter(Leader.in_office_on(day), user__is_active=True)
    return told.filter(Q(rank=Leader.Rank.PRINCIPAL) | in_charge).select_related("user")


def key_of(leader: Leader, day: dt.date) -> str:
    """Return the key of a leader's digest of a day."""
    return f"{leader.pk}:{day.isoformat()}"


def plan_digests(day: dt.date, only: Q | None = None) -> int:
    """Make the rows of a day that are not there yet; return how many leaders there are. The unique key decides, not who came first."""
    rows = [
        Letter(
            kind=KIND,
            key=key_of(leader, day),
            leader=leader,
            recipient=leader.user,
            day=day,
            message_id=new_message_id(),
            expires_at=end_of_today(),
        )
        for leader in leaders_to_tell(day).filter(only or Q())
    ]
    Letter.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def end_of_today() -> dt.datetime:
    """Return midnight: a digest is of its morning, and the next one says what it would have said."""
    return timezone.make_aware(dt.datetime.combine(timezone.localdate() + dt.timedelta(days=1), dt.time()))


def plan_if_time(now: dt.datetime) -> int:
    """Plan today's digests where their hour has come and people work today; return how many leaders there are.

    Only today's: days on which nothing ran are not made up for. The next letter is judged against the last that was sent, so that
    it says what happened meanwhile.
    """
    if settings.DIGESTS_PAUSED or not schedule.hour_has_passed(now):
        return 0
    today = timezone.localdate(now)
    if not is_workday(today):
        return 0
    planned = Letter.objects.filter(kind=KIND, day=today).values("leader")
    # The sweep comes by each minute: what stands already is not offered to the database again.
    return plan_digests(today, ~Q(pk__in=planned))
