"""Where the bytes lie: outside the web root, in a tree of generated names, for this account alone.

    ATTACHMENTS_DIR/incoming/    while a file arrives and is looked at
                    store/ab/cd/abcd…   what was taken
                    quarantine/         what the scanner found something in

The file is there before its row is, so that a crash leaves at worst a file without a row, which the sweep removes.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

PIECE = 1024 * 1024


def new_name() -> str:
    """Return a name that nobody can guess and no path can be made of."""
    return secrets.token_hex(32)


def place(stored: str) -> Path:
    """Return where a stored file lies."""
    return Path(settings.ATTACHMENTS_DIR, "store", stored[:2], stored[2:4], stored)


def quarantine(stored: str) -> Path:
    """Return where a file lies in which a virus was found."""
    return Path(settings.ATTACHMENTS_DIR, "quarantine", stored)


def folder(path: Path) -> Path:
    """Make a folder below the store's own, and those above it, for this account alone."""
    if path != Path(settings.ATTACHMENTS_DIR):
        folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def put(source: Path, target: Path, mode: int = 0o600) -> None:
    """Move a file that is wholly written to its place, so that it is there after a power cut too. Raises OSError."""
    folder(target.parent)
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.chmod(mode)
    source.rename(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(file: BinaryIO) -> str:
    """Return the hash of a whole file, and go back to its beginning."""
    found = hashlib.sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    file.seek(0)
    return found.hexdigest()


def all_stored() -> Iterator[Path]:
    """Return every file of the store."""
    return (path for path in Path(settings.ATTACHMENTS_DIR, "store").rglob("*") if path.is_file())
