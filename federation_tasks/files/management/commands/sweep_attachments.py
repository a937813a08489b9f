"""manage.py sweep_attachments: the hourly job's work, now."""

from typing import Any

from django.core.management.base import BaseCommand

from federation_tasks.files.sweeping import sweep_now


class Command(BaseCommand):
    """Remove pieces of broken uploads, files that no form used, and files without a row, all older than a day."""

    help = "Remove what is left of uploads that broke off or were never used, older than a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say how much was removed."""
        found = sweep_now()
        self.stdout.write(f"removed: {found.pieces} pieces, {found.unused} unused, {found.orphans} orphans")
