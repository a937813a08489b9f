"""Sending what is due: claim a batch, write each letter's words down, hand it over, mark it, go on with the next."""

import datetime as dt
import logging
import time

from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from federation_tasks.digests import ledger
from federation_tasks.digests.envelope import envelope
from federation_tasks.digests.models import Letter, LetterTry
from federation_tasks.digests.post import Post, UnreachableError
from federation_tasks.digests.writing import Writer

log = logging.getLogger(__name__)

NO_ADDRESS = "收信人没有电子邮箱，请在账号里补上，再点“重新发送”。"
BROKEN = "写信或发信时程序出错，管理员可在日志里看到详情。"
MARK_AGAIN_AFTER = (1, 2, 5)  # seconds


def send_due(only: Q | None = None) -> int:
    """Send every letter that is due, batch by batch, until none is left or the mail server is away; return how many were accepted."""
    now = timezone.now()
    outdated = ledger.give_up_outdated(now)
    if outdated:
        log.warning("%s letters were not sent in time and are given up", outdated)
    sent = 0
    while True:
        batch = ledger.claim(timezone.now(), only)
        if not batch.letters:
            return sent
        try:
            sent += send(batch)
        except UnreachableError as error:
            log.warning("mail server out of reach: %s", error)
            return sent


def send(batch: ledger.Batch) -> int:
    """Send a batch over one connection; return how many were accepted. Raise UnreachableError after postponing what could not go."""
    sent = 0
    writer = Writer()
    with Post() as post:
        for place, letter in enumerate(batch.letters):
            if not batch.keep(letter, timezone.now()):
                continue
            try:
                sent += send_one(letter, writer, post)
            except UnreachableError as error:
                for rest in batch.letters[place:]:
                    ledger.postpone(rest, None, str(error))
                raise
            except Exception:
                # One letter that cannot be written delays no other.
                log.exception("letter %s could not be sent", letter.pk)
                ledger.postpone(letter, None, BROKEN)
    return sent


def send_one(letter: Letter, writer: Writer, post: Post) -> bool:
    """Send one letter that is ours; say whether it was accepted."""
    if not letter.is_frozen and not prepare(letter, writer):
        return False
    if not writer.still_holds(letter):
        ledger.say_nothing(letter)
        return False
    post.connect()
    attempt = ledger.begin_try(letter)
    answer = post.deliver(envelope(letter))
    if answer.is_accepted:
        _mark(letter, attempt, answer.words)
    elif answer.is_final:
        ledger.refused(letter, attempt, answer.words)
    else:
        ledger.postpone(letter, attempt, answer.words)
    return answer.is_accepted


def _mark(letter: Letter, attempt: LetterTry, words: str) -> None:
    """Mark an accepted letter, with patience: a database that is away for a moment must not make us send it twice."""
    for wait in MARK_AGAIN_AFTER:
        try:
            return ledger.accepted(letter, attempt, words)
        except DatabaseError:
            log.warning("letter %s was accepted and cannot be marked yet", letter.pk)
            connection.close_if_unusable_or_obsolete()
            time.sleep(wait)
    return ledger.accepted(letter, attempt, words)


def prepare(letter: Letter, writer: Writer) -> bool:
    """Write a letter's words down for good; say whether there is something to send, and somewhere to send it."""
    has_words = writer.write(letter)
    letter.address = letter.recipient.email
    ledger.freeze(letter)
    if not has_words:
        ledger.say_nothing(letter)
        return False
    if not letter.address:
        ledger.refused(letter, None, NO_ADDRESS)
        return False
    return True


def make_due(only: Q, now: dt.datetime) -> None:
    """Let the planned letters among these be tried now, whatever their back-off: a person asks for them."""
    Letter.objects.filter(only, state=Letter.State.PLANNED).update(next_try_at=now)
