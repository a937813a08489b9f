"""manage.py backup: database and attachments as one set, while everybody works."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation_tasks.home.backup.manifest import Refused
from federation_tasks.home.backup.taking import take


class Command(BaseCommand):
    """Write a backup to a new folder."""

    help = "Write database and attachments to a new folder, as they stand at one moment; the site need not be stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder."""
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, on another disk than the site's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it and say what was taken; leave with 1 where a file is not what was uploaded, although the backup is whole."""
        try:
            taken = take(options["folder"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        manifest = taken.manifest
        self.stdout.write(f"backup: {manifest.rows} rows of {len(manifest.tables)} tables, {len(manifest.files)} files, audit head {manifest.audit_head}")
        self.stdout.write(f"manifest sha256 {taken.sha256}")
        if taken.damaged:
            raise CommandError("The backup is whole, but these are not what was uploaded:\n" + "\n".join(taken.damaged))
