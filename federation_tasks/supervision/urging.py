"""The office urges (催办): what was picked, in one step, each thing a row, and what cannot be urged any more only left out knowingly."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal

from departments.access import GROUPS, Access, Capability, Role
from federation_tasks.supervision.candidates import SHORT, Candidate, chosen, locked
from federation_tasks.supervision.models import Urge, UrgeNotice
from federation_tasks.supervision.urgeable import Day
from federation_tasks.workflow.moves import perform

# Sent once after the commit of a notice, with `notice`. Rooms to the right write letters.
urged = Signal()

MEANWHILE = "您打开这一页以后，已经有人催过"
TOO_STRONG = "现在还不能用这个级别；能用的级别已经变了，请重新选"


@dataclass(frozen=True)
class Wanted:
    """What the office wants: the things by key, the stage and the number of urges that it saw of each, and which may be left out."""

    keys: tuple[str, ...]
    note: str
    stages: Mapping[str, str]
    seen: Mapping[str, int]
    skip: Collection[str] = field(default_factory=frozenset)


class Refused(Exception):  # noqa: N818 - what is the case
    """Some things cannot be urged, by key with the reason; nothing was written."""

    def __init__(self, reasons: dict[str, str]) -> None:
        super().__init__("；".join(reasons.values()))
        self.reasons = reasons


def send(wanted: Wanted, access: Access) -> UrgeNotice:
    """Urge all that is wanted as one notice, in one transaction, and let it be told after the commit.

    Raises Refused, with nothing written, where something cannot be urged that the office has not agreed to leave out, and where nothing
    is left. What was urged since the office looked is not urged again, so that a form sent twice urges once.
    """
    if not access.may(Capability.SUPERVISE):
        raise PermissionDenied("只有办公室（督查）可以催办。")
    with transaction.atomic():
        locked(wanted.keys)
        found = chosen(wanted.keys, Day(access.on))
        reasons = {one.key: why for one in found if (why := why_not(one, wanted, access))}
        left = [one for one in found if one.key not in reasons]
        if not left or set(reasons) - set(wanted.skip):
            raise Refused(reasons)
        who: Any = access.user
        notice: UrgeNotice = UrgeNotice.objects.create(by=who, acting_as=GROUPS[Role.OFFICE], note=wanted.note, on=access.on)
        for one in left:
            _issue(one, notice, wanted.stages[one.key], access)
        # That a bell does not ring is no reason to tell the office that nothing was sent: the sweep finds the notice.
        transaction.on_commit(lambda: urged.send(UrgeNotice, notice=notice), robust=True)
    return notice


def why_not(one: Candidate, wanted: Wanted, access: Access) -> str:
    """Return why something that is wanted cannot be urged; empty where it can."""
    if refusal := one.refusal(access):
        return refusal
    if len(one.urges) != wanted.seen.get(one.key, 0):
        return MEANWHILE
    return "" if wanted.stages.get(one.key) in {row.stage for row in one.choices} else TOO_STRONG


def _issue(one: Candidate, notice: UrgeNotice, stage: str, access: Access) -> None:
    urge = one.urge()
    urge.notice, urge.stage = notice, stage
    perform(urge, "issue", access, reason=notice.note)


def sent_already(keys: Iterable[str], note: str, access: Access) -> UrgeNotice | None:
    """Return this person's notice of today with these words and about all these things, where there is one: the form was sent twice."""
    wanted = set(keys)
    last: UrgeNotice | None = UrgeNotice.objects.filter(by=access.user.pk, on=access.on, note=note).order_by("-pk").first()
    return last if last and wanted and wanted <= {key_of(urge) for urge in last.urges.all()} else None


def key_of(urge: Urge) -> str:
    """Return what forms call the thing that was urged."""
    return next(f"{short}-{pk}" for field, short in SHORT.items() if (pk := getattr(urge, f"{field}_id")))
