"""Documents of the time before 2007, and WPS's own: compound files (OLE)."""

from collections.abc import Callable
from typing import BinaryIO

import olefile

from federation_tasks.files.inspection.packages import MACROS
from federation_tasks.files.inspection.zips import BROKEN, LOCKED, has_archive_behind
from federation_tasks.files.refusals import Refused

TWO_FACES = "后面还接着一个压缩包，不能收。请用原来的软件打开，另存一份，再选一次。"
MACRO_PLACES = {"macros", "_vba_project_cur", "vba", "_vba_project"}


def check_old_office(*main: str) -> Callable[[BinaryIO], None]:
    """Return the check for a compound file with one of these main streams."""

    def check(file: BinaryIO) -> None:
        file.seek(0)
        if file.read(8) != olefile.MAGIC:
            raise Refused("")
        if has_archive_behind(file):
            raise Refused(TWO_FACES)
        file.seek(0)
        with olefile.OleFileIO(file) as found:
            entries = found.listdir(streams=True, storages=True)
            _is_whole(found)
        if ["EncryptedPackage"] in entries:
            raise Refused(LOCKED)
        if any(part.lower() in MACRO_PLACES for entry in entries for part in entry):
            raise Refused(MACROS)
        if not any([stream] in entries for stream in main):
            raise Refused("")

    return check


def _is_whole(found: olefile.OleFileIO) -> None:
    """Raise Refused where the table of sectors, or a stream, goes on behind the end of the file."""
    there = len(found.fat)
    starts = (entry.isectStart for entry in found.direntries if entry is not None and entry.size >= found.minisectorcutoff)
    if any(there <= sector < olefile.MAXREGSECT for sector in (*found.fat, *starts)):
        raise Refused(BROKEN)
