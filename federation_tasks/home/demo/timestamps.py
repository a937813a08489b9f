"""Date what the demo made: the clock said now, the timelines must say when it happened."""

import datetime as dt
from itertools import groupby
from typing import Any

from django.utils import timezone

from federation_tasks.home.demo.halves import moment
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.workflow.models import HistoryRow

FIRST_ACT = dt.time(9, 0)
BETWEEN_ACTS = dt.timedelta(minutes=1)
TASKS_ASSIGNED_BEFORE_START = dt.timedelta(days=1)


def date_what_happened() -> None:
    """Put history, updates and tasks on their days, in the order in which they happened. What happened today happened now."""
    _spread(HistoryRow.objects.order_by("on", "id"), "at")
    _spread(ProgressUpdate.objects.order_by("on", "id"), "created_at")
    for task in Task.objects.all():
        Task.objects.filter(pk=task.pk).update(created_at=moment(task.start - TASKS_ASSIGNED_BEFORE_START, FIRST_ACT))


def _spread(rows: Any, name: str) -> None:
    found = []
    for day, group in groupby(rows.exclude(on=timezone.localdate()), key=lambda row: row.on):
        for order, row in enumerate(group):
            setattr(row, name, moment(day, FIRST_ACT) + order * BETWEEN_ACTS)
            found.append(row)
    if found:
        type(found[0])._base_manager.bulk_update(found, [name], batch_size=200)
