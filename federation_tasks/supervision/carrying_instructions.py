"""Open instructions go on in the next half-year when a period closes (结转; domain.md, An instruction's life). The same rows: only their list changes."""

from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from departments.models import Department
from federation_tasks.plan.closing import Closing, Line, Numbers, Piece
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import InstructionDuty
from federation_tasks.workflow.many import perform_all

AT_A_TIME = 500  # duties held in memory


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


def _by_department(period: Period, duties: object) -> list[Piece]:
    numbers = dict(duties.order_by().values_list("department").annotate(Count("pk")))  # type: ignore[attr-defined]
    departments = Department.objects.filter(pk__in=numbers)
    return [Piece(row.name, listed(period, department=row.code), numbers[row.pk]) for row in departments]


def carry_instructions(closing: Closing) -> Numbers:
    """Move whatever is open into the list of the next half-year, some hundreds at a time; what is closed stays."""
    ids = list(InstructionDuty.objects.select_for_update(of=("self",)).filter(period=closing.period).still_open().order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_A_TIME):
        some = InstructionDuty.objects.filter(pk__in=ids[first : first + AT_A_TIME]).select_related("department", "period", "instruction__period")
        perform_all(some, "carry_over", closing.access, into=closing.following)
    return {"转到下一期的明确要求（按单位计）": len(ids)}
