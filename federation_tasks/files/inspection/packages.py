"""Documents that are zips inside: Office's, OpenDocument's, and OFD, the national format for fixed pages."""

import tempfile
import zipfile
from collections.abc import Callable
from typing import BinaryIO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from federation_tasks.files.inspection.zips import BROKEN, START, Package
from federation_tasks.files.refusals import Refused

TYPES = "[Content_Types].xml"
MACROS = "里面有宏，不能收。请另存为不带宏的格式，再选一次。"
PROGRAM = "里面夹着程序，不能收。请把它去掉，另存一份，再选一次。"
NESTED = "里面又套着压缩包，不能收。请把里面的文件取出来，分别选。"
ENTITY = "里面有外部实体（会去读别的文件），不能收。请用原来的软件打开，另存一份，再选一次。"
EMBEDDED = "/embeddings/"  # where Office keeps the tables and slides that stand in a document
PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
MARKUP = (".xml", ".rels", ".vml")
SPOOL = 1024 * 1024  # bytes of a nested document kept in memory


def check_ooxml(main: str) -> Callable[[BinaryIO], None]:
    """Return the check for Office's own packages; `main` is the type of their main part."""

    def check(file: BinaryIO) -> None:
        package = Package(file)
        if TYPES not in package.names:
            raise Refused("")
        walk(package)
        parts = {part.get("ContentType", "").lower() for part in _parsed(package, TYPES)}
        if any("macroenabled" in part or "vbaproject" in part for part in parts):
            raise Refused(MACROS)
        if not any(part.endswith(f"{main}.main+xml") for part in parts):
            raise Refused("")

    return check


def check_opendocument(mime: str) -> Callable[[BinaryIO], None]:
    """Return the check for an OpenDocument of this type."""

    def check(file: BinaryIO) -> None:
        package = Package(file)
        if "mimetype" not in package.names or package.read("mimetype").strip() != mime.encode():
            raise Refused("")
        walk(package)
        if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in package.names):
            raise Refused(MACROS)

    return check


def check_ofd(file: BinaryIO) -> None:
    """Check a fixed-page document of GB/T 33190."""
    package = Package(file)
    if "OFD.xml" not in package.names:
        raise Refused("")
    walk(package)
    if not _parsed(package, "OFD.xml").tag.endswith("OFD"):
        raise Refused("")


def walk(package: Package, depth: int = 0) -> None:
    """Unpack everything once, counted, and look at what it is; raise Refused for what no document needs."""
    for info in package.zip.infolist():
        if info.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")):
            raise Refused(MACROS)
        pieces = package.unpack(info)
        head = next(pieces, b"")
        if head.startswith(PROGRAMS):
            raise Refused(PROGRAM)
        if head.startswith(START):
            _walk_nested(package, info, head, depth)
        elif info.filename.lower().endswith(MARKUP) and b"<!ENTITY" in head.replace(b"\0", b""):
            raise Refused(ENTITY)
        else:
            for _ in pieces:
                pass


def _walk_nested(package: Package, info: zipfile.ZipInfo, head: bytes, depth: int) -> None:
    """Look into a document that stands in a document; one level, from the same budget."""
    if depth or EMBEDDED not in f"/{info.filename}":
        raise Refused(NESTED)
    with tempfile.SpooledTemporaryFile(SPOOL) as inner:
        for piece in package.unpack(info):
            inner.write(piece)
        try:
            walk(Package(inner, package.budget), depth + 1)  # type: ignore[arg-type]
        except Refused as refused:
            raise Refused(str(refused) or BROKEN) from None


def _parsed(package: Package, name: str) -> Element:
    return ElementTree.fromstring(package.read(name), forbid_dtd=True)
