"""What was required and is overdue (逾期要求): past its date and not closed, whoever's turn it is."""

from typing import Any

from django.db.models import Q

from departments.models import Leader
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.rows import Rows
from federation_tasks.digests.sections import SHOWN, Link, Section, address, section_of
from federation_tasks.supervision.instruction_filters import OVERDUE
from federation_tasks.supervision.models import InstructionDuty

TITLE = "逾期要求"


def required_section(leader: Leader, briefing: Briefing, rows: Rows) -> Section:
    """Return the section: for a deputy of the portfolio and what he required himself, for the principal all. At most two queries.

    Whatever half-year they stand in: what was carried over stays overdue while the next one is not open yet.
    """
    duties: Any = InstructionDuty.objects.overdue_on(briefing.day)
    scope = briefing.scope(leader)
    if scope is not None:
        duties = duties.filter(Q(department__in=scope) | Q(instruction__leader=leader))
    shown = list(duties.select_related("instruction__leader", "instruction__period", "department")[:SHOWN])
    total = len(shown) if len(shown) < SHOWN else duties.count()
    more = [Link(f"其余逾期要求（{period}）", address("supervision:instructions", period=period.code, state=OVERDUE)) for period in briefing.periods]
    return section_of(TITLE, shown, rows.required, more, total=total, head="逾期")
