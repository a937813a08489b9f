"""Carrying unfinished tasks into the next half-year when a period closes (结转; domain.md, A task's life).

The move `carry_over` of the table says who, from which states, to which; what goes with it stands here, for many tasks at once.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models

from departments.access import Access
from departments.models import Department
from departments.saved_states import note_states
from federation_tasks.audit.bulk import tell_linked
from federation_tasks.plan.closing import Closing, Numbers
from federation_tasks.plan.models import Milestone, Task
from federation_tasks.plan.states import UNFINISHED
from federation_tasks.supervision.models import Escalation, Extension, Urge, UrgeState
from federation_tasks.workflow.many import AT_A_TIME, perform_all, perform_in_turn, record_all
from federation_tasks.workflow.moves import Act

# What makes the new row: all that was promised and all that was reached. What the old row has beyond it is not about the work.
CARRIED = (
    "department", "goal", "target", "clause", "assignee", "title", "description", "source", "start", "due", "original_due", "measure",
    "quantity", "quantity_done", "unit", "progress", "acknowledged_on", "claimed_on", "claimed_by",
)  # fmt: skip
STEP = ("name", "weight", "due", "done_on", "order")  # of a milestone

Rows = dict[int, Task]  # the id of the old row -> the new row


def carry_over(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Make each task's new row in the next period, in the state that the old one leaves, with all that belongs to it or waits on it."""
    access = acts[0].access
    new_of: Rows = {act.thing.pk: _new_row(act) for act in acts}
    Task.objects.bulk_create(new_of.values(), batch_size=AT_A_TIME)
    _carry_supporting(new_of)
    note_states(list(new_of.values()), new=True)
    _carry_milestones(new_of)
    record_all([(Act(new_of[act.thing.pk], access), _origin(act.thing)) for act in acts], "carry_over")
    _carry_what_waits(new_of, access)
    return [{"carried_to": new_of[act.thing.pk].pk} for act in acts]


def _origin(old: Task) -> dict[str, Any]:
    return {"carried_from": old.pk, "progress": old.progress}


def _new_row(act: Act) -> Task:
    old: Task = act.thing
    carried = [Task._meta.get_field(name).attname for name in CARRIED]  # type: ignore[union-attr]
    new = Task(period=act.data["into"], carried_from=old, state=act.before, **{name: getattr(old, name) for name in carried})
    new.department = old.department  # with its name, which the audit tells
    return new


def _carry_supporting(new_of: Rows) -> None:
    links = Task.supporting.through.objects
    helping: dict[Task, list[Department]] = {}
    for link in links.filter(task__in=list(new_of)).select_related("department").order_by("pk"):
        helping.setdefault(new_of[link.task_id], []).append(link.department)
    links.bulk_create([links.model(task=task, department=one) for task, found in helping.items() for one in found], batch_size=AT_A_TIME)
    tell_linked("supporting", helping)


def _carry_milestones(new_of: Rows) -> None:
    steps = Milestone.objects.filter(task__in=list(new_of)).order_by("task", "order", "pk")
    new = [Milestone(task=new_of[row.task_id], **{name: getattr(row, name) for name in STEP}) for row in steps]
    note_states(Milestone.objects.bulk_create(new, batch_size=AT_A_TIME), new=True)


def _carry_what_waits(new_of: Rows, access: Access) -> None:
    """Let go along what waits on a task or chases it: days overdue run on, and what was urged is settled where it is then done."""
    waiting = Extension.objects.waiting().filter(task__in=list(new_of)).select_related("task__period", "task__department")
    perform_all(waiting, "carry_over", access, data_of=lambda extension: {"to": new_of[extension.task_id]})
    _follow(Urge.objects.filter(state__in=[UrgeState.SENT, UrgeState.ANSWERED]), new_of)
    _follow(Escalation.objects.all(), new_of)


def _follow(rows: "models.QuerySet[Any]", new_of: Rows) -> None:
    """Put rows that are about a task to its new row."""
    found = list(rows.filter(task__in=list(new_of)).select_related("department").order_by("pk"))
    for row in found:
        row.task = new_of[row.task_id]
    if found:
        rows.model._default_manager.bulk_update(found, ["task"], batch_size=AT_A_TIME)


def carry_unfinished(closing: Closing) -> Numbers:
    """Carry every unfinished task of the period over, some hundreds at a time; suspended and completed ones stay."""
    # All are locked, also those that stay: a suspended task must not be resumed into a period that closes at the same moment.
    rows = list(Task.objects.select_for_update(of=("self",)).filter(period=closing.period).order_by("pk").values_list("pk", "state"))
    ids = [pk for pk, state in rows if state in UNFINISHED]
    perform_in_turn(Task.objects.select_related("period", "department"), ids, "carry_over", closing.access, into=closing.following)
    return {"结转的任务": len(ids)}
