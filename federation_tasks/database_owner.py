"""Being the tables' owner for a while (contract.md, Settings: DATABASE_OWNER_URL)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

OWNER = "owner"


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection be the owner's for a while; nothing changes where no owner is named."""
    if OWNER not in connections.settings:
        yield
        return
    application = connections.settings[DEFAULT_DB_ALIAS]
    _connect_by(connections.settings[OWNER])
    try:
        yield
    finally:
        _connect_by(application)


def _connect_by(settings: dict[str, Any]) -> None:
    connections[DEFAULT_DB_ALIAS].close()
    connections.settings[DEFAULT_DB_ALIAS] = settings
    del connections[DEFAULT_DB_ALIAS]
