"""Carrying unfinished tasks into the next half-year when a period closes (结转; domain.md, A task's life)."""

from typing import Any

from django.db.models import Count

from federation_tasks.plan.closing import Closing, Numbers
from federation_tasks.plan.models import Milestone, Period, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.workflow.moves import Act, perform, record

# What makes the new row: all that was promised and all that was reached. What the old row has beyond it is not about the work.
CARRIED = (
    "department", "goal", "target", "clause", "assignee", "title", "description", "source", "start", "due", "original_due", "measure",
    "quantity", "quantity_done", "unit", "progress", "acknowledged_on", "claimed_on", "claimed_by",
)  # fmt: skip
AT_A_TIME = 500  # tasks held in memory


def carry_over(act: Act) -> dict[str, Any]:
    """Make the task's new row in the next period, in the state that the old one leaves, with a claim that awaits a leader."""
    old: Task = act.thing
    new = Task(period=act.data["into"], carried_from=old, state=act.before, **{name: getattr(old, name) for name in CARRIED})
    new.save()
    new.supporting.set(old.supporting.all())
    Milestone.objects.bulk_create(
        Milestone(task=new, name=row.name, weight=row.weight, due=row.due, done_on=row.done_on, order=row.order) for row in old.milestones.all()
    )
    record(Act(new, act.access), "carry_over", {"carried_from": old.pk, "progress": old.progress})
    return {"carried_to": new.pk}


def unfinished(period: Period) -> Numbers:
    """Return how many tasks of a period would be carried over, with the claims among them, and how many stay suspended."""
    states = dict(period.tasks.order_by().values_list("state").annotate(Count("pk")))
    return {
        "未办结的任务（将结转到下一期）": sum(states.get(state, 0) for state in UNFINISHED),
        "其中待核的办结申请（随任务结转）": states.get(TaskState.CLAIMED, 0),
        "中止的任务（留在本期）": states.get(TaskState.SUSPENDED, 0),
    }


def carry_unfinished(closing: Closing) -> Numbers:
    """Carry every unfinished task of the period over; suspended and completed ones stay."""
    # All are locked, also those that stay: a suspended task must not be resumed into a period that closes at the same moment.
    rows = list(Task.objects.select_for_update(of=("self",)).filter(period=closing.period).order_by("pk").values_list("pk", "state"))
    ids = [pk for pk, state in rows if state in UNFINISHED]
    for first in range(0, len(ids), AT_A_TIME):
        for task in Task.objects.filter(pk__in=ids[first : first + AT_A_TIME]).order_by("pk"):
            perform(task, "carry_over", closing.access, into=closing.following)
    return {"结转的任务": len(ids)}
