"""Rows that are older than the retention leave the database for an archive file; the chain goes on from where they end."""

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from federation_tasks.audit import chain, trail
from federation_tasks.audit.cleaning import canonical
from federation_tasks.audit.models import Seal

FORMAT = "half-year ledger audit archive 1"


class Refused(Exception):  # noqa: N818 - no fault
    """What was asked for is not done; the text says why."""


@dataclass(frozen=True)
class Archived:
    """What left the database: how many rows, up to which link, and the file's own hash."""

    rows: int
    last: chain.Head
    sha256: str


def retained_from(now: dt.datetime) -> dt.datetime:
    """Return the moment from which on everything is retained."""
    return now - dt.timedelta(days=settings.AUDIT_RETENTION_DAYS)


def purge(before: dt.datetime, file: Path, now: dt.datetime) -> Archived:
    """Write what was sealed before this moment to a file, then remove it; the caller is the tables' owner.

    Only the beginning of the chain can go, and only what verifies. An entry tells of it, with the last link that went, from which the
    rest verifies. Raises Refused.
    """
    limit = retained_from(now)
    if before > limit:
        raise Refused(f"The log is retained for {settings.AUDIT_RETENTION_DAYS} days: only what is older than {limit:%Y-%m-%d} can be moved to an archive.")
    with transaction.atomic():
        chain.hold()
        last = _last_to_go(before, limit)
        if last is None:
            raise Refused(f"Nothing was sealed before {before:%Y-%m-%d}: there is nothing to move to an archive.")
        archived = _write(file, last)
        figures = {"last_number": last.number, "last_hash": last.hash, "rows": archived.rows, "before": before, "archive": file.name, "sha256": archived.sha256}
        trail.record(trail.Action.PURGE, kind="audit.entry", name=f"审计记录 {archived.rows} 条", verb="purge_audit", after=figures)
        _remove(last.number)
    return archived


def verify_archive(path: str) -> chain.Walk:
    """Walk along the chain in an archive file."""
    with Path(path).open(encoding="utf-8") as lines:
        first = json.loads(next(lines))
        walk = chain.Walk(head=chain.Head(first["after_number"], first["after_hash"]))
        for line in lines:
            link = json.loads(line)
            row: chain.Row = tuple(dt.datetime.fromisoformat(value) if name == "at" else value for name, value in zip(chain.FIELDS, link["entry"], strict=True))
            seal = Seal(number=link["number"], entry_id=row[0], hash=link["hash"], at=dt.datetime.fromisoformat(link["at"]))
            walk.trouble = chain.trouble(walk.head, seal, row, None)
            if walk.trouble:
                return walk
            walk.head, walk.rows = chain.Head(seal.number, seal.hash), walk.rows + 1
    return walk


def _last_to_go(before: dt.datetime, limit: dt.datetime) -> chain.Head | None:
    """Return the last link of the beginning that may go."""
    kept = Seal.objects.filter(Q(entry__at__gte=before) | Q(at__gte=limit)).order_by("number").first()
    rows = Seal.objects.filter(number__lt=kept.number) if kept else Seal.objects.all()
    last = rows.order_by("-number").first()
    return chain.Head(last.number, last.hash) if last else None


def _write(file: Path, last: chain.Head) -> Archived:
    """Write the links up to the last one to a new file, as lines of JSON, and see it on the disk."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{file} is there already: name a new file.") from None
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from None
    with os.fdopen(descriptor, "wb") as out:
        hashed, rows = hashlib.sha256(), 0
        walk = chain.Walk(head=chain.start())
        _line(out, hashed, {"format": FORMAT, "fields": chain.FIELDS, "after_number": walk.head.number, "after_hash": walk.head.hash})
        for seal, row in chain.links(walk, last.number):
            entry = [value.isoformat() if isinstance(value, dt.datetime) else value for value in row]
            _line(out, hashed, {"number": seal.number, "hash": seal.hash, "at": seal.at.isoformat(), "entry": entry})
            rows += 1
        if walk.trouble:
            file.unlink()
            raise Refused(f"The log is not as it was sealed, so nothing is moved: {walk.trouble}. Run manage.py verify_audit.")
        out.flush()
        os.fsync(out.fileno())
    return Archived(rows, last, hashed.hexdigest())


def _line(out: BinaryIO, hashed: Any, values: dict[str, Any]) -> None:
    line = canonical(values).encode() + b"\n"
    hashed.update(line)
    out.write(line)


def _remove(number: int) -> None:
    """Delete the beginning of the chain; the database's own rule keeps what is younger than six months."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE number <= %s)", [number])
        cursor.execute("DELETE FROM audit_seal WHERE number <= %s", [number])
