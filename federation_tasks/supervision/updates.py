"""Statements of progress (进展): who may make one, what it must say, and what it does to the task (domain.md, Progress)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from departments.access import Access, Capability
from departments.models import Department, User
from federation_tasks.plan.models import Milestone, ProgressUpdate, Task
from federation_tasks.plan.progress import by_milestones, by_quantity, number_words
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, perform


@dataclass(frozen=True)
class Figures:
    """How far a task had come by some statement: cumulative since its start. `on` is the day of that statement, if there is one."""

    quantity_done: Decimal
    milestones_done: frozenset[int]
    progress: int
    on: dt.date | None = None


def updating_department(task: Task, access: Access) -> Department | None:
    """Return the department for which this person may add an update: the leading one first, then a supporting one; else None."""
    departments = [task.department, *task.supporting.all()]
    return next((department for department in departments if _may_update_for(department, task, access)), None)


def may_update(task: Task, access: Access) -> bool:
    """Say whether this person may add an update: heads and clerks of its departments, and staff who carry it out (经办人)."""
    return updating_department(task, access) is not None


def _may_update_for(department: Department, task: Task, access: Access) -> bool:
    if access.may(Capability.UPDATE_TASKS, department):
        return True
    return task.assignee_id == access.user.pk and access.may(Capability.UPDATE_ASSIGNED_TASKS, department)


def refusal_of_updates(task: Task) -> str:
    """Return the sentence for a task that takes no updates now, else an empty text."""
    if sentence := task.period.refusal_unless_open("不能再登记进展"):
        return str(sentence)
    if task.state not in UNFINISHED:
        return f"这项任务现在是“{TaskState(task.state).label}”，不能再登记进展。"
    return ""


def earliest_day(task: Task, today: dt.date) -> dt.date:
    """Return the first day that an update may be about. Today's are always taken: work may begin before its start date.

    What was said before a task was carried over stands with the old row, whose figures the new one began with.
    """
    start = task.start
    if task.carried_from_id:
        row = HistoryRow.objects.of(task).filter(move="carry_over").first()
        start = row.on if row else task.period.starts_on
    return min(start, today)


def figures_on(task: Task, day: dt.date) -> Figures:
    """Return how far the task had come by the newest statement up to and including this day."""
    said = task.updates.filter(on__lte=day).newest_first().first()
    if said is not None:
        return Figures(said.quantity_done or Decimal(0), frozenset(said.milestones_done), said.progress, said.on)
    # Every statement is later than this day: the task stood then where it began.
    stood_at = task.carried_from if task.updates.exists() else task
    done = frozenset(task.milestones.filter(done_on__lte=day).values_list("pk", flat=True))
    return Figures(stood_at.quantity_done, done, stood_at.progress) if stood_at else Figures(Decimal(0), done, 0)


def record_update(
    task: Task,
    access: Access,
    *,
    text: str,
    on: dt.date | None = None,
    quantity_done: Decimal | None = None,
    milestones_done: Iterable[int] | None = None,
    progress: int | None = None,
    reason: str = "",
    is_from_report: bool = False,
) -> ProgressUpdate:
    """Add a statement of progress to a task and move the task along by it.

    Only the figure of the task's own measure is looked at; None leaves it as it stood. `milestones_done` are the ids of all that
    are done. The newest statement by date, then id, counts: a backdated one is kept and changes nothing. The first one on an
    acknowledged task begins the work. `task` then carries the new state. Raises PermissionDenied, WrongState, and ValidationError
    keyed by argument.
    """
    on = on or access.on
    with transaction.atomic():
        locked = Task.objects.select_for_update(of=("self",)).select_related("period", "department").get(pk=task.pk)
        department = updating_department(locked, access)
        if department is None:
            raise PermissionDenied("您不能给这项任务登记进展。")
        if sentence := refusal_of_updates(locked):
            raise WrongState(sentence, locked)
        said = ProgressUpdate(task=locked, department=department, author=cast(User, access.user), on=on, text=text.strip(), reason=reason.strip())
        said.acting_as, said.is_from_report = access.acts_as(department), is_from_report
        before = figures_on(locked, on)
        after = _new_figures(locked, before, quantity_done, milestones_done, progress)
        _check(said, locked, before, after, access.on)
        _write(said, after)
        if said == locked.updates.newest_first().first():
            _move_along(locked, after, on)
        if locked.state == TaskState.ACKNOWLEDGED:
            perform(locked, "begin", access)
    task.refresh_from_db()
    return said


def _new_figures(task: Task, before: Figures, quantity_done: Decimal | None, milestones_done: Iterable[int] | None, progress: int | None) -> Figures:
    """Return the figures that this statement makes, by the measure of the task."""
    measures = Task.Measure
    if task.measure == measures.QUANTITY and quantity_done is not None:
        return Figures(quantity_done, frozenset(), _progress_of(quantity_done, task))
    if task.measure == measures.MILESTONES and milestones_done is not None:
        return _with_milestones(list(task.milestones.all()), frozenset(milestones_done))
    if task.measure == measures.PERCENT and progress is not None:
        if not 0 <= progress <= 100:
            raise ValidationError({"progress": "进度只填 0 到 100 的整数，例如 100。"})
        return Figures(Decimal(0), frozenset(), progress)
    return before


def _progress_of(quantity_done: Decimal, task: Task) -> int:
    if quantity_done < 0:
        raise ValidationError({"quantity_done": "累计完成不能小于 0；它是从任务开始算起的总数。"})
    return by_quantity(quantity_done, task.quantity or Decimal(0))


def _with_milestones(milestones: list[Milestone], done: frozenset[int]) -> Figures:
    if not done <= {row.pk for row in milestones}:
        raise ValidationError({"milestones_done": "有的里程碑不属于这项任务，请刷新页面重新勾选。"})
    return Figures(Decimal(0), done, by_milestones(milestones, done))


def _check(said: ProgressUpdate, task: Task, before: Figures, after: Figures, today: dt.date) -> None:
    """Raise ValidationError with every sentence that applies."""
    errors: dict[str, str] = {}
    earliest = earliest_day(task, today)
    if not said.text:
        errors["text"] = "请写进展说明：做了什么，到了哪一步。"
    if said.on > today:
        errors["on"] = "进展的日期不能晚于今天；还没有发生的事等发生了再填。"
    elif said.on < earliest:
        since = "结转到本期" if task.carried_from_id else "开始"
        errors["on"] = f"进展的日期不能早于任务{since}的那天（{earliest:%Y-%m-%d}）。"
    if _is_lower(task, before, after) and not said.reason:
        errors["reason"] = f"比上次低（{_words(task, before)}），请写明原因。"
    if errors:
        raise ValidationError(errors)


def _is_lower(task: Task, before: Figures, after: Figures) -> bool:
    # Done above plan is kept, so that it can go down while progress stays at 100.
    return after.progress < before.progress or (task.measure == Task.Measure.QUANTITY and after.quantity_done < before.quantity_done)


def _words(task: Task, figures: Figures) -> str:
    day = f"{figures.on.month}月{figures.on.day}日填的是 " if figures.on else "原来是 "
    if task.measure == Task.Measure.QUANTITY:
        return f"{day}{number_words(figures.quantity_done)} {task.unit}"
    return f"{day}{figures.progress}%"


def _write(said: ProgressUpdate, after: Figures) -> None:
    measure = said.task.measure
    said.progress = after.progress
    said.quantity_done = after.quantity_done if measure == Task.Measure.QUANTITY else None
    said.milestones_done = sorted(after.milestones_done) if measure == Task.Measure.MILESTONES else []
    said.clean_fields(exclude=["task", "department", "author"])
    said.save()


def _move_along(task: Task, after: Figures, on: dt.date) -> None:
    """Write the figures of the newest statement on the task, and on which day its milestones were reached."""
    changed: dict[str, Any] = {"progress": after.progress}
    if task.measure == Task.Measure.QUANTITY:
        changed["quantity_done"] = after.quantity_done
    if task.measure == Task.Measure.MILESTONES:
        _date_milestones(task, after.milestones_done, on)
    if any(getattr(task, name) != value for name, value in changed.items()):
        for name, value in changed.items():
            setattr(task, name, value)
        task.save()


def _date_milestones(task: Task, done: frozenset[int], on: dt.date) -> None:
    """Write on which day each milestone was reached; one that turns out not to be done loses its day."""
    for row in task.milestones.all():
        if (row.pk in done) != (row.done_on is not None):
            row.done_on = on if row.pk in done else None
            row.save()
