"""Plain text: characters of UTF-8 or GB18030, and neither a page nor a script under another name."""

import codecs
import re
from typing import BinaryIO

from federation_tasks.files.refusals import Refused

PIECE = 64 * 1024
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Some programs act on these first words, whatever the name says.
ACTS = re.compile(rb"\s*(<!doctype|<html|<head|<body|<svg|<script|<iframe|<\?|<%|#!|@echo|windows registry|%pdf-|\{\\rtf)", re.IGNORECASE)
UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_text(file: BinaryIO) -> None:
    """Check that every byte is text in one of the two encodings that are used here."""
    file.seek(0)
    head = file.read(PIECE)
    if head.startswith(UNICODE):
        raise Refused("这个文本存成了“Unicode”编码。请用记事本打开，另存为时编码选 UTF-8，再选一次。")
    if ACTS.match(head.removeprefix(codecs.BOM_UTF8)):
        raise Refused("")
    file.seek(0)
    decoders = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")]
    while piece := file.read(PIECE):
        if CONTROL.search(piece):
            raise Refused("")
        decoders = [decoder for decoder in decoders if _takes(decoder, piece)]
    if not any(_takes(decoder, b"", is_last=True) for decoder in decoders):
        raise Refused("")


def _takes(decoder: codecs.IncrementalDecoder, piece: bytes, *, is_last: bool = False) -> bool:
    try:
        decoder.decode(piece, is_last)
    except UnicodeDecodeError:
        return False
    return True
