"""Open instructions go on in the next half-year when a period closes (结转; domain.md, An instruction's life). The same rows: only their list changes."""

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from federation_tasks.plan.closing import Closing, Line, Numbers, Piece, by_department
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import InstructionDuty
from federation_tasks.workflow.many import perform_in_turn


def open_instructions(period: Period) -> list[Line]:
    """Return on how many instructions departments of a period still owe something, with the answers among them that await a leader: three queries."""
    duties = InstructionDuty.objects.filter(period=period)
    owed, answered = _by_department(period, duties.still_open()), _by_department(period, duties.waiting())
    return [
        Line("未销号的明确要求（按单位计）", sum(piece.number for piece in owed), "转到下一期", listed(period), owed),
        Line("其中已答复、待销号的", sum(piece.number for piece in answered), "随要求转到下一期", listed(period), answered),
    ]


def listed(period: Period, **conditions: str) -> str:
    """Return the address of the list of a period's instructions, narrowed down."""
    return f"{reverse('supervision:instructions')}?{urlencode({'period': period.code, **conditions})}"


def _by_department(period: Period, duties: "models.QuerySet[Any]") -> list[Piece]:
    return by_department(duties, lambda code: listed(period, department=code))


def carry_instructions(closing: Closing) -> Numbers:
    """Move whatever is open into the list of the next half-year, some hundreds at a time; what is closed stays."""
    ids = list(InstructionDuty.objects.select_for_update(of=("self",)).filter(period=closing.period).still_open().order_by("pk").values_list("pk", flat=True))
    owed = InstructionDuty.objects.select_related("department", "period", "instruction__period")
    perform_in_turn(owed, ids, "carry_over", closing.access, into=closing.following)
    return {"转到下一期的明确要求（按单位计）": len(ids)}
