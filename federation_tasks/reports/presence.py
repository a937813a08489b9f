"""Who has the form of a report open: whoever's page was shown or has said so a short while ago."""

from django.utils import timezone

from departments.models import User
from federation_tasks.reports.models import Opened, Report


def see(report: Report, by: User) -> None:
    """Note that somebody has the form open now."""
    if not Opened.objects.filter(report=report, by=by).update(seen_at=timezone.now()):
        Opened.objects.bulk_create([Opened(report=report, by=by, seen_at=timezone.now())], ignore_conflicts=True)


def leave(report: Report, by: User) -> None:
    """Note that somebody has closed the form."""
    Opened.objects.filter(report=report, by=by).delete()


def others(report: Report, by: User) -> list[str]:
    """Return the names of the others who have the form open."""
    since = timezone.now() - Opened.HOLDS
    names = report.openings.filter(seen_at__gte=since).exclude(by=by).order_by("by__name", "by").values_list("by__name", flat=True)
    return list(names)
