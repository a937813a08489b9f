"""The table of an extension's moves (domain.md, A task's life).

A department asks up to and including the due date; the leader in charge or the principal decides. Afterwards only they can grant one,
unasked. Until it is granted the old date counts; then the new one counts from that day. The original due date never changes.
"""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from departments.access import Access, Capability
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.deciding import who_can_still
from federation_tasks.supervision.fields import DayField
from federation_tasks.supervision.models import Extension, ExtensionState
from federation_tasks.workflow.moves import NEW, Act, Move, Table

ASKED = frozenset({ExtensionState.ASKED})


def may_decide(extension: Extension, access: Access) -> bool:
    """Say whether this person decides: a leader who may decide for the department and did not ask himself."""
    return access.may(Capability.DECIDE, extension.task.department_id) and extension.asked_by_id != access.user.pk


def anyone(_extension: Extension, _access: Access) -> bool:
    """Let whoever makes the move that this one follows from make this one too."""
    return True


def not_extendable(task: Task) -> str:
    """Return why a task takes no new due date now; empty where it does."""
    if sentence := task.period.refusal_unless_open("到期日不能再变动"):
        return str(sentence)
    if task.state == TaskState.CLAIMED:
        return "这项任务已经申请办结，等领导审定，不用延期；退回以后才可以。"
    if task.state not in UNFINISHED:
        return f"这项任务现在是“{TaskState(task.state).label}”，不能延期。"
    if task.due >= task.period.ends_on:
        return f"到期日已经是{task.period}最后一天，不能再往后延；本期做不完的，关闭本期时结转到下一期。"
    if task.extensions.waiting().exists():
        return "已经有一个延期申请等领导审定，请等审定，或者先撤回。"
    return ""


def not_askable(act: Act) -> str:
    """Return why nobody can ask any more; after the due date, who still can set a date."""
    task: Task = act.thing.task
    if sentence := not_extendable(task):
        return sentence
    if act.on > task.due:
        who = who_can_still(task.department, act.on)
        return f"到期日（{task.due:%Y-%m-%d}）已经过了，不能再申请延期。现在只有{who}可以直接定新的日期，请向领导说明情况。"
    return ""


def not_grantable(act: Act) -> str:
    """Return why a leader cannot set a new date now."""
    task: Task = act.thing.task
    if sentence := not_extendable(task):
        return sentence
    return f"{task.period}的日子已经过完，没有新的日期可定；没有做完的，关闭本期时结转到下一期。" if act.on > task.period.ends_on else ""


def not_decidable(act: Act) -> str:
    """Return why what was asked cannot be decided now: a claim that was made meanwhile does not stand in the way, a suspension does."""
    task: Task = act.thing.task
    if sentence := task.period.refusal_unless_open("延期不能再审定"):
        return str(sentence)
    return "" if task.state in UNFINISHED else f"这项任务现在是“{TaskState(task.state).label}”，延期不用再审定。"


def refusal_of_due(task: Task, due: dt.date, today: dt.date) -> str:
    """Return why a day cannot be the new due date; empty where it can."""
    if due <= task.due:
        return f"新的日期要晚于现在的到期日（{task.due:%Y-%m-%d}）。"
    if due < today:
        return f"新的日期不能早于今天（{today:%Y-%m-%d}），不然一同意就是逾期的。"
    if due > task.period.ends_on:
        return f"新的日期不能晚于本期最后一天（{task.period.ends_on:%Y-%m-%d}）；到那时还做不完的，关闭本期时结转。"
    return ""


def check_due(task: Task, due: dt.date, today: dt.date, field: str) -> None:
    """Raise ValidationError at the field where a day cannot be the new due date."""
    if sentence := refusal_of_due(task, due, today):
        raise ValidationError({field: sentence})


class DueField(DayField):
    """A day that can be the task's new due date; refused at once, together with whatever else is wrong with the form."""

    def __init__(self, extension: Extension, today: dt.date, *, label: str, **kwargs: Any) -> None:
        self.task, self.today = extension.task, today
        latest = self.task.period.ends_on
        example = extension.asked_due or min(max(self.task.due, today) + dt.timedelta(days=14), latest)
        super().__init__(label=label, example=f"{example:%Y-%m-%d}", help_text=f"最晚是本期最后一天 {latest:%Y-%m-%d}。", **kwargs)

    def validate(self, value: Any) -> None:
        """Raise ValidationError with what is wrong with the day."""
        super().validate(value)
        if value and (sentence := refusal_of_due(self.task, value, self.today)):
            raise ValidationError(sentence)


