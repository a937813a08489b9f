"""Giving instructions (明确要求): numbered one after the other within the half-year, each with a duty for every department."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from departments.access import Access
from departments.models import Department, User
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import Instruction, InstructionDuty
from federation_tasks.supervision.origins import Origin
from federation_tasks.workflow.moves import WrongState, perform

MOST = 20  # instructions at once
MOST_DUTIES = 1000  # instructions times departments at once
NOT_A_LEADER = "只有会领导可以提出明确要求。"
NONE_OPEN = "现在没有进行中的半年，要求没有地方编号，不能提出。请计划管理员先打开这个半年，再来提出。"


@dataclass(frozen=True)
class Wanted:
    """One instruction to be given."""

    text: str
    due: dt.date
    departments: Sequence[Department]


@dataclass(frozen=True)
class Given:
    """The instructions that a form gave. `is_repeated`: it had given them before and was sent once more."""

    instructions: list[Instruction]
    is_repeated: bool = False


def refusal_of_due(due: dt.date, today: dt.date) -> str:
    """Return why a day cannot be the due date of a new instruction; empty where it can."""
    return "" if due >= today else f"办理期限不能早于今天（{today:%Y-%m-%d}），不然一提出就是逾期的。"


def refusal_of_number(wanted: int, duties: int) -> str:
    """Return why so many cannot be given at once; empty where they can."""
    if wanted > MOST:
        return f"这里有 {wanted} 条，一次最多提出 {MOST} 条。请分几次提出。"
    return f"各条要求的单位加起来有 {duties} 个，一次最多 {MOST_DUTIES} 个。请分几次提出。" if duties > MOST_DUTIES else ""


def opened() -> list[Period]:
    """Return the open half-years."""
    return list(Period.objects.filter(state=Period.State.OPEN).order_by("pk"))


def give(wanted: Sequence[Wanted], origin: Origin, batch: UUID, access: Access) -> Given:
    """Give all of these instructions or none. `batch` names the sending: one that was given already is not given again.

    Raises PermissionDenied where one of the departments is not his to decide for, WrongState where no half-year is open, and
    ValidationError for what cannot be given.
    """
    if access.leader is None:
        raise PermissionDenied(NOT_A_LEADER)
    _check(wanted, access.on)
    with transaction.atomic():
        # The numbers are counted under this lock, and a half-year that is being closed is closed first.
        periods = list(Period.objects.select_for_update().filter(state=Period.State.OPEN).order_by("pk"))
        if earlier := list(Instruction.objects.filter(batch=batch).select_related("period").order_by("place")):
            return Given(earlier, is_repeated=True)
        period = origin.period_on(access.on, periods)
        if period is None:
            raise WrongState(NONE_OPEN)
        last = Instruction.objects.filter(period=period).aggregate(last=Max("number"))["last"] or 0
        numbered = enumerate(wanted, 1)
        return Given([_give_one(one, Instruction(period=period, number=last + place, batch=batch, place=place), origin, access) for place, one in numbered])


def _check(wanted: Sequence[Wanted], today: dt.date) -> None:
    """Refuse what the form refuses, whoever calls."""
    sentences = [refusal_of_number(len(wanted), sum(len(one.departments) for one in wanted))]
    for one in wanted:
        sentences += [refusal_of_due(one.due, today), "" if one.text.strip() else "请写明要求。", "" if one.departments else "请选发给哪些单位。"]
    if refused := list(dict.fromkeys(filter(None, sentences))):
        raise ValidationError(refused)


def _give_one(one: Wanted, instruction: Instruction, origin: Origin, access: Access) -> Instruction:
    """Write one instruction and have it issued to each department."""
    assert access.leader is not None
    instruction.leader, instruction.made_by, instruction.made_on = access.leader, cast(User, access.user), access.on
    instruction.text, instruction.due = one.text.strip(), one.due
    instruction.source, instruction.task, instruction.report_duty = origin.source, origin.task, origin.report_duty
    instruction.save()
    for department in one.departments:
        perform(InstructionDuty(instruction=instruction, department=department, period=instruction.period), "issue", access)
    return instruction
