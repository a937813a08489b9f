"""The overdue tasks as rows of a workbook: as they stand, or as they stood at the end of a past day, read a piece at a time."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Subquery
from django.urls import reverse

from departments.models import Department
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.models import ProgressUpdate
from federation_tasks.plan.states import TaskState
from federation_tasks.plan.tally import Tally
from federation_tasks.sheets import Column
from federation_tasks.supervision.listing import own_or_before

MOST = 20_000  # rows of one workbook
AT_A_TIME = 1000  # rows read at a time
FACTS = ("id", "title", "department_id", "goal_id", "start", "due", "original_due", "progress", "state")
SAID = ("on", "progress", "text")
OVERDUE_COLUMNS = [
    Column("任务", 48), Column("单位", 20), Column("分管领导", 16), Column("目标", 20), Column("到期日", 12), Column("逾期天数", 10), Column("新增", 8),
    Column("待核", 8), Column("原定到期日", 12), Column("开始日", 12), Column("进度%", 10), Column("最近进展日期", 14), Column("最近进展%", 12),
    Column("最近进展", 60), Column("任务编号", 10), Column("网址", 40),
]  # fmt: skip


def overdue_rows(summary: Summary, leaders: Mapping[int, str]) -> Iterator[list[object]]:
    """Yield the tasks that are red on the day, the longest overdue first, at most MOST: three queries, whatever their number."""
    names = dict(Department.objects.values_list("pk", "name"))
    goals = {goal.pk: str(goal) for goal in summary.goals}
    address = f"{settings.SITE_URL}{reverse('supervision:tasks')}"
    for row in _with_latest(summary.tally.red(), summary.tally)[:MOST].iterator(chunk_size=AT_A_TIME):
        (pk, title, department, goal, start, due, original, progress, state), said = row[: len(FACTS)], row[len(FACTS) :]
        judged = [due, (summary.day - due).days, _yes(due >= summary.since), _yes(state == TaskState.CLAIMED)]
        dates = [original if original and original != due else None, start, progress]
        yield [title, names[department], leaders.get(department, "未分管"), goals[goal], *judged, *dates, *said, pk, f"{address}{pk}/"]


def _with_latest(rows: QuerySet[Any], tally: Tally) -> QuerySet[Any]:
    """Return the facts of each row and its newest update on the day, as tuples."""
    newest = ProgressUpdate.objects.filter(own_or_before(tally.day if tally.is_past else None)).newest_first()
    return rows.annotate(**{f"said_{name}": Subquery(newest.values(name)[:1]) for name in SAID}).values_list(*FACTS, *(f"said_{name}" for name in SAID))


def _yes(fact: bool) -> str | None:
    return "是" if fact else None
