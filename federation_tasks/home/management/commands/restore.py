"""manage.py restore: a backup put back into an empty place, and verified."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation_tasks.home.backup.manifest import Refused
from federation_tasks.home.backup.restoring import restore


class Command(BaseCommand):
    """Restore into an empty database and an empty folder, and into nothing else."""

    help = "Restore a backup into an empty database and an empty ATTACHMENTS_DIR, then compare and verify it; exits with 1 where anything differs."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="what manage.py backup wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and say what was found."""
        try:
            restore(options["folder"], self.stdout.write)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
