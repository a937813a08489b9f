"""Noting that a draft has changed: the report's next revision, and the row that says what became of which field."""

from typing import Any

from django.utils import timezone

from departments.access import Access
from federation_tasks.reports.models import Report, Saved


def note(report: Report, access: Access, changes: dict[str, list[Any]], page: str = "") -> None:
    """Give the report, which the caller holds locked, its next revision, and note what changed, by field: [before, now]."""
    report.revision += 1
    report.edited_by_id, report.edited_at = access.user.pk, timezone.now()
    report.begun_at = report.begun_at or report.edited_at
    report.save(update_fields=["revision", "edited_by", "edited_at", "begun_at", *(["arrangements"] if "arrangements" in changes else [])])
    Saved.objects.create(report=report, number=report.revision, by_id=access.user.pk, at=report.edited_at, page=page, changes=changes)
