"""One round by hand: the scheduled job's work for a day, now, through the same ledger, with what became of each leader's letter."""

import datetime as dt
import time
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from departments.models import Leader
from federation_tasks.digests import ledger
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.models import Letter
from federation_tasks.digests.overdue import compose
from federation_tasks.digests.planning import KIND, key_of, leaders_to_tell, plan_digests
from federation_tasks.digests.sending import NO_ADDRESS, make_due, send_due

LOOK_AGAIN_AFTER = 0.2  # seconds
SENT, ALREADY_SENT, NOTHING, WOULD_SEND = "sent", "already sent", "nothing to say", "would send"
IN_OTHER_HANDS = "failed: another process is sending it"


def run(day: dt.date, username: str = "") -> Iterator[tuple[str, str]]:
    """Plan and send a day's digests; yield (user name, what became of it) for each leader."""
    told = list(_leaders(day, username))
    mine = Q(kind=KIND, key__in=[key_of(leader, day) for leader in told])
    sent_before = set(Letter.objects.filter(mine, state=Letter.State.SENT).values_list("key", flat=True))
    plan_digests(day, Q(pk__in=[leader.pk for leader in told]))
    make_due(mine, timezone.now())
    sent_before |= _sent_by_others(mine)
    for leader in told:
        yield _name(leader), _outcome(Letter.objects.defer("text", "html", "facts").get(kind=KIND, key=key_of(leader, day)), sent_before)


def rehearse(day: dt.date, username: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a round would do, without a row and without a letter."""
    briefing = Briefing(day)
    for leader in _leaders(day, username):
        row = Letter.objects.filter(kind=KIND, key=key_of(leader, day)).first()
        if row is not None and row.state in {Letter.State.SENT, Letter.State.SILENT, Letter.State.FAILED}:
            yield _name(leader), _outcome(row, {row.key})
        elif not compose(leader, briefing).has_something_to_say:
            yield _name(leader), NOTHING
        else:
            yield _name(leader), WOULD_SEND if leader.user and leader.user.email else f"failed: {NO_ADDRESS}"


def _leaders(day: dt.date, username: str) -> "Iterator[Leader]":
    found = leaders_to_tell(day)
    return iter(found.filter(user__username=username) if username else found)


def _sent_by_others(mine: Q) -> set[str]:
    """Send what is due of these, and wait for those that another process holds; return the keys of the letters that others sent."""
    began = time.monotonic()
    held: set[str] = set()
    while True:
        send_due(mine)
        in_hand = set(Letter.objects.filter(mine, state=Letter.State.CLAIMED).values_list("key", flat=True))
        held |= in_hand
        if not in_hand or time.monotonic() - began > ledger.lease().total_seconds():
            return held
        time.sleep(LOOK_AGAIN_AFTER)


def _outcome(row: Letter, sent_before: set[str]) -> str:
    if row.state == Letter.State.SENT:
        return ALREADY_SENT if row.key in sent_before else SENT
    if row.state == Letter.State.SILENT:
        return NOTHING
    return f"failed: {row.reason}" if row.reason else IN_OTHER_HANDS


def _name(leader: Leader) -> str:
    return leader.user.username if leader.user else leader.name
