"""What a backup says of itself."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

FORMAT = "half-year ledger backup 1"
NAME = "manifest.json"
PIECE = 1024 * 1024


class Refused(Exception):  # noqa: N818 - no fault
    """What was asked for is not done; the text says why."""


@dataclass(frozen=True)
class Copied:
    """A file as it lies in the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What was taken: when, from which kind of database, how many rows of each table, which files, and where the audit stood."""

    format: str
    taken_at: str
    engine: str
    database: Copied
    tables: dict[str, int]
    files: dict[str, Copied]
    audit_head: str

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(self.tables.values())

    def write(self, folder: Path) -> str:
        """Write it, and return the hash of what was written: to be kept elsewhere."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        file = folder / NAME
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        return hash_of(file).sha256

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read it. Raises Refused where there is none, or one that is not ours."""
        try:
            found = json.loads((folder / NAME).read_text(encoding="utf-8"))
            known = found | {"database": Copied(**found["database"]), "files": {name: Copied(**file) for name, file in found["files"].items()}}
            manifest = cls(**known)
        except (OSError, ValueError, TypeError, KeyError):
            raise Refused(f"{folder} is no backup: {NAME} is missing or cannot be read.") from None
        if manifest.format != FORMAT:
            raise Refused(f"{folder} was written as {manifest.format!r}, which this version does not read.")
        return manifest


def hash_of(file: Path) -> Copied:
    """Return size and hash of a file."""
    found, size = hashlib.sha256(), 0
    with file.open("rb") as source:
        while piece := source.read(PIECE):
            found.update(piece)
            size += len(piece)
    return Copied(size, found.hexdigest())


def copy(source: Path, target: Path) -> Copied:
    """Copy a file for this account alone, see it on the disk, and return what was copied. Raises OSError."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found, size = hashlib.sha256(), 0
    with source.open("rb") as file, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := file.read(PIECE):
            out.write(piece)
            found.update(piece)
            size += len(piece)
        out.flush()
        os.fsync(out.fileno())
    return Copied(size, found.hexdigest())
