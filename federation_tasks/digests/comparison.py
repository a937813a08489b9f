"""What is new since the leader's last letter (domain.md, The overdue digest).

Every task that is overdue now is still so, newly so, or came to the leader; every one that was and is not was resolved or left. So from
one letter to the next, 仍逾期 + 新增 + 接手 is what is overdue now, and 仍逾期 + 已解决 + 移出 what was then: the numbers add up whatever
happened between. A task that was carried over is the same task, followed along `carried_from`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from departments.models import Department
from federation_tasks.digests.facts import Facts, Remembered
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState

NOT_YOURS = "不再由您分管"
NEWLY_YOURS = "新由您分管"


@dataclass(frozen=True)
class Came:
    """A task that is overdue and came to the leader so."""

    task: Task
    why: str


@dataclass(frozen=True)
class Went:
    """A task that was overdue in the last letter and is not in this one."""

    was: Remembered
    task: Task | None  # as it stands now, carried over or not; None where it is gone
    why: str


@dataclass(frozen=True)
class TakenOver:
    """A department that came to the leader with tasks that are overdue: one row, however many they are."""

    department: Department
    tasks: list[Task]  # the longest overdue first


@dataclass
class Changes:
    """The five kinds of change between two letters."""

    still: list[Task] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    resolved: list[Went] = field(default_factory=list)
    left: list[Went] = field(default_factory=list)

    @property
    def came_by_themselves(self) -> list[Came]:
        """Return the tasks that came otherwise than with their department."""
        return [came for came in self.came if came.why != NEWLY_YOURS]

    @property
    def taken_over(self) -> list[TakenOver]:
        """Return the departments that came, in their order, each with its overdue tasks."""
        found: dict[Department, list[Task]] = {}
        for came in self.came:
            if came.why == NEWLY_YOURS:
                found.setdefault(came.task.department, []).append(came.task)
        return [TakenOver(department, found[department]) for department in sorted(found, key=lambda row: (row.order, row.pk))]


def compare(before: Facts | None, now: Facts, overdue: list[Task]) -> Changes:
    """Return what changed since the last letter; without one, all is still overdue and nothing is new."""
    if before is None:
        return Changes(still=list(overdue))
    changes = Changes()
    origins = _origins(overdue, before.overdue)
    for task in overdue:
        if task.pk in origins:
            changes.still.append(task)
        elif not before.covers(task.department_id):
            changes.came.append(Came(task, NEWLY_YOURS))
        elif task.pk in before.suspended:
            changes.came.append(Came(task, "恢复办理"))
        else:
            changes.new.append(task)
    _sort_out(changes, before, now, set(before.overdue) - set(origins.values()))
    return changes


def _origins(overdue: Iterable[Task], remembered: Iterable[int]) -> dict[int, int]:
    """Return for each task that was overdue in the last letter the id it had there: its own, or that of a row it was carried from."""
    known = set(remembered)
    origins = {task.pk: task.pk for task in overdue if task.pk in known}
    above = {origin: task.pk for task in overdue if task.pk not in known and (origin := task.carried_from_id)}
    while above:
        origins |= {pk: old for old, pk in above.items() if old in known}
        rest = {old: pk for old, pk in above.items() if old not in known}
        # One query for each closing of a period since: between two letters of one leader there is hardly ever more than one.
        older = Task.objects.filter(pk__in=rest, carried_from__isnull=False).values_list("pk", "carried_from_id") if rest else []
        above = {up: rest[old] for old, up in older}
    return origins


def _sort_out(changes: Changes, before: Facts, now: Facts, gone: set[int]) -> None:
    """Put what is overdue no more, or not here any more, where it belongs."""
    if not gone:
        return
    today = _as_they_stand(gone)
    for pk in sorted(gone, key=lambda pk: (before.overdue[pk].due, pk)):
        was, task = before.overdue[pk], today.get(pk)
        solved, why = _what_became(was, task, now, carried=task is not None and task.pk != pk)
        (changes.resolved if solved else changes.left).append(Went(was, task, why))


def _as_they_stand(ids: set[int]) -> dict[int, Task]:
    """Return these tasks by their old ids, each as the row in which it goes on."""
    rows = {task.pk: task for task in Task.objects.filter(pk__in=ids).select_related("department", "period")}
    moving = {pk: pk for pk, task in rows.items() if task.state == TaskState.CARRIED_OVER}  # id now -> id then
    while moving:
        onward = Task.objects.filter(carried_from__in=moving).select_related("department", "period")
        found = {task.pk: (moving[origin], task) for task in onward if (origin := task.carried_from_id)}
        rows |= dict(found.values())
        moving = {pk: old for pk, (old, task) in found.items() if task.state == TaskState.CARRIED_OVER}
    return rows


def _what_became(was: Remembered, task: Task | None, now: Facts, *, carried: bool) -> tuple[bool, str]:
    """Say whether a task was resolved, and in words what became of it."""
    if task is None:
        return False, "已删除"
    if not now.covers(task.department_id):
        return False, NOT_YOURS
    if task.state == TaskState.COMPLETED:
        return True, f"{_date(task.completed_on)}办结"
    if task.state in {TaskState.SUSPENDED, TaskState.CARRIED_OVER}:
        return False, TaskState(task.state).label
    if task.period.state != Period.State.OPEN:
        return False, f"转到{task.period}"
    if task.state == TaskState.CLAIMED:
        return True, f"{_date(task.claimed_on)}申请办结，待核"
    if task.due > was.due:
        return True, f"已延期到{_date(task.due)}（原定{_date(task.original_due)}）"
    return False, f"结转到{task.period}，{_date(task.due)}到期" if carried else f"{_date(task.due)}到期"


def _date(day: dt.date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
