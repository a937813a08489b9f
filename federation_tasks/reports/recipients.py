"""To whom a report goes: the leader in charge on the day, else the principal (domain.md, A report's life)."""

import datetime as dt

from departments.access import Capability, leader_in_charge, who_may
from departments.models import Department, Leader


def recipient(department: Department, day: dt.date) -> str:
    """Return in Chinese who will decide on the department's report: the leader in charge, unless he heads the department."""
    in_charge = leader_in_charge(department, day)
    if in_charge and (in_charge.user_id is None or who_may(Capability.DECIDE, department, day).filter(pk=in_charge.user_id).exists()):
        return str(in_charge)
    principal = Leader.objects.filter(Leader.in_office_on(day), rank=Leader.Rank.PRINCIPAL).first()
    if principal and (principal.user_id is None or who_may(Capability.DECIDE, department, day).filter(pk=principal.user_id).exists()):
        return str(principal)
    return "会领导"
