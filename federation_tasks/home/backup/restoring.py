"""Put a backup back into an empty place, and see that it is what was taken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from departments.sessions.limits import Why
from departments.sessions.models import Session
from federation_tasks.audit import chain
from federation_tasks.audit.trail import Action, record
from federation_tasks.database_owner import as_owner
from federation_tasks.files import storing
from federation_tasks.home.backup import databases
from federation_tasks.home.backup.manifest import Copied, Manifest, Refused, copy, hash_of

Say = Callable[[str], Any]


def restore(folder: Path, say: Say) -> Manifest:
    """Restore a backup and compare it with its manifest. Raises Refused, and CommandError where a verification fails.

    Nothing is written before the place is known to be empty and the backup to be whole.
    """
    manifest = Manifest.read(folder)
    refuse_another_engine(manifest)
    refuse_unless_empty()
    refuse_unless_whole(folder, manifest)
    say(f"backup of {manifest.taken_at}: whole, {manifest.rows} rows, {len(manifest.files)} files")
    for name in manifest.files:
        copy(folder / "attachments" / name, storing.folder(storing.place(Path(name).name).parent) / Path(name).name)
    with as_owner():
        databases.put_back(folder / databases.file_name())
    compare(manifest)
    say(f"restored: rows of {len(manifest.tables)} tables and all files equal the manifest")
    bring_up_to_date(manifest, folder)
    verify(manifest, say)
    return manifest


def refuse_another_engine(manifest: Manifest) -> None:
    """Refuse what another kind of database wrote."""
    if manifest.engine != connection.vendor:
        raise Refused(f"This backup is of {manifest.engine}, and DATABASE_URL names {connection.vendor}.")


def refuse_unless_empty() -> None:
    """Refuse to write over anything."""
    if connection.introspection.table_names():
        raise Refused("The database is not empty: restore into a new one, and point DATABASE_URL at it.")
    if any(path.is_file() for path in Path(settings.ATTACHMENTS_DIR).rglob("*")):
        raise Refused(f"{settings.ATTACHMENTS_DIR} is not empty: restore into a new folder, and point ATTACHMENTS_DIR at it.")


def refuse_unless_whole(folder: Path, manifest: Manifest) -> None:
    """Refuse a backup of which a byte is missing or changed."""
    expected = {databases.file_name(): manifest.database} | {f"attachments/{name}": file for name, file in manifest.files.items()}
    wrong = [name for name, file in expected.items() if _found(folder / name) != file]
    if wrong:
        raise Refused(f"The backup is damaged: {len(wrong)} files are missing or changed, the first is {wrong[0]}.")


def _found(file: Path) -> Copied | None:
    return hash_of(file) if file.is_file() else None


def compare(manifest: Manifest) -> None:
    """Compare what stands now with the manifest, row counts and hashes of files. Raises Refused."""
    tables = databases.count_rows(databases.ask_now)
    differ = {name for name in tables.keys() | manifest.tables.keys() if tables.get(name) != manifest.tables.get(name)}
    files = {str(path.relative_to(Path(settings.ATTACHMENTS_DIR, "store"))): hash_of(path) for path in storing.all_stored()}
    differ |= {name for name in files.keys() | manifest.files.keys() if files.get(name) != manifest.files.get(name)}
    if differ:
        raise Refused(f"What was restored is not what was taken: {', '.join(sorted(differ)[:20])}. Do not use it.")


def bring_up_to_date(manifest: Manifest, folder: Path) -> None:
    """Migrate, which also takes the rights on the audit anew; end sessions that may have been ended since; seal, and say who restored what."""
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        ended = Session.objects.all().end(Why.LOST)
        figures = {"rows": manifest.rows, "files": len(manifest.files), "audit_head": manifest.audit_head, "taken_at": manifest.taken_at}
        record(Action.COMMAND, kind="command", name=f"恢复 {folder.name}", verb="restore", after=figures | {"sessions_ended": ended})
    chain.seal_all(timezone.now())


def verify(manifest: Manifest, say: Say) -> None:
    """Have everything that can be verified verify. Raises CommandError."""
    call_command("verify_audit", head=_head(manifest), stdout=_Lines(say))
    call_command("verify_attachments", stdout=_Lines(say))
    call_command("verify_versions", stdout=_Lines(say))
    call_command("verify_circulars", stdout=_Lines(say))


def _head(manifest: Manifest) -> chain.Head | None:
    """Return where the audit stood; None where nothing had been sealed yet."""
    number, _, hashed = manifest.audit_head.partition(":")
    return chain.Head(int(number), hashed) if int(number) else None


class _Lines:
    """Somewhere to write to, for a command's output."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def write(self, text: str) -> None:
        """Say the line."""
        self.say(text.rstrip("\n"))
