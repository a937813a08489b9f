"""Change tables as their owner (contract.md, Settings: DATABASE_OWNER_URL)."""

from typing import Any

from django.core.management.commands import migrate

from federation_tasks.database_owner import as_owner


class Command(migrate.Command):
    """Django's own migrate, signed in to the database as the tables' owner where one is named.

    Not `--database owner`: a migration that writes rows through its models would then do so over the other connection, in another
    transaction, and could wait for itself for ever.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, as the owner."""
        with as_owner():
            super().handle(*args, **options)
