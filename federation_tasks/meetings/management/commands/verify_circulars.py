"""manage.py verify_circulars: does every circular still say what was issued?"""

from federation_tasks.meetings.models import Circular
from federation_tasks.reports.verifying import VerifyCommand


class Command(VerifyCommand):
    """Verify the circulars."""

    help = "Compare every circular with its sha256; exit with 1 where one was altered, and name it."
    model, kind, frozen = Circular, "circular", "issued"

    def called(self, row: Circular) -> str:
        """Return the circular's number."""
        return str(row.number)
