"""manage.py verify_attachments: is every file still what was uploaded?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from federation_tasks.files.models import Attachment
from federation_tasks.files.sweeping import damaged


class Command(BaseCommand):
    """Read every file and compare it with the hash it was uploaded with."""

    help = "Compare every attachment with its sha256; exit with 1 where one is missing or changed, and name it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each file that is not what it was."""
        wrong = 0
        for row, word in damaged():
            wrong += 1
            self.stdout.write(f"{word}: attachment {row.pk} {row.name!r} ({row.place})")
        if wrong:
            raise CommandError(f"{wrong} attachments are not what was uploaded")
        self.stdout.write(f"{Attachment.objects.exclude(state=Attachment.State.QUARANTINED).count()} attachments, all as they were uploaded")
