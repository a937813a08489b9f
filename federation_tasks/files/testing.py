"""Files to test with: small ones that are what they say, hostile ones that are not, and a form as a browser sends it."""

import hashlib
import io
import secrets
import socketserver
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from PIL import Image

from departments.models import Department, User
from federation_tasks.files import storing
from federation_tasks.files.inspection.packages import TYPES
from federation_tasks.files.models import Attachment

GB = 1024**3
OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {"docx": "wordprocessingml.document", "xlsx": "spreadsheetml.sheet", "pptx": "presentationml.presentation"}
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # every scanner finds it, and it does nothing
EXE = b"MZ\x90\x00\x03" + b"\0" * 55 + struct.pack("<L", 64) + b"PE\0\0" + b"\0" * 200
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def stored(owner: models.Model, user: User, department: Department, content: bytes = PDF, name: str = "佐证.pdf") -> Attachment:
    """Return a file that belongs to something, as if it had been uploaded."""
    row = Attachment(name=name, stored=storing.new_name(), kind=name.rpartition(".")[2], size=len(content), sha256=hashlib.sha256(content).hexdigest())
    row.state, row.owner, row.uploaded_by, row.department = Attachment.State.ATTACHED, owner, user, department
    storing.folder(row.place.parent)
    row.place.write_bytes(content)
    row.save()
    return row


def quarantined(user: User) -> Attachment:
    """Return a file in which the scanner found something."""
    row = Attachment(name="eicar.txt", stored=storing.new_name(), kind="txt", size=len(EICAR), sha256=hashlib.sha256(EICAR).hexdigest())
    row.state, row.signature, row.uploaded_by = Attachment.State.QUARANTINED, "Eicar-Test-Signature", user
    row.save()
    return row


def zipped(entries: dict[str, bytes], *, stored: Iterable[str] = ()) -> bytes:
    """Return a zip of these entries, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in entries.items():
            found.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


def office(kind: str = "docx", extra: dict[str, bytes] | None = None, types: str = "") -> bytes:
    """Return a small document of Office's, with extra parts."""
    parts = f'<Override PartName="/main.xml" ContentType="{types or OOXML + MAIN[kind] + ".main+xml"}"/>'
    content = f'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{parts}</Types>'
    return zipped({TYPES: content.encode(), "main.xml": "<w>完成 200 张</w>".encode()} | (extra or {}))


def opendocument(kind: str = "text", extra: dict[str, bytes] | None = None) -> bytes:
    """Return a small OpenDocument."""
    mime = f"application/vnd.oasis.opendocument.{kind}".encode()
    return zipped({"mimetype": mime, "content.xml": b"<office/>"} | (extra or {}), stored=["mimetype"])


def ofd(root: bytes = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"/>') -> bytes:
    """Return a small OFD."""
    return zipped({"OFD.xml": root, "Doc_0/Document.xml": b"<Document/>"})


def picture(shape: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (12, 74, 79)).save(out, shape)
    return out.getvalue()


def compound(*names: str) -> bytes:
    """Return a compound file (OLE) with these streams; a name that ends with / is a storage."""
    sector, end, fat_mark, free = 512, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    streams = [name for name in names if not name.endswith("/")]
    directory_sectors = (len(names) + 1 + 3) // 4
    fat = [fat_mark, *(n + 2 for n in range(directory_sectors - 1)), end]
    starts = {}
    for name in streams:  # 4096 bytes each, so that none lies in the mini stream
        starts[name] = len(fat)
        fat += [*(starts[name] + n + 1 for n in range(7)), end]
    entries = [_entry("Root Entry", 5, child=1 if names else free)]
    for n, name in enumerate(names, 1):
        right = n + 1 if n < len(names) else free
        entries.append(_entry(name.rstrip("/"), 1 if name.endswith("/") else 2, right=right, start=starts.get(name, end), size=4096 if name in starts else 0))
    entries += [b"\0" * 68 + b"\xff" * 12 + b"\0" * 48] * (directory_sectors * 4 - len(entries))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<9L", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109L", 0, *[free] * 108)
    table = struct.pack("<128L", *(fat + [free] * (128 - len(fat))))
    return head + table + b"".join(entries) + b"".join(b"content " * (sector) for _ in streams)


