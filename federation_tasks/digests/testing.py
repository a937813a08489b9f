"""A mail server to test against: takes letters over real SMTP, and refuses, drops, hangs or kills where a test wants it."""

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

OK = "250 OK"
DROP = "drop"  # close the connection without an answer
HANG = "hang"  # never answer
VERY_LONG = 3600  # seconds


@dataclass(frozen=True)
class Received:
    """One letter that the server has taken."""

    to: str
    message: EmailMessage
    at: float

    @property
    def message_id(self) -> str:
        """Return the letter's Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def key(self) -> str:
        """Return which letter it is."""
        return str(self.message["X-Digest-Key"])


@dataclass
class Sink:
    """A mail server. `answer` says what each address gets at its n-th try; `before` and `after` run around taking a letter."""

    answer: Callable[[str, int], str] = lambda _address, _n: OK
    before: Callable[[str], None] = lambda _address: None
    after: Callable[[str], None] = lambda _address: None
    delay: float = 0  # seconds for each letter
    received: list[Received] = field(default_factory=list)
    tries: dict[str, int] = field(default_factory=dict)
    connections: int = 0
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd calls it by this name)
        """Answer a letter as the test has it."""
        address = envelope.rcpt_tos[0]
        self.tries[address] = self.tries.get(address, 0) + 1
        if self.delay:
            await asyncio.sleep(self.delay)
        self.before(address)
        answer = self.answer(address, self.tries[address])
        if answer == DROP:
            server.transport.abort()  # type: ignore[union-attr]
        if answer == HANG:
            await asyncio.sleep(VERY_LONG)
        if answer.startswith("2"):
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(Received(address, message, time.time()))
            self.after(address)
        return answer

    def of(self, address: str) -> list[Received]:
        """Return what was taken for one address."""
        return [letter for letter in self.received if letter.to == address]


@contextmanager
def running(sink: Sink, port: int = 0) -> Iterator[Sink]:
    """Run a mail server on this machine."""
    sink.port = port or free_port()
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every word

    class Counting(Controller):
        def factory(self) -> SMTP:
            sink.connections += 1
            return super().factory()  # type: ignore[no-untyped-call]

    controller = Counting(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    sink.connections = 0  # the controller tries its own door once
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
