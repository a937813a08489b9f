"""The virus scanner: clamd, asked over its own INSTREAM protocol, where CLAMD_ADDRESS says where it is.

Written here: the client on the package index dates from 2014, its timeout covers neither connecting nor the whole answer, and the
protocol is a length before each piece and one line back.
"""

import logging
import socket
import struct
import time
from typing import BinaryIO

from django.conf import settings

log = logging.getLogger(__name__)
PIECE = 64 * 1024
LONGEST_ANSWER = 4096
CLEAN, FOUND = "stream: OK", " FOUND"


class ScannerUnavailable(Exception):  # noqa: N818 - a state of the world
    """The scanner did not say that the file is clean, nor that it is not."""


def is_on() -> bool:
    """Say whether files are scanned at all."""
    return bool(settings.CLAMD_ADDRESS)


def scan(file: BinaryIO) -> str:
    """Return the name of what was found in a file; an empty text where it is clean. Raises ScannerUnavailable."""
    file.seek(0)
    try:
        answer = _ask(b"zINSTREAM\0", file)
    except OSError as error:
        raise ScannerUnavailable(f"{type(error).__name__}: {error}") from error
    if answer == CLEAN:
        return ""
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    raise ScannerUnavailable(f"an answer that says nothing: {answer[:200]!r}")


def answers() -> None:
    """Ask whether the scanner is there; raise ScannerUnavailable or OSError where it is not."""
    if _ask(b"zPING\0") != "PONG":
        raise ScannerUnavailable("no PONG")


def _ask(command: bytes, file: BinaryIO | None = None) -> str:
    """Send a command, and a file after it; return the answer. The time runs over all of it, so that nobody can drip."""
    until = time.monotonic() + settings.CLAMD_TIMEOUT
    with _connect() as connection:
        _send(connection, command, until)
        while file is not None and (piece := file.read(PIECE)):
            _send(connection, struct.pack("!L", len(piece)) + piece, until)
        if file is not None:
            _send(connection, struct.pack("!L", 0), until)
        return _answer(connection, until)


def _connect() -> socket.socket:
    address, seconds = settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection


def _send(connection: socket.socket, data: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _answer(connection: socket.socket, until: float) -> str:
    answer = b""
    while b"\0" not in answer:
        connection.settimeout(_left(until))
        piece = connection.recv(LONGEST_ANSWER)
        answer += piece
        if not piece or len(answer) > LONGEST_ANSWER:
            break
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left
