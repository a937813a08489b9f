"""The table of an urge's moves (催办). The office urges and withdraws, the head answers; what was urged and is then done settles it."""

from typing import Any

from departments.access import Capability
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.models import DutyState, Urge, UrgeState
from federation_tasks.workflow.moves import NEW, Act, Move, Table

SENT = frozenset({UrgeState.SENT})


def not_urgeable(act: Act) -> str:
    """Return why a thing is not to be urged: it is done, or it is somebody else's turn; empty where it is."""
    urge: Urge = act.thing
    if urge.task:
        if sentence := urge.task.period.refusal_unless_open("不能再催办"):
            return str(sentence)
        if urge.task.state == TaskState.CLAIMED:
            return f"“{urge.task}”已经申请办结，等领导审定，不用催部室。"
        return "" if urge.task.state in UNFINISHED else f"“{urge.task}”现在是“{TaskState(urge.task.state).label}”，不用催。"
    if urge.report_duty:
        if urge.report_duty.submitted_at:
            return f"{urge.department}已经报送{urge.period}汇报，不用催。"
        return str(urge.period.refusal_unless_open("不能再催办"))
    duty = urge.instruction_duty
    return f"“{duty}”现在是“{DutyState(duty.state).label}”，不用催部室。" if duty and duty.state in {DutyState.ANSWERED, DutyState.CLOSED} else ""


def answer(act: Act) -> dict[str, Any]:
    """Note what the department says to it."""
    urge = act.thing
    urge.answer, urge.answered_by_id, urge.answered_on = act.reason, act.by.pk, act.on
    return about(act)


def about(act: Act) -> dict[str, Any]:
    """Say of which stage the urge is and what it is about, for timelines."""
    urge = act.thing
    return {"stage": urge.stage, "task": urge.task_id, "report_duty": urge.report_duty_id, "instruction_duty": urge.instruction_duty_id}


URGE_MOVES = Table(
    UrgeState,
    [
        # Made by sending a notice: no button.
        Move("issue", "催办", frozenset({NEW}), UrgeState.SENT, Capability.SUPERVISE, refusal=not_urgeable, effect=about, offered=False),
        Move("answer", "回应催办", SENT, UrgeState.ANSWERED, Capability.ANSWER_FOR, needs_reason=True, reason_label="怎么办、哪天办完", effect=answer),
        Move("withdraw", "撤回催办", SENT, UrgeState.WITHDRAWN, Capability.SUPERVISE, needs_reason=True, reason_label="撤回理由", effect=about),
        # Made by what settles it, a claim, a report, an answer, by whoever does that: no button.
        Move(
            "settle",
            "催办了结",
            frozenset({UrgeState.SENT, UrgeState.ANSWERED}),
            UrgeState.SETTLED,
            Capability.ANSWER_FOR,
            right=lambda _urge, _access: True,
            effect=about,
            offered=False,
        ),
    ],
)
