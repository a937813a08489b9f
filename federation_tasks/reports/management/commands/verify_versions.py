"""manage.py verify_versions: is every frozen report still what was submitted?"""

from federation_tasks.reports.models import ReportVersion
from federation_tasks.reports.verifying import VerifyCommand


class Command(VerifyCommand):
    """Verify the versions of reports."""

    help = "Compare every frozen version of a report with its sha256; exit with 1 where one was altered, and name it."
    model, kind, frozen = ReportVersion, "version", "submitted"
