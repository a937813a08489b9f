"""Open instructions go on in the next half-year when a period closes (结转; domain.md, An instruction's life). The same rows: only their list changes."""

from federation_tasks.plan.closing import Closing, Numbers
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import InstructionDuty
from federation_tasks.workflow.moves import perform

AT_A_TIME = 500  # duties held in memory


def open_instructions(period: Period) -> Numbers:
    """Return on how many instructions departments of a period still owe something, with the answers among them that await a leader."""
    duties = InstructionDuty.objects.filter(period=period)
    return {
        "未销号的明确要求（按单位计，将转到下一期）": duties.still_open().count(),
        "其中已答复、待销号的（随要求转到下一期）": duties.waiting().count(),
    }


def carry_instructions(closing: Closing) -> Numbers:
    """Move whatever is open into the list of the next half-year; what is closed stays."""
    ids = list(InstructionDuty.objects.select_for_update(of=("self",)).filter(period=closing.period).still_open().order_by("pk").values_list("pk", flat=True))
    for first in range(0, len(ids), AT_A_TIME):
        rows = InstructionDuty.objects.filter(pk__in=ids[first : first + AT_A_TIME]).select_related("department", "period", "instruction")
        for duty in rows.order_by("pk"):
            perform(duty, "carry_over", closing.access, into=closing.following)
    return {"转到下一期的明确要求（按单位计）": len(ids)}
