"""Taking letters in hand, and writing down at once what became of each (domain.md, The overdue digest; claim, then send).

The same path on both databases: rows are chosen under SKIP LOCKED where the database knows it, and in any case the update that takes
them asks again whether they are due. Whoever crashes loses nothing: its lease runs out and the next sweep finds the rows.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from federation_tasks.digests.models import Letter, LetterQuerySet, LetterTry

BATCH = 50  # letters on one connection under one lease
CUT_OFF = "发送中途被打断，不知道邮件服务器收下没有；用同一邮件编号再发一次。"
OUTDATED = "到当天结束也没有发出，不再补发；下一封会包括这些内容。"
URGE_OUTDATED = "到期也没有发出，不再补发；收信人在待办里看得到催办。"
# Minutes until the next try, after so many failures; the last one holds from then on.
BACK_OFF = (1, 2, 5, 10, 20, 30)

State = Letter.State


def lease() -> dt.timedelta:
    """Return how long a letter is held without a sign: longer than the slowest server can keep one letter."""
    return dt.timedelta(seconds=settings.LETTER_LEASE_SECONDS)


@dataclass
class Batch:
    """Letters that are ours until the lease ends."""

    letters: list[Letter]
    token: uuid.UUID
    until: dt.datetime

    def keep(self, letter: Letter, now: dt.datetime) -> bool:
        """Say whether a letter is still ours; where the lease runs low, prolong it for all that we hold. Asked before each letter."""
        if self.until - now > lease() / 2:
            return True
        self.until = now + lease()
        held = Letter.objects.filter(lease_token=self.token, state=State.CLAIMED)
        held.update(lease_until=self.until)
        return bool(held.filter(pk=letter.pk).exists())


def claim(now: dt.datetime, only: Q | None = None) -> Batch:
    """Take up to BATCH letters that are due, so that nobody else does; return them, none where there are none."""
    batch = Batch([], uuid.uuid4(), now + lease())
    with transaction.atomic():
        due = Letter.objects.due(now).filter(only or Q()).order_by("next_try_at", "pk").select_for_update(skip_locked=True, of=("self",))
        chosen = list(due.values_list("pk", "state")[:BATCH])
        if not chosen:
            return batch
        abandoned = [pk for pk, state in chosen if state == State.CLAIMED]
        if abandoned:
            LetterTry.objects.filter(letter__in=abandoned, ended_at__isnull=True).update(ended_at=now, answer=CUT_OFF)
        rows = Letter.objects.due(now).filter(pk__in=[pk for pk, _ in chosen])
        rows.update(state=State.CLAIMED, lease_until=batch.until, lease_token=batch.token)
    batch.letters = list(Letter.objects.filter(lease_token=batch.token).select_related("leader__user", "recipient").order_by("pk"))
    return batch


def freeze(letter: Letter) -> None:
    """Write down a letter's words, facts and address: every later try sends these."""
    letter.frozen_at = timezone.now()
    names = ("subject", "text", "html", "facts", "address", "frozen_at")
    _ours(letter).update(**{name: getattr(letter, name) for name in names})


def say_nothing(letter: Letter) -> None:
    """Note that there was nothing to say; the facts stay, since the next letter is judged against them."""
    _ours(letter).update(state=State.SILENT, reason="", lease_until=None, lease_token=None)


def begin_try(letter: Letter) -> LetterTry:
    """Note that a letter is being handed to the mail server."""
    return LetterTry.objects.create(letter=letter, started_at=timezone.now())


def accepted(letter: Letter, attempt: LetterTry, answer: str) -> None:
    """Mark a letter as sent. Whoever holds it by now: that the server has it is a fact."""
    now = timezone.now()
    with transaction.atomic():
        rows = Letter.objects.filter(pk=letter.pk).exclude(state=State.SENT)
        rows.update(state=State.SENT, sent_at=now, reason="", lease_until=None, lease_token=None)
        _end(attempt, now, answer, is_accepted=True)


def refused(letter: Letter, attempt: LetterTry | None, reason: str) -> None:
    """Mark a letter as failed for good, with the reason as the office reads it."""
    with transaction.atomic():
        _ours(letter).update(state=State.FAILED, reason=reason, failures=F("failures") + 1, lease_until=None, lease_token=None)
        _end(attempt, timezone.now(), reason)


def postpone(letter: Letter, attempt: LetterTry | None, reason: str) -> None:
    """Let a letter be tried again, later each time."""
    now = timezone.now()
    wait = dt.timedelta(minutes=BACK_OFF[min(letter.failures, len(BACK_OFF) - 1)])
    with transaction.atomic():
        _ours(letter).update(
            state=State.PLANNED, reason=reason, failures=F("failures") + 1, next_try_at=now + wait, lease_until=None, lease_token=None
        )  # fmt: skip
        _end(attempt, now, reason)


def give_up_outdated(now: dt.datetime) -> int:
    """Mark the letters that are past their day as failed; return how many there were."""
    why = Case(When(kind=Letter.Kind.URGE, then=Value(URGE_OUTDATED)), default=Value(OUTDATED))
    found: int = Letter.objects.outdated(now).update(state=State.FAILED, reason=why, lease_until=None, lease_token=None)
    return found


def _ours(letter: Letter) -> LetterQuerySet:
    return Letter.objects.filter(pk=letter.pk, lease_token=letter.lease_token)


def _end(attempt: LetterTry | None, now: dt.datetime, answer: str, *, is_accepted: bool = False) -> None:
    if attempt is not None:
        LetterTry.objects.filter(pk=attempt.pk).update(ended_at=now, answer=answer, is_accepted=is_accepted)
