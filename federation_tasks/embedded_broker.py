"""The broker of an installation without Redis: kombu's folder of files, made safe against a process that dies or reads too early.

kombu writes a message under its final name, so that a reader can take it before its words are in it and dies of that; a kill at the
wrong moment leaves an empty file on which every later start dies. Here a message gets its name when it is whole, what cannot be read
is left out, and messages do not pass through the machine's shared /tmp. The messages are doorbells: one that is lost costs a minute.
"""

import logging
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):  # type: ignore[misc]
    """A channel whose files are whole or not there."""

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}"
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(str_to_bytes(dumps(payload)))
        unfinished.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for path in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = path.with_suffix(".taken")
            try:
                path.rename(taken)
                words = taken.read_bytes()
                taken.unlink()
            except OSError:
                continue  # another worker was quicker
            try:
                return loads(bytes_to_str(words))
            except ValueError:
                log.warning("a message that cannot be read is left out: %s", path.name)
        raise Empty

    def get_table(self, exchange: str) -> Any:
        """Return the queues of an exchange; none where its file was cut off."""
        try:
            return super().get_table(exchange)
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            self._exchange_file(exchange).unlink(missing_ok=True)  # type: ignore[attr-defined]
            super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):  # type: ignore[misc]
    """The transport behind filesystem:// addresses."""

    Channel = Channel


def install() -> None:
    """Let filesystem:// mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