def ask(act: Act) -> dict[str, Any]:
    """Fill in what is asked for."""
    extension, task = act.thing, act.thing.task
    asked, standing = act.data["asked_due"], act.data["standing"].strip()
    check_due(task, asked, act.on, "asked_due")
    if not standing:
        raise ValidationError({"standing": "请写目前进展到哪一步。"})
    extension.old_due, extension.asked_due, extension.reason, extension.standing = task.due, asked, act.reason, standing
    extension.asked_by_id, extension.asked_on = act.by.pk, act.on
    return {"old_due": task.due.isoformat(), "asked_due": asked.isoformat(), "progress": task.progress, "standing": standing, "task": task.pk}


def grant(act: Act) -> dict[str, Any]:
    """Set the date that a leader gives unasked."""
    extension = act.thing
    extension.old_due, extension.reason = extension.task.due, act.reason
    return put_off(act)


def put_off(act: Act) -> dict[str, Any]:
    """Write the new due date on the task; the original one stays beside it."""
    extension, task, due = act.thing, act.thing.task, act.data["new_due"]
    check_due(task, due, act.on, "new_due")
    old = task.due
    extension.new_due = due
    note_decision(act)
    task.due = due
    task.save()
    return {"old_due": old.isoformat(), "new_due": due.isoformat(), "original_due": task.original_due.isoformat(), "task": task.pk}


def note_decision(act: Act) -> dict[str, Any]:
    """Note who decided, when, and with which words."""
    extension = act.thing
    extension.decided_by_id, extension.decided_on, extension.decision = act.by.pk, act.on, act.reason
    return {"task": extension.task_id}


def move_along(act: Act) -> dict[str, Any]:
    """Follow the task to its new row in the next half-year."""
    act.thing.task = act.data["to"]
    return {"task": act.thing.task_id}


def asking_fields(extension: Extension, access: Access) -> dict[str, forms.Field]:
    """Return what a department is asked for."""
    return {
        "asked_due": DueField(extension, access.on, label="申请延到哪一天"),
        "standing": forms.CharField(
            label="目前进展",
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3, "aria-required": "true"}),
            error_messages={"required": "请写目前进展到哪一步。"},
        ),
    }


def granting_fields(extension: Extension, access: Access) -> dict[str, forms.Field]:
    """Return what a leader is asked for: the day, which is the one asked for unless he writes another."""
    return {"new_due": DueField(extension, access.on, label="延到哪一天", initial=extension.asked_due)}


EXTENSION_MOVES = Table(
    ExtensionState,
    [
        Move(
            "ask",
            "申请延期",
            frozenset({NEW}),
            ExtensionState.ASKED,
            Capability.ANSWER_FOR,
            needs_reason=True,
            reason_label="延期理由",
            refusal=not_askable,
            effect=ask,
            fields=asking_fields,
        ),
        Move(
            "grant",
            "直接延期",
            frozenset({NEW}),
            ExtensionState.GRANTED,
            Capability.DECIDE,
            needs_reason=True,
            reason_label="延期理由",
            refusal=not_grantable,
            effect=grant,
            fields=granting_fields,
        ),
        Move(
            "approve",
            "同意延期",
            ASKED,
            ExtensionState.GRANTED,
            Capability.DECIDE,
            right=may_decide,
            may_say="审定意见（选填）",
            refusal=not_decidable,
            effect=put_off,
            fields=granting_fields,
        ),
        Move(
            "refuse",
            "不同意延期",
            ASKED,
            ExtensionState.REFUSED,
            Capability.DECIDE,
            needs_reason=True,
            reason_label="不同意的理由",
            right=may_decide,
            refusal=not_decidable,
            effect=note_decision,
        ),
        Move("withdraw", "撤回延期申请", ASKED, ExtensionState.WITHDRAWN, Capability.ANSWER_FOR),
        # Made by what ends the task, and by the closing of the period: no buttons.
        Move("lapse", "延期不再需要", ASKED, ExtensionState.LAPSED, Capability.DECIDE, right=anyone, offered=False),
        Move("carry_over", "随任务结转", ASKED, ExtensionState.ASKED, Capability.SUPERVISE, effect=move_along, also_writes=("task",), offered=False),
    ],
)
