"""manage.py purge_audit: move what is older than the retention to an archive."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from federation_tasks.audit.archive import Refused, purge
from federation_tasks.database_owner import as_owner


class Command(BaseCommand):
    """Write old rows of the log to a file and remove them, as the tables' owner. There is no other way, and none without the file."""

    help = "Move rows of the audit log that are older than the retention (AUDIT_RETENTION_DAYS, at least 180) to an archive file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day and the file."""
        parser.add_argument("--before", type=dt.date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="rows of earlier days go")
        parser.add_argument("--archive", type=Path, required=True, metavar="FILE", help="a new file, on which the rows are written before they go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Move them and say how many, up to where, and the file's hash."""
        before = timezone.make_aware(dt.datetime.combine(options["before"], dt.time.min))
        try:
            with as_owner():
                done = purge(before, options["archive"], timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"audit: {done.rows} rows moved to {options['archive']}, up to {done.last}")
        self.stdout.write(f"sha256 {done.sha256}")
