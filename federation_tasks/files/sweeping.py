"""What is left over when something broke off, and whether what is kept is still what was uploaded."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from federation_tasks.audit.trail import Action, record
from federation_tasks.files import receiving, storing
from federation_tasks.files.keeping import discard
from federation_tasks.files.models import Attachment

KEPT_FOR = dt.timedelta(days=1)  # longer than any upload and any form take
BATCH = 500


@dataclass(frozen=True)
class Swept:
    """How many were removed: pieces of uploads, files that no form used, files without a row."""

    pieces: int
    unused: int
    orphans: int


def sweep(now: dt.datetime) -> Swept:
    """Remove what is older than a day and belongs to nothing."""
    before = now - KEPT_FOR
    pieces = _remove(path for path in receiving.incoming().iterdir() if _is_older(path, before))
    unused = list(Attachment.objects.filter(state=Attachment.State.HELD, uploaded_at__lt=before))
    for row in unused:
        discard(row)
    orphans = _remove(_orphans(before))
    found = Swept(pieces, len(unused), orphans)
    if any((found.pieces, found.unused, found.orphans)):
        with transaction.atomic():
            record(Action.PURGE, name="attachments", after={"pieces": pieces, "unused": len(unused), "orphans": orphans})
    return found


def _is_older(path: Path, moment: dt.datetime) -> bool:
    try:
        return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC) < moment
    except FileNotFoundError:
        return False


def _remove(paths: Iterable[Path]) -> int:
    removed = 0
    for path in paths:
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _orphans(before: dt.datetime) -> list[Path]:
    """Return the files of the store that no row names."""
    old = {path.name: path for path in storing.all_stored() if _is_older(path, before)}
    names, known = list(old), set()
    for start in range(0, len(names), BATCH):
        known |= set(Attachment.objects.filter(stored__in=names[start : start + BATCH]).values_list("stored", flat=True))
    return [path for name, path in old.items() if name not in known]


def damaged() -> Iterator[tuple[Attachment, str]]:
    """Return every file that is not what was uploaded, with what is wrong in a word: missing, size or sha256."""
    rows = Attachment.objects.exclude(state=Attachment.State.QUARANTINED).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        if word := _wrong(row):
            yield row, word


def _wrong(row: Attachment) -> str:
    try:
        with row.place.open("rb") as file:
            if row.place.stat().st_size != row.size:
                return "size"
            return "" if storing.sha256_of(file) == row.sha256 else "sha256"
    except OSError:
        return "missing"


def sweep_now() -> Swept:
    """Sweep by the clock."""
    return sweep(timezone.now())
