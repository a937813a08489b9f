"""The table of a task's moves (domain.md, A task's life)."""

from typing import Any

from departments.access import Access, Capability
from federation_tasks.plan.lights import Light, light_on
from federation_tasks.plan.models import LightRule, ProgressUpdate, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision import agreeing
from federation_tasks.supervision.carrying import carry_over
from federation_tasks.supervision.settling import settle_urges
from federation_tasks.supervision.updates import may_update
from federation_tasks.workflow.moves import Act, Move, Table, perform


def may_confirm(task: Task, access: Access) -> bool:
    """Say whether this person decides on a claim: a leader who may decide for the department and did not make the claim."""
    return access.may(Capability.DECIDE, task.department_id) and task.claimed_by_id != access.user.pk


def after_acknowledging(task: Task) -> str:
    """Return where an acknowledged task goes: one that was already reported on is in progress at once."""
    was_reported_on = ProgressUpdate.objects.filter(task__in=[task.pk, task.carried_from_id]).exists()
    return TaskState.IN_PROGRESS if was_reported_on else TaskState.ACKNOWLEDGED


def acknowledge(act: Act) -> None:
    """Note the day of acknowledgement."""
    act.thing.acknowledged_on = act.on


def claim(act: Act) -> dict[str, Any]:
    """Note the day of the claim and who made it; the day decides whether it was in time. What was urged is thereby done."""
    task = act.thing
    task.claimed_on, task.claimed_by_id = act.on, act.access.user.pk
    settle_urges(act.access, task=task)
    return {"progress": task.progress, "in_time": act.on <= task.due}


def confirm(act: Act) -> dict[str, Any]:
    """Complete the task on the date of the claim that is confirmed. An extension that still waits is no longer needed."""
    task = act.thing
    task.completed_on = task.claimed_on
    for extension in task.extensions.waiting():
        perform(extension, "lapse", act.access)
    return {"in_time": task.completed_on <= task.due, "in_original_time": task.completed_on <= task.original_due}


def clear_claim(act: Act) -> dict[str, Any]:
    """Clear the claim; a later one is judged anew."""
    task = act.thing
    claimed_on = task.claimed_on
    task.claimed_on = task.claimed_by = None
    return {"claimed_on": claimed_on.isoformat()}


def say_more(act: Act) -> str:
    """Return the move that a further remark makes of a confirmation: the claim stays, and so does the task."""
    return "" if agreeing.is_plain(act.reason) else "remark"


def suspend(act: Act) -> None:
    """Remember the state to come back to. Nobody is urged for what is suspended."""
    act.thing.state_before = act.before
    settle_urges(act.access, task=act.thing)


def resume(act: Act) -> dict[str, Any]:
    """Forget the remembered state; say whether the task is red at once, since the due date did not move."""
    act.thing.state_before = ""
    return {"red_at_once": light_on(act.thing, act.on, LightRule.objects.on(act.on).thresholds) is Light.RED}


def period_closed(act: Act) -> str:
    """Return the refusal for a task of a period that is not open."""
    return str(act.thing.period.refusal_unless_open("任务不能再变动"))


TASK_MOVES = Table(
    TaskState,
    [
        Move("acknowledge", "签收", frozenset({TaskState.ASSIGNED}), after_acknowledging, Capability.ANSWER_FOR, refusal=period_closed, effect=acknowledge),
        # Made by the first update itself: no button, and the right is the update's.
        Move(
            "begin",
            "开始办理",
            frozenset({TaskState.ACKNOWLEDGED}),
            TaskState.IN_PROGRESS,
            Capability.UPDATE_TASKS,
            right=may_update,
            offered=False,
        ),
        Move(
            "claim",
            "申请办结",
            frozenset({TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS}),
            TaskState.CLAIMED,
            Capability.ANSWER_FOR,
            needs_reason=lambda task: task.progress < 100,
            reason_label="进度不到 100% 就申请办结的理由",
            refusal=period_closed,
            effect=claim,
            takes_files=True,
        ),
        Move(
            "confirm",
            "确认办结",
            frozenset({TaskState.CLAIMED}),
            TaskState.COMPLETED,
            Capability.DECIDE,
            right=may_confirm,
            may_say=agreeing.SAY,
            says_help=agreeing.HELP,
            becomes=say_more,
            refusal=period_closed,
            effect=confirm,
        ),
        # Made by a confirmation with a further remark: no button of its own.
        Move(
            "remark",
            "提出意见，暂不办结",
            frozenset({TaskState.CLAIMED}),
            TaskState.CLAIMED,
            Capability.DECIDE,
            needs_reason=True,
            reason_label="意见",
            right=may_confirm,
            refusal=period_closed,
            offered=False,
        ),
        Move(
            "send_back",
            "退回办结申请",
            frozenset({TaskState.CLAIMED}),
            TaskState.IN_PROGRESS,
            Capability.DECIDE,
            needs_reason=True,
            reason_label="退回理由",
            right=may_confirm,
            refusal=period_closed,
            effect=clear_claim,
        ),
        Move(
            "suspend",
            "中止",
            frozenset(UNFINISHED),
            TaskState.SUSPENDED,
            Capability.SUPERVISE,
            needs_reason=True,
            reason_label="中止理由",
            refusal=period_closed,
            effect=suspend,
        ),
        Move(
            "resume", "恢复办理", frozenset({TaskState.SUSPENDED}), lambda task: task.state_before, Capability.SUPERVISE, refusal=period_closed, effect=resume
        ),
        # Made by the closing of the period: no button.
        Move(
            "carry_over",
            "结转",
            frozenset(UNFINISHED),
            TaskState.CARRIED_OVER,
            Capability.SUPERVISE,
            refusal=period_closed,
            effect_on_all=carry_over,
            offered=False,
        ),
    ],
)
