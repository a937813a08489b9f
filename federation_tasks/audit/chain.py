"""The chain: one sweep seals the rows in order, each seal over the one before; a walk along it finds the first that is not as it was."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from federation_tasks.audit.cleaning import canonical
from federation_tasks.audit.models import Action, Entry, Result, Seal

GENESIS = "0" * 64
AT_A_TIME = 1000  # rows sealed in one transaction, or walked with one read
MOST_AT_ONCE = 200  # such transactions in one round
LOOK_BACK = 10_000  # seals behind the head within which a late row is looked for each round
LOCK = 0x61756469  # "audi"
LATE = dt.timedelta(minutes=10)
OUT_OF_ORDER = dt.timedelta(hours=1)  # what clocks of several machines, and one long transaction, may differ by

Row = tuple[Any, ...]
FIELDS = [field.attname for field in Entry._meta.concrete_fields]


@dataclass(frozen=True)
class Head:
    """The last link: to be kept outside, so that a chain that was cut off behind it is known."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def head() -> Head:
    """Return the last link."""
    last = Seal.objects.order_by("-number").first()
    return Head(last.number, last.hash) if last else Head(0, GENESIS)


def rows_as_stored(rows: models.QuerySet) -> models.QuerySet:
    """Return rows of the log as lists of FIELDS, with the JSON as the very text that stands there."""
    texts = {"before": Cast("before", models.TextField()), "after": Cast("after", models.TextField())}
    return rows.annotate(**{f"{name}_text": text for name, text in texts.items()}).values_list(*(f"{name}_text" if name in texts else name for name in FIELDS))


def link(before: str, number: int, at: dt.datetime, row: Row) -> str:
    """Return the hash of one link: over the one before, its own number and time, and every field of the row."""
    fields = [value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for value in row]
    return hashlib.sha256(canonical([before, number, at.astimezone(dt.UTC).isoformat(), fields]).encode(errors="surrogatepass")).hexdigest()


# --- Sealing ---------------------------------------------------------------------------------------------------------


def seal_all(now: dt.datetime) -> int:
    """Seal every row that is not, in the order of their ids; return how many. Another sweep at work meanwhile does it instead."""
    thorough, done = now.minute == 0, 0
    for _ in range(MOST_AT_ONCE):
        ids = unsealed(thorough=thorough)[:AT_A_TIME]
        sealed = _seal(list(ids), now) if ids else 0
        if not sealed:
            break
        done += sealed
    return done


def unsealed(*, thorough: bool = True) -> models.QuerySet:
    """Return the ids of the rows that have no seal.

    A transaction that commits late leaves a row with an id below those already sealed. Each round therefore looks some way back from the
    head; once in an hour, and at each verification, the whole log is looked through.
    """
    rows = Entry.objects.filter(~Exists(Seal.objects.filter(entry=OuterRef("pk"))))
    if not thorough and (far_back := Seal.objects.filter(number=head().number - LOOK_BACK).values_list("entry_id", flat=True).first()):
        rows = rows.filter(pk__gt=far_back)
    return rows.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _seal(ids: list[int], now: dt.datetime) -> int:
    """Seal these rows as the next links; nothing where another sweep holds the lock."""
    if not _locked():
        return 0
    last = head()
    taken = set(Seal.objects.filter(entry__in=ids).values_list("entry_id", flat=True))
    seals, hashed, number = [], last.hash, last.number
    for row in rows_as_stored(Entry.objects.filter(pk__in=[pk for pk in ids if pk not in taken]).order_by("pk")):
        number += 1
        hashed = link(hashed, number, now, row)
        seals.append(Seal(number=number, entry_id=row[0], hash=hashed, at=now))
    Seal.objects.bulk_create(seals)
    return len(seals)


def _locked() -> bool:
    """Hold the chain until the transaction ends. On SQLite every transaction that writes is alone already (IMMEDIATE)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def hold() -> None:
    """Hold the chain until the transaction ends, waiting for a sweep that is at work."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


# --- Verifying -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """The first row that is not as it was sealed: which one, of when, and what kind of trouble."""

    number: int
    entry_id: int | None
    at: dt.datetime | None
    what: str

    def __str__(self) -> str:
        row = f"row {self.entry_id}" if self.entry_id else "a row"
        when = f" of {timezone.localtime(self.at).isoformat()}" if self.at else ""
        return f"{row}{when} (seal {self.number}): {self.what}"


@dataclass
class Walk:
    """What a walk along the chain found."""

    rows: int = 0
    head: Head = Head(0, GENESIS)
    trouble: Trouble | None = None


def verify() -> Walk:
    """Walk along the whole chain; stop at the first row that is not as it was sealed."""
    walk = Walk(head=start())
    for _ in links(walk):
        pass
    return walk


def links(walk: Walk, up_to: int | None = None) -> Iterator[tuple[Seal, Row]]:
    """Yield each link with its row, in batches of bounded size, and note on the walk how far it came; end at the first trouble."""
    latest: dt.datetime | None = None
    for seals in _batches(walk.head.number, up_to):
        rows = {row[0]: row for row in rows_as_stored(Entry.objects.filter(pk__in=[seal.entry_id for seal in seals]))}
        for seal in seals:
            row = rows.get(seal.entry_id)
            walk.trouble = trouble(walk.head, seal, row, latest)
            if walk.trouble or row is None:
                return
            latest = max(latest, row[1]) if latest else row[1]
            walk.head, walk.rows = Head(seal.number, seal.hash), walk.rows + 1
            yield seal, row


def start() -> Head:
    """Return the link before the first that stands: the beginning, or the end of what was moved to an archive."""
    first = Seal.objects.order_by("number").first()
    if first is None or first.number == 1:
        return Head(0, GENESIS)
    for purge in Entry.objects.filter(action=Action.PURGE, result=Result.DONE).order_by("-at", "-id"):
        if purge.after.get("last_number") == first.number - 1:
            return Head(first.number - 1, str(purge.after.get("last_hash")))
    return Head(0, GENESIS)


def _batches(number: int, up_to: int | None) -> Iterator[list[Seal]]:
    chosen = Seal.objects.order_by("number") if up_to is None else Seal.objects.filter(number__lte=up_to).order_by("number")
    while seals := list(chosen.filter(number__gt=number)[:AT_A_TIME]):
        yield seals
        number = seals[-1].number


def trouble(before: Head, seal: Seal, row: Row | None, latest: dt.datetime | None) -> Trouble | None:
    """Return what is wrong with one link and its row, after the link before; None where it is as it was sealed."""
    if seal.number != before.number + 1:
        return Trouble(before.number + 1, None, None, f"missing: no seal stands between number {before.number} and number {seal.number}")
    if row is None:
        return Trouble(seal.number, seal.entry_id, None, "missing: it was sealed and is not there")
    if link(before.hash, seal.number, seal.at, row) != seal.hash:
        return Trouble(seal.number, seal.entry_id, row[1], "altered: it is not what was sealed")
    if latest and row[1] < latest - OUT_OF_ORDER:
        return Trouble(seal.number, seal.entry_id, row[1], f"out of order: sealed after a row of {timezone.localtime(latest).isoformat()}")
    return None


def waiting_too_long(now: dt.datetime) -> models.QuerySet:
    """Return the ids of the rows that should have been sealed long ago: the sweep does not come round."""
    return unsealed().filter(at__lt=now - LATE)


def waiting(most: int) -> list[dt.datetime]:
    """Return when the rows were written that wait for their seal, the oldest first, up to a bound. Looks back as a round of the sweep does."""
    return list(unsealed(thorough=False).values_list("at", flat=True)[:most])
