"""Who decides about a department's tasks on a day, in words: for the sentences that tell a department whom to turn to."""

import datetime as dt

from departments.access import Capability, leader_in_charge, who_may
from departments.models import Department, Leader

PRINCIPAL = "主要领导"
UNLED = "主要领导（本单位未分管）"


def who_decides(department: Department, day: dt.date) -> str:
    """Return who decides on what a department asks for: 副理事长 副理事长乙."""
    leader = leader_in_charge(department, day)
    if leader is None:
        return UNLED
    return f"{leader.federation_post} {leader.name}" if _decides(leader, department, day) else PRINCIPAL


def who_can_still(department: Department, day: dt.date) -> str:
    """Return everyone who can decide, for someone who has to go and see one of them."""
    leader = leader_in_charge(department, day)
    if leader is None:
        return UNLED
    if not _decides(leader, department, day):
        return PRINCIPAL
    mine = f"分管本单位的{leader.federation_post} {leader.name}"
    return mine if leader.rank == Leader.Rank.PRINCIPAL else f"{mine}，或者{PRINCIPAL}，"


def _decides(leader: Leader, department: Department, day: dt.date) -> bool:
    """Say whether the leader in charge decides: in office, and not on a department that he heads himself."""
    if not leader.in_office(day):
        return False
    return leader.user_id is None or who_may(Capability.DECIDE, department, day).filter(pk=leader.user_id).exists()
