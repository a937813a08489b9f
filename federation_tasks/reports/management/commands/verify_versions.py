"""manage.py verify_versions: is every frozen report still what was submitted?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from federation_tasks.reports.models import ReportVersion
from federation_tasks.reports.verifying import altered


class Command(BaseCommand):
    """Compare every version with the hash that it was submitted with, and that hash with the one in the audit."""

    help = "Compare every frozen version of a report with its sha256; exit with 1 where one was altered, and name it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each version that is not what it was."""
        wrong = 0
        for version, word in altered(ReportVersion):
            wrong += 1
            self.stdout.write(f"{word}: version {version.pk}, {version.get_absolute_url()}")
        if wrong:
            raise CommandError(f"{wrong} versions are not what was submitted")
        self.stdout.write(f"{ReportVersion.objects.count()} versions, all as they were submitted")
