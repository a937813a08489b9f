"""PDF: begins as one and ends as one."""

import io
from typing import BinaryIO

from federation_tasks.files.inspection.old_office import TWO_FACES
from federation_tasks.files.inspection.zips import has_archive_behind
from federation_tasks.files.refusals import Refused

TAIL = 2048  # bytes at the end among which the mark of the end stands


def check_pdf(file: BinaryIO) -> None:
    """Check that a PDF begins at the first byte, is whole, and has no second face."""
    file.seek(0)
    if file.read(5) != b"%PDF-":
        raise Refused("")
    file.seek(max(0, file.seek(0, io.SEEK_END) - TAIL))
    if b"%%EOF" not in file.read():
        raise Refused("这个 PDF 不完整，末尾缺了一截。请自己打开看看，另存一份，再选一次。")
    if has_archive_behind(file):
        raise Refused(TWO_FACES)
