"""Which version of each report stands: now, and at the end of a day that is over."""

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from federation_tasks.plan.models import Period
from federation_tasks.plan.past import end_of
from federation_tasks.reports.models import ReportVersion


def standing_versions(period: Period, day: dt.date, today: dt.date) -> QuerySet[ReportVersion]:
    """Return what leaders could read of a period's reports: of each the newest version that was not withdrawn.

    For a day that is over those that stood at its end: a version counts until it was withdrawn, also while its report is corrected.
    """
    versions: Any = ReportVersion.objects.filter(report__period=period).order_by()
    return versions.filter(report__standing=F("pk")) if day >= today else newest_by(versions, end_of(day))


def newest_by(versions: Any, end: dt.datetime) -> Any:
    """Return of each report the newest of its versions that were submitted, and not withdrawn, before a moment."""
    stood = Q(submitted_at__lt=end) & (Q(withdrawn_at=None) | Q(withdrawn_at__gte=end))
    newer = ReportVersion.objects.filter(stood, report=OuterRef("report"), number__gt=OuterRef("number"))
    return versions.filter(stood, ~Exists(newer))
