"""What stands beside the form: each task's statements and its promise of the last report, and the problems named in it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from django.db.models import Q

from federation_tasks.plan.models import ProgressUpdate
from federation_tasks.reports.models import Report, ReportItem, ReportVersion

NEWEST = 5  # statements shown beside an item
OLDER = 45  # more of them, folded; the task's page has them all


class Beside(Protocol):
    """What the background is put on."""

    item: ReportItem
    updates: list[ProgressUpdate]
    older: list[ProgressUpdate]
    promise: str


def add_background(report: Report, rows: Iterable[Beside]) -> None:
    """Give each row its task's newest statements and its promise: two queries, however many rows."""
    rows = list(rows)
    said = defaultdict(list)
    for update in ProgressUpdate.objects.filter(task__in=[row.item.task_id for row in rows]).newest_first():
        said[update.task_id].append(update)
    promised = _promises([row.item.task.carried_from_id for row in rows])
    for row in rows:
        row.updates, row.older = said[row.item.task_id][:NEWEST], said[row.item.task_id][NEWEST : NEWEST + OLDER]
        row.promise = promised.get(row.item.task.carried_from_id or 0, "")


def _promises(before: list[int | None]) -> dict[int, str]:
    rows = ReportItem.objects.filter(task__in=[pk for pk in before if pk], report__standing__isnull=False)
    return dict(rows.values_list("task_id", "next_step"))


def last_report(report: Report) -> Report | None:
    """Return the department's report before this one, where it was submitted."""
    period = report.period
    earlier = Q(period__year__lt=period.year) | Q(period__year=period.year, period__half__lt=period.half)
    submitted = Report.objects.filter(earlier, department=report.department_id, standing__isnull=False)
    return submitted.select_related("period", "standing").order_by("-period__year", "-period__half").first()


def standing_of(last: Report) -> ReportVersion:
    """Return what stands of the last report: there is one, or it would not be the last."""
    assert last.standing is not None
    return last.standing


class Raised(NamedTuple):
    """A problem of the last report, as it was submitted."""

    gap: str
    text: str
    measure: str
    owner: str
    due: dt.date | None
    is_past: bool

    @property
    def due_words(self) -> str:
        """Return by when it was to be solved, and whether that day has gone by."""
        if self.due is None:
            return "没有写时限"
        return f"{self.due:%Y-%m-%d} 前解决" + ("，时限已过" if self.is_past else "")


def raised_last_time(last: Report | None, day: dt.date) -> list[Raised]:
    """Return the problems of the last report, those whose day has gone by first: nothing says that they are solved, so all are offered."""
    if last is None:
        return []
    return sorted((_raised(row, day) for row in standing_of(last).content["problems"]), key=lambda row: (not row.is_past, row.due or dt.date.max))


def _raised(row: dict[str, Any], day: dt.date) -> Raised:
    due = dt.date.fromisoformat(row["due"]) if row["due"] else None
    return Raised((row["goal"] or {}).get("gap", ""), row["text"], row["measure"], row["owner"], due, due is not None and due < day)
