"""manage.py verify_circulars: does every circular still say what was issued?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from federation_tasks.meetings.models import Circular
from federation_tasks.reports.verifying import altered


class Command(BaseCommand):
    """Compare every circular with the hash that it was issued with, and that hash with the one in the audit."""

    help = "Compare every circular with its sha256; exit with 1 where one was altered, and name it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each circular that is not what it was."""
        wrong = 0
        for circular, word in altered(Circular):
            wrong += 1
            self.stdout.write(f"{word}: circular {circular.number}, {circular.get_absolute_url()}")
        if wrong:
            raise CommandError(f"{wrong} circulars are not what was issued")
        self.stdout.write(f"{Circular.objects.count()} circulars, all as they were issued")
