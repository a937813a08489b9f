"""What of the supervision loop is still open in a half-year that somebody is about to close, and what the closing makes of it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from federation_tasks.plan.closing import SHOWN, Line, Piece, by_department
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.models import Extension, Urge


def unfinished(period: Period) -> list[Line]:
    """Return the tasks that would be carried over, with what waits on them, those that stay suspended, and the urges: nine queries at most."""
    states = dict(period.tasks.order_by().values_list("state").annotate(Count("pk")))
    carried = sum(states.get(state, 0) for state in UNFINISHED)
    claims, suspended = states.get(TaskState.CLAIMED, 0), states.get(TaskState.SUSPENDED, 0)
    extensions = Extension.objects.waiting().filter(task__period=period, task__state__in=UNFINISHED)
    return [
        Line("未办结的任务", carried, "将结转到下一期", listed(period), _by_department(period) if carried else ()),
        Line("其中待核的办结申请", claims, "随任务结转", listed(period, light="claimed"), _tasks(period, TaskState.CLAIMED) if claims else ()),
        Line("等领导审定的延期申请", extensions.count(), "随任务结转", "", _extensions(extensions)),
        Line("中止的任务", suspended, "留在本期", listed(period, light="grey"), _tasks(period, TaskState.SUSPENDED) if suspended else ()),
        *_urges(period),
    ]


def listed(period: Period, **conditions: str) -> str:
    """Return the address of the list of a period's tasks, narrowed down."""
    return f"{reverse('supervision:tasks')}?{urlencode({'period': period.code, **conditions})}"


def _by_department(period: Period) -> list[Piece]:
    return by_department(period.tasks.filter(state__in=UNFINISHED), lambda code: listed(period, department=code))


def _tasks(period: Period, state: TaskState) -> list[Piece]:
    rows = period.tasks.filter(state=state).select_related("department").order_by("department__order", "pk")
    return [_piece(row) for row in rows[:SHOWN]]


def _piece(task: Task) -> Piece:
    return Piece(f"{task.title}（{task.department}，第 {task.pk} 号）", task.get_absolute_url())


def _extensions(rows: Any) -> list[Piece]:
    return [_piece(row.task) for row in rows.select_related("task__department").order_by("asked_on", "pk")[:SHOWN]]


def _urges(period: Period) -> Sequence[Line]:
    """Return the urges that nobody has answered: those about tasks go along, those about reports stay."""
    waiting = Urge.objects.unanswered().filter(period=period).order_by("-pk")
    tasks = waiting.filter(task__state__in=UNFINISHED).select_related("task__department")
    reports = waiting.filter(report_duty__isnull=False).select_related("department")
    return [
        Line("没有回应的任务催办", tasks.count(), "随任务结转", "", [_urge(row, _piece(row.task)) for row in tasks[:SHOWN] if row.task]),
        Line(
            "没有回应的汇报催办", reports.count(), "留在本期", "", [_urge(row, Piece(str(row.department), row.get_absolute_url())) for row in reports[:SHOWN]]
        ),
    ]


def _urge(urge: Urge, about: Piece) -> Piece:
    return Piece(f"{about.label}，{urge.get_stage_display()}色，第 {urge.pk} 号催办", about.href)
