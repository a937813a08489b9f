"""What stands beside each item of the form: the promise of the last report, and what has been registered since."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from django.db.models import Q

from federation_tasks.plan.models import ProgressUpdate
from federation_tasks.reports.models import Report, ReportItem

NEWEST = 5  # statements shown beside an item; the task's page has them all


class Beside(Protocol):
    """What the background is put on."""

    item: ReportItem
    updates: list[ProgressUpdate]
    promise: str


def add_background(report: Report, rows: Iterable[Beside]) -> None:
    """Give each row its task's newest statements and its promise: two queries, however many rows."""
    rows = list(rows)
    said = defaultdict(list)
    for update in ProgressUpdate.objects.filter(task__in=[row.item.task_id for row in rows]).newest_first():
        said[update.task_id].append(update)
    promised = _promises([row.item.task.carried_from_id for row in rows])
    for row in rows:
        row.updates = said[row.item.task_id][:NEWEST]
        row.promise = promised.get(row.item.task.carried_from_id or 0, "")


def _promises(before: list[int | None]) -> dict[int, str]:
    rows = ReportItem.objects.filter(task__in=[pk for pk in before if pk], report__standing__isnull=False)
    return dict(rows.values_list("task_id", "next_step"))


def last_report(report: Report) -> Report | None:
    """Return the department's report before this one, where it was submitted."""
    period = report.period
    earlier = Q(period__year__lt=period.year) | Q(period__year=period.year, period__half__lt=period.half)
    submitted = Report.objects.filter(earlier, department=report.department_id, standing__isnull=False)
    return submitted.select_related("period").order_by("-period__year", "-period__half").first()
