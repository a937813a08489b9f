"""Take a backup while the site goes on."""

from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from federation_tasks.audit.trail import Action, record
from federation_tasks.files import storing
from federation_tasks.home.backup import databases
from federation_tasks.home.backup.manifest import FORMAT, Copied, Manifest, Refused, copy, hash_of

TRIES = 3  # a file that was held and never used can go between the moment of the database and the copying
_ATTACHMENTS = "SELECT id, stored, sha256 FROM files_attachment WHERE state <> 'quarantined' ORDER BY id"
_HEAD = "SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1"
NO_HEAD = f"0:{'0' * 64}"


@dataclass
class Taken:
    """A backup that lies in its folder: what it says of itself, the hash of that, and which files are not what was uploaded."""

    manifest: Manifest
    sha256: str
    damaged: list[str] = field(default_factory=list)


def take(folder: Path) -> Taken:
    """Write a whole backup to a new folder; until it is whole, it is called otherwise. Raises Refused."""
    unfinished = folder.with_name(folder.name + ".unfinished")
    if folder.exists() or unfinished.exists():
        raise Refused(f"{folder} or {unfinished} is there already: name a new folder.")
    unfinished.mkdir(mode=0o700, parents=True)
    files: dict[str, Copied] = {}
    copy_new(unfinished, files)
    for _ in range(TRIES):
        tables, damaged, head = _take_database(unfinished, files)
        if not any(line.startswith("missing") for line in damaged):
            break
    database = hash_of(unfinished / databases.file_name())
    manifest = Manifest(FORMAT, timezone.now().isoformat(), connection.vendor, database, tables, files, head)
    taken = Taken(manifest, manifest.write(unfinished), damaged)
    unfinished.rename(folder)
    _tell(taken, folder)
    return taken


def copy_new(folder: Path, files: dict[str, Copied]) -> None:
    """Copy what the store holds and the backup does not yet, and note it."""
    for source in storing.all_stored():
        name = f"{source.parent.parent.name}/{source.parent.name}/{source.name}"
        if name in files:
            continue
        try:
            files[name] = copy(source, folder / "attachments" / name)
        except FileNotFoundError:  # nobody used it, and it was let go
            (folder / "attachments" / name).unlink(missing_ok=True)


def _take_database(folder: Path, files: dict[str, Copied]) -> tuple[dict[str, int], list[str], str]:
    """Copy the database as of one moment, and the files that came by then; return its counts, what is wrong with its files, its head."""
    target = folder / databases.file_name()
    target.unlink(missing_ok=True)
    with databases.dumped(target) as ask:
        tables, attachments, heads = databases.count_rows(ask), ask(_ATTACHMENTS), ask(_HEAD)
    target.chmod(0o600)
    copy_new(folder, files)
    head = ":".join(str(part) for part in heads[0]) if heads else NO_HEAD
    return tables, [line for row in attachments if (line := _wrong(files, *row))], head


def _wrong(files: dict[str, Copied], number: int, stored: str, sha256: str) -> str:
    found = files.get(f"{stored[:2]}/{stored[2:4]}/{stored}")
    word = "missing" if found is None else "" if found.sha256 == sha256 else "sha256"
    return word and f"{word}: attachment {number}"


def _tell(taken: Taken, folder: Path) -> None:
    """Write in the trail that a backup was taken, with the hash by which a changed one is known."""
    manifest = taken.manifest
    figures = {"rows": manifest.rows, "files": len(manifest.files), "audit_head": manifest.audit_head, "manifest_sha256": taken.sha256}
    with transaction.atomic():
        record(Action.COMMAND, kind="command", name=f"备份 {folder.name}", verb="backup", after=figures)
