"""Change tables as their owner (contract.md, Settings: DATABASE_OWNER_URL)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections

OWNER = "owner"


class Command(migrate.Command):
    """Django's own migrate, signed in to the database as the tables' owner where one is named.

    Not `--database owner`: a migration that writes rows through its models would then do so over the other connection, in another
    transaction, and could wait for itself for ever.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, as the owner."""
        with as_owner():
            super().handle(*args, **options)


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