def _entry(name: str, kind: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF, start: int = 0xFFFFFFFE, size: int = 0) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack("<HBBLLL", len(text), kind, 1, 0xFFFFFFFF, right, child) + b"\0" * 36 + struct.pack("<LQ", start, size)


def bomb(gigabytes: float = 10, entries: int = 4, claims: int | None = None) -> bytes:
    """Return a .docx of about a megabyte for each gigabyte that comes out of it; `claims` is the size that its headers name instead."""
    out = io.BytesIO(office())
    size = int(gigabytes * GB / entries)
    with zipfile.ZipFile(out, "a") as found:
        for n in range(entries):
            _append(found, f"word/media/image{n}.bmp", _zeros(size), size if claims is None else claims)
    return out.getvalue()


def _zeros(size: int) -> bytes:
    """Return so many zeros, deflated: one block, flushed, over and over, since packing ten gigabytes would take a minute."""
    block, packer = 64 * 1024 * 1024, zlib.compressobj(9, zlib.DEFLATED, -15)
    once = packer.compress(b"\0" * block) + packer.flush(zlib.Z_FULL_FLUSH)
    return once * (size // block) + packer.flush()


def _append(found: zipfile.ZipFile, name: str, packed: bytes, size: int) -> None:
    """Add an entry as it stands, whatever its headers say."""
    info = zipfile.ZipInfo(name)
    info.compress_type, info.compress_size, info.file_size, info.CRC = zipfile.ZIP_DEFLATED, len(packed), size, 0
    info.header_offset = found.start_dir
    assert found.fp is not None
    found.fp.seek(found.start_dir)
    found.fp.write(info.FileHeader() + packed)
    found.start_dir = found.fp.tell()
    found.filelist.append(info)
    found.NameToInfo[name] = info
    found._didModify = True  # type: ignore[attr-defined]


class FormBody:
    """A form as a browser sends it, with names that no library would mend: fields, then files, then fields again."""

    def __init__(self, fields: dict[str, str | list[str]], files: Iterable[tuple[str, str, bytes]], after: dict[str, str] | None = None) -> None:
        self.boundary = f"----WebKitFormBoundary{secrets.token_hex(8)}"
        self.pieces = [*self._fields(fields), *self._files(files), *self._fields(after or {}), f"--{self.boundary}--\r\n".encode()]

    @property
    def content_type(self) -> str:
        """Return the header that goes with it."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def body(self) -> bytes:
        """Return all of it."""
        return b"".join(self.pieces)

    def _fields(self, fields: dict[str, str] | dict[str, str | list[str]]) -> Iterator[bytes]:
        for name, values in fields.items():
            for value in [values] if isinstance(values, str) else values:
                yield f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()

    def _files(self, files: Iterable[tuple[str, str, bytes]]) -> Iterator[bytes]:
        for name, filename, content in files:
            head = (
                f'--{self.boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: application/octet-stream\r\n\r\n'
            )
            yield head.encode() + content + b"\r\n"


class Clamd(socketserver.StreamRequestHandler):
    """A stand-in that speaks clamd's INSTREAM over a real socket and finds EICAR: clamd itself needs its signatures from the internet."""

    def handle(self) -> None:
        """Answer one command."""
        if self.rfile.read(6) == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        assert self.rfile.read(4) == b"EAM\0"
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.server.seen.append(content)  # type: ignore[attr-defined]
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


@contextmanager
def listening(handler: Any = Clamd) -> Iterator[Any]:
    """Run a scanner, or something that is none, on a free port; what it was sent stands in `seen`."""
    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads, server.block_on_close, server.seen = True, False, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
