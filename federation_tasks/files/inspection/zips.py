"""The zip container under docx, xlsx, pptx, odt, ods and ofd: read without trusting anything that it says of itself.

Python's zipfile lists the entries; their bytes are inflated here, because what must be known is how many there really are.
"""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from federation_tasks.files.refusals import Refused

MB = 1024 * 1024
START, END, ZIP64, DIRECTORY = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07", b"PK\x01\x02"
END_SIZE, LOCAL_SIZE, ZIP64_SIZE = 22, 30, 20  # bytes
LONGEST_COMMENT = 65535
MOST_ENTRIES = 5000
MOST_DIRECTORY = 2 * MB
MOST_UNPACKED = 200 * MB
FREE_UNPACKED = 20 * MB  # below this no ratio is asked
MOST_RATIO = 100  # unpacked to packed
PIECE = 64 * 1024
BROKEN = "文件结构不正常，可能损坏或被改动过。请用原来的软件打开，另存一份，再选一次。"
BOMB = "解开以后大得不正常（压缩炸弹），不能收。请用原来的软件打开，另存一份，再选一次。"
LOCKED = "设了打开密码，没法检查。请去掉密码，再选一次。"
ENCRYPTED = 0x1


@dataclass
class Budget:
    """How many bytes may still come out of one upload, whatever is nested in it."""

    left: int

    @classmethod
    def of(cls, packed: int) -> "Budget":
        """Return the budget of a file of so many bytes."""
        return cls(min(MOST_UNPACKED, max(FREE_UNPACKED, MOST_RATIO * packed)))

    def spend(self, size: int) -> None:
        """Take bytes out of the budget; raise Refused when it is used up."""
        self.left -= size
        if self.left < 0:
            raise Refused(BOMB)


class Package:
    """A zip that begins at the first byte, ends at the last, and holds nothing between its entries that overlaps."""

    def __init__(self, file: BinaryIO, budget: Budget | None = None) -> None:
        self.file = file
        self.size = file.seek(0, io.SEEK_END)
        self.budget = budget or Budget.of(self.size)
        self._begins_and_ends()
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Refused(BROKEN) from None
        self._entries_are_sound()

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names of the entries."""
        return frozenset(info.filename for info in self.zip.infolist())

    def read(self, name: str, most: int = MB) -> bytes:
        """Return a small entry; raise Refused where it is not small, or not there."""
        found = io.BytesIO()
        for piece in self.unpack(self._info(name)):
            found.write(piece)
            if found.tell() > most:
                raise Refused(BROKEN)
        return found.getvalue()

    def unpack(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        """Return the bytes of an entry, piece by piece, each taken from the budget; raise Refused where header and bytes disagree."""
        size, checksum = 0, 0
        for piece in self._inflated(info):
            self.budget.spend(len(piece))
            size, checksum = size + len(piece), zlib.crc32(piece, checksum)
            yield piece
        if (size, checksum) != (info.file_size, info.CRC):
            raise Refused(BROKEN)

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self.names:
            raise Refused("")
        return self.zip.getinfo(name)

    def _inflated(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        left = info.compress_size
        self.file.seek(self._data_of(info))
        inflate = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
        waiting = b""
        while left or waiting:
            if not waiting:
                waiting = self.file.read(min(PIECE, left))
                if not waiting:
                    raise Refused(BROKEN)
                left -= len(waiting)
            if inflate is None:
                yield waiting
                waiting = b""
                continue
            place = self.file.tell()
            piece = inflate.decompress(waiting, PIECE)
            waiting = inflate.unconsumed_tail
            yield piece
            self.file.seek(place)  # whoever took the piece may have read elsewhere
            if inflate.eof and (left or waiting or inflate.unused_data):
                raise Refused(BROKEN)
        if inflate is not None and not inflate.eof and info.compress_size:
            yield from self._rest(inflate)

    def _rest(self, inflate: "zlib._Decompress") -> Iterator[bytes]:
        """Return what the end of the input still holds back."""
        while piece := inflate.decompress(b"", PIECE):
            yield piece
        if not inflate.eof:
            raise Refused(BROKEN)

    def _data_of(self, info: zipfile.ZipInfo) -> int:
        """Return where an entry's bytes begin; its two headers must agree on its name, since readers differ in which they believe."""
        self.file.seek(info.header_offset)
        header = self.file.read(LOCAL_SIZE)
        if len(header) != LOCAL_SIZE or not header.startswith(START):
            raise Refused(BROKEN)
        flags, method = struct.unpack_from("<HH", header, 6)
        name_size, extra_size = struct.unpack_from("<HH", header, 26)
        name = self.file.read(name_size)
        if method != info.compress_type or flags & ENCRYPTED or name.decode("utf-8" if flags & 0x800 else "cp437", "replace") != info.orig_filename:
            raise Refused(BROKEN)
        return info.header_offset + LOCAL_SIZE + name_size + extra_size

    def _begins_and_ends(self) -> None:
        """Look at the first and the last bytes before anything is listed: a directory can be a bomb of its own."""
        self.file.seek(0)
        if self.file.read(4) != START:
            raise Refused("")
        self.file.seek(max(0, self.size - END_SIZE - ZIP64_SIZE))
        tail = self.file.read()
        if len(tail) < END_SIZE or not tail[-END_SIZE:].startswith(END) or tail[:-END_SIZE].startswith(ZIP64):
            raise Refused(BROKEN)  # a comment, something appended, or sizes that no file of ours has
        _, _, _, _, entries, size, offset, _ = struct.unpack("<4s4H2LH", tail[-END_SIZE:])
        if entries > MOST_ENTRIES or size > MOST_DIRECTORY:
            raise Refused(BOMB)
        if offset + size + END_SIZE != self.size:
            raise Refused(BROKEN)

    def _entries_are_sound(self) -> None:
        infos = sorted(self.zip.infolist(), key=lambda info: info.header_offset)
        if not infos or infos[0].header_offset != 0 or len(self.names) != len(infos) or len(infos) > MOST_ENTRIES:
            raise Refused(BROKEN)
        ends = [*(info.header_offset for info in infos[1:]), self.zip.start_dir]
        for info, end in zip(infos, ends, strict=True):
            _check_entry(info, end)


def _check_entry(info: zipfile.ZipInfo, end: int) -> None:
    """Raise Refused for an entry that leads out of the package, overlaps the next one, is locked or packed in a way that nobody here uses."""
    if info.flag_bits & ENCRYPTED:
        raise Refused(LOCKED)
    name = info.orig_filename
    leads_out = name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")
    overlaps = info.header_offset + LOCAL_SIZE + len(name) + info.compress_size > end
    if leads_out or overlaps or stat.S_ISLNK(info.external_attr >> 16) or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(BROKEN)


def has_archive_behind(file: BinaryIO) -> bool:
    """Say whether a zip was appended to a file of another kind: one file with two faces."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - LONGEST_COMMENT - END_SIZE)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(END)
    while found >= 0:
        if len(tail) - found >= END_SIZE and _is_directory_before(file, start + found, tail[found : found + END_SIZE]):
            return True
        found = tail.rfind(END, 0, found)
    return False


def _is_directory_before(file: BinaryIO, place: int, end: bytes) -> bool:
    entries, size = struct.unpack_from("<HL", end, 10)
    if not entries or size > place:
        return False
    file.seek(place - size)
    return file.read(4) == DIRECTORY
