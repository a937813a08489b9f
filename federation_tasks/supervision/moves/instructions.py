"""The table of the moves of what a department owes on an instruction (domain.md, An instruction's life, per department)."""

from typing import Any

from departments.access import HEADS, Access, Capability
from departments.models import Leader
from federation_tasks.supervision import agreeing
from federation_tasks.supervision.models import DutyState, InstructionDuty
from federation_tasks.supervision.settling import settle_urges
from federation_tasks.workflow.moves import NEW, Act, Move, Table

ANSWERED = frozenset({DutyState.ANSWERED})
NOT_ANSWERED = frozenset({DutyState.ASSIGNED, DutyState.ACKNOWLEDGED, DutyState.SENT_BACK})


def may_close(duty: InstructionDuty, access: Access) -> bool:
    """Say whether this person closes it: the leader who made it, the successor in that portfolio, or the principal.

    Never somebody who answered it himself, nor a head of the department. What the principal required is not a deputy's to close.
    """
    leader, department = access.leader, duty.department_id
    if leader is None or duty.answered_by_id == access.user.pk or access.own_roles(department) & HEADS:
        return False
    if duty.instruction.leader_id == leader.pk or access.is_principal:
        return True
    return access.may(Capability.DECIDE, department) and duty.instruction.leader.rank == Leader.Rank.DEPUTY


def acknowledge(act: Act) -> None:
    """Note the day of acknowledgement."""
    act.thing.acknowledged_on = act.on


def answer(act: Act) -> dict[str, Any]:
    """Note the answer, who gave it and when; what was urged is thereby done."""
    duty = act.thing
    duty.answer, duty.answered_by_id, duty.answered_on = act.reason, act.by.pk, act.on
    settle_urges(act.access, instruction_duty=duty)
    return {"in_time": act.on <= duty.instruction.due} | said_in(act)


def supplement(act: Act) -> dict[str, Any]:
    """Put a fuller answer in the place of the one that waits, as after a leader's remark; the day of the first one stands, and so does its wait."""
    duty = act.thing
    duty.answer, duty.answered_by_id = act.reason, act.by.pk
    return {"in_time": duty.answered_on <= duty.instruction.due} | said_in(act)


def said_in(act: Act) -> dict[str, Any]:
    """Return in which report the department said it, and as what: `report` (2026H2), `half`, `version`, `outcome`. Empty where it said it here."""
    found: dict[str, Any] = act.data.get("said_in", {})
    return found


def close(act: Act) -> dict[str, Any]:
    """Note the day; what was urged needs no answer any more."""
    act.thing.closed_on = act.on
    settle_urges(act.access, instruction_duty=act.thing)
    return {"in_time": (act.thing.answered_on or act.on) <= act.thing.instruction.due}


def say_more(act: Act) -> str:
    """Return the move that a further remark makes of a closing: the answer stays, and so does the duty."""
    return "" if agreeing.is_plain(act.reason) else "remark"


def carry_over(act: Act) -> dict[str, Any]:
    """Move what is open into the list of the next half-year."""
    duty = act.thing
    before = duty.period.code
    duty.period = act.data["into"]
    return {"from": before}


DUTY_MOVES = Table(
    DutyState,
    [
        # Made by giving the instruction: no button.
        Move("issue", "提出要求", frozenset({NEW}), DutyState.ASSIGNED, Capability.DECIDE, offered=False),
        Move("acknowledge", "签收", frozenset({DutyState.ASSIGNED}), DutyState.ACKNOWLEDGED, Capability.ANSWER_FOR, effect=acknowledge),
        Move(
            "answer",
            "答复落实情况",
            frozenset({DutyState.ACKNOWLEDGED, DutyState.SENT_BACK}),
            DutyState.ANSWERED,
            Capability.ANSWER_FOR,
            needs_reason=True,
            reason_label="落实情况",
            effect=answer,
            takes_files=True,
        ),
        Move(
            "supplement",
            "补充答复",
            ANSWERED,
            DutyState.ANSWERED,
            Capability.ANSWER_FOR,
            needs_reason=True,
            reason_label="补充后的落实情况",
            effect=supplement,
            takes_files=True,
        ),
        # Made by submitting a report that says 部分落实 or 未落实: no button, and nothing moves. The leader reads it at the duty.
        Move(
            "state",
            "在汇报中说明",
            NOT_ANSWERED | ANSWERED,
            lambda duty: duty.state,
            Capability.ANSWER_FOR,
            needs_reason=True,
            reason_label="说明",
            effect=said_in,
            offered=False,
        ),
        Move(
            "close",
            "同意销号",
            ANSWERED,
            DutyState.CLOSED,
            Capability.DECIDE,
            right=may_close,
            may_say=agreeing.SAY,
            says_help=agreeing.HELP,
            becomes=say_more,
            effect=close,
        ),
        # Made by a closing with a further remark: no button of its own.
        Move("remark", "提出意见", ANSWERED, DutyState.ANSWERED, Capability.DECIDE, needs_reason=True, reason_label="意见", right=may_close, offered=False),
        Move("send_back", "退回重办", ANSWERED, DutyState.SENT_BACK, Capability.DECIDE, needs_reason=True, reason_label="退回理由", right=may_close),
        Move(
            "release",
            "不再要求",
            NOT_ANSWERED,
            DutyState.CLOSED,
            Capability.DECIDE,
            needs_reason=True,
            reason_label="不再要求的理由",
            right=may_close,
            effect=close,
        ),
        # Made by the closing of the period: no button.
        Move(
            "carry_over",
            "结转",
            NOT_ANSWERED | ANSWERED,
            lambda duty: duty.state,
            Capability.SUPERVISE,
            effect=carry_over,
            also_writes=("period",),
            offered=False,
        ),
    ],
)
