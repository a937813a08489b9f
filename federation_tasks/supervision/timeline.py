"""What happened to a task, newest first: its moves and its updates in one line (来龙去脉)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.files.models import Attachment
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.progress import number_words
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.evidence import is_tied, speaks_for
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import table_of


@dataclass(frozen=True)
class Evidence:
    """One file at its event; `may_withdraw` says whether this person is offered to take it back."""

    row: Attachment
    may_withdraw: bool = False


@dataclass(frozen=True)
class Event:
    """One thing that happened: on which day, what it is called, what was said, and who it was."""

    on: dt.date
    at: dt.datetime
    title: str
    text: str = ""
    figure: str = ""
    reason: str = ""
    who: str = ""
    is_decision: bool = False  # by a leader
    files: list[Evidence] = field(default_factory=list)

    @property
    def about(self) -> str:
        """Return 10月21日进展: for those who hear a link alone."""
        return f"{self.on.month}月{self.on.day}日{self.title}"


def timeline(task: Task, access: Access) -> list[Event]:
    """Return what happened to a task, newest first, through all the half-years that it was carried over from; last, how it came to be."""
    rows = [task, *earlier(task)]
    ids = [row.pk for row in rows]
    kind = ContentType.objects.get_for_model(Task)
    history = HistoryRow.objects.filter(content_type=kind, object_id__in=ids).select_related("actor")
    said = list(ProgressUpdate.objects.filter(task__in=ids).select_related("author"))
    shown = [row for row in history if row.object_id == task.pk or row.to_state != TaskState.CARRIED_OVER]
    of_moves, of_updates = evidence(HistoryRow, shown), evidence(ProgressUpdate, said)
    tied = is_tied(task)
    moves = [_of_move(task, row, [Evidence(file) for file in of_moves[row.pk]]) for row in shown]
    updates = [
        _of_update(task, row, [Evidence(file, not tied and row.task_id == task.pk and speaks_for(row, access)) for file in of_updates[row.pk]]) for row in said
    ]
    events = sorted([*moves, *updates], key=attrgetter("on", "at"), reverse=True)
    return [*events, _beginning(rows[-1], events)]


def evidence(model: type[models.Model], rows: Iterable[models.Model]) -> dict[int, list[Attachment]]:
    """Return the files of these rows by the row's id: one query, however many there are."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.of(model, [row.pk for row in rows]).select_related("uploaded_by", "withdrawn_by"):
        found[int(file.object_id or 0)].append(file)
    return found


def earlier(task: Task) -> list[Task]:
    """Return the rows that a task was carried over from, the last half-year's first: one query for each."""
    found: list[Task] = []
    before = task.carried_from
    while before is not None:
        found.append(before)
        before = before.carried_from
    return found


def _beginning(task: Task, events: list[Event]) -> Event:
    created = timezone.localdate(task.created_at)
    return Event(min([created, *(event.on for event in events)]), task.created_at, "下达", text=f"来源：{task.get_source_display()}")


def _of_move(task: Task, row: HistoryRow, files: list[Evidence]) -> Event:
    move = table_of(task)[row.move]
    is_decision = move.capability is Capability.DECIDE
    return Event(row.on, row.at, _title(row, move.label), reason=row.reason, who=who(row.actor, row.acting_as), is_decision=is_decision, files=files)


def _title(row: HistoryRow, label: str) -> str:
    if row.move == "carry_over":
        return "结转到下一期" if row.from_state else f"结转到 {row.period}"
    if row.move == "claim":
        return f"{label}（进度 {row.facts.get('progress')}%{'' if row.facts.get('in_time', True) else '，已过到期日'}）"
    return label


def _of_update(task: Task, row: ProgressUpdate, files: list[Evidence]) -> Event:
    title = "半年汇报中的进展" if row.is_from_report else "进展"
    made = timezone.localdate(row.created_at)
    if row.on < made and not row.is_from_report:
        title += f"（{made.month}月{made.day}日补记）"
    reason = f"比上次低的原因：{row.reason}" if row.reason and not row.is_from_report else row.reason
    return Event(row.on, row.created_at, title, row.text, _figure(task, row), reason, who(row.author, row.acting_as), files=files)


def _figure(task: Task, row: ProgressUpdate) -> str:
    if row.quantity_done is not None:
        return f"累计 {number_words(row.quantity_done)} {task.unit}（{row.progress}%）"
    return f"进度 {row.progress}%"


def who(person: object, acting_as: str) -> str:
    """Return who did something, and in which capacity."""
    if not person:
        return acting_as
    return f"{person} · {acting_as}" if acting_as else str(person)
