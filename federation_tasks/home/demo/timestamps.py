"""Date what the demo made: the clock said now, the timelines must say when it happened."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from federation_tasks.home.demo.halves import moment
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.supervision.models import UrgeNotice
from federation_tasks.workflow.models import HistoryRow

FIRST_ACT = dt.time(9, 0)
BETWEEN_ACTS = dt.timedelta(minutes=1)
TASKS_ASSIGNED_BEFORE_START = dt.timedelta(days=1)


def date_what_was_assigned() -> None:
    """Put what tasks said at first before everything that happens to them."""
    for task in Task.objects.all():
        Task.history.filter(id=task.pk).update(history_date=moment(task.start - TASKS_ASSIGNED_BEFORE_START, FIRST_ACT))  # type: ignore[attr-defined]


def date_what_happened() -> None:
    """Put history, updates and tasks on their days, in the order in which they happened. What happened today happened now."""
    _spread(HistoryRow.objects.order_by("on", "id"), "at")
    _date_submissions()
    _spread(ProgressUpdate.objects.order_by("on", "id"), "created_at")
    _spread(UrgeNotice.objects.order_by("on", "id"), "at")
    for task in Task.objects.all():
        Task.objects.filter(pk=task.pk).update(created_at=moment(task.start - TASKS_ASSIGNED_BEFORE_START, FIRST_ACT))


def _date_submissions() -> None:
    """Put each submission at the moment that its version says: the two stand on one page."""
    submitted = HistoryRow.objects.filter(content_type=ContentType.objects.get_for_model(Report), move="submit")
    for version in ReportVersion.objects.all():
        submitted.filter(object_id=version.report_id, facts__version=version.number).update(at=version.submitted_at)


def _spread(rows: Any, name: str) -> None:
    found = []
    for day, group in groupby(rows.exclude(on=timezone.localdate()), key=lambda row: row.on):
        for order, row in enumerate(group):
            setattr(row, name, moment(day, FIRST_ACT) + order * BETWEEN_ACTS)
            found.append(row)
    if found:
        type(found[0])._default_manager.bulk_update(found, [name], batch_size=200)
