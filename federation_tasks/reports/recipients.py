"""To whom a report goes: the leader in charge on the day, else the principal (domain.md, A report's life)."""

import datetime as dt

from departments.access import Capability, leader_in_charge, who_may
from departments.models import Department, Leader


def recipient(department: Department, day: dt.date) -> str:
    """Return in Chinese who will decide on the department's report."""
    return str(decider(department, day) or "会领导")


def addressed(department: Department, day: dt.date) -> str:
    """Return who will decide on the department's report as a paper addresses him: with his post, where the name does not say it."""
    leader = decider(department, day)
    if leader is None:
        return "会领导"
    return leader.name if leader.federation_post in leader.name else f"{leader.name}{leader.federation_post}"


def decider(department: Department, day: dt.date) -> Leader | None:
    """Return who will decide on the department's report: the leader in charge, unless he heads the department; then the principal."""
    in_charge = leader_in_charge(department, day)
    if in_charge and (in_charge.user_id is None or who_may(Capability.DECIDE, department, day).filter(pk=in_charge.user_id).exists()):
        return in_charge
    principal = Leader.objects.filter(Leader.in_office_on(day), rank=Leader.Rank.PRINCIPAL).first()
    if principal and (principal.user_id is None or who_may(Capability.DECIDE, department, day).filter(pk=principal.user_id).exists()):
        return principal
    return None
