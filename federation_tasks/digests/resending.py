"""Sending a letter again on purpose: a letter of its own, with the same words and a new key."""

import uuid

from django.db.models import QuerySet
from django.utils import timezone

from federation_tasks.digests.envelope import new_message_id
from federation_tasks.digests.models import Letter
from federation_tasks.digests.planning import end_of_today

MAY_GO_AGAIN = (Letter.State.SENT, Letter.State.FAILED)


def resend(letters: QuerySet[Letter]) -> tuple[int, int]:
    """Plan a copy of each letter that was sent or failed, to the recipient's present address; return how many, and how many not."""
    chosen = list(letters.select_related("recipient"))
    copies = [_copy(letter) for letter in chosen if letter.state in MAY_GO_AGAIN and letter.text and letter.recipient.email]
    Letter.objects.bulk_create(copies)
    return len(copies), len(chosen) - len(copies)


def _copy(letter: Letter) -> Letter:
    return Letter(
        kind=letter.kind,
        key=f"{letter.key.partition('#')[0]}#{uuid.uuid4().hex}",
        leader=letter.leader,
        recipient=letter.recipient,
        day=letter.day,
        address=letter.recipient.email,
        message_id=new_message_id(),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        facts=letter.facts,
        frozen_at=timezone.now(),
        expires_at=end_of_today(),
    )
