"""Where the overdue tasks are: by department, and for the principal by leader and department, 未分管 last."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from departments.models import Department, Leader
from federation_tasks.digests.briefing import Briefing
from federation_tasks.plan.lights import days_overdue
from federation_tasks.plan.models import Task

NOBODY = "未分管"


@dataclass(frozen=True)
class Share:
    """How much of what is overdue lies with one leader, or with one department."""

    leader: str
    department: str  # empty in a leader's own total
    overdue: int
    new: int
    longest: int  # days


def shares_of(briefing: Briefing, scope: frozenset[int] | None, overdue: list[Task], new: set[int]) -> tuple[list[Share], list[str]]:
    """Return the shares, and the names of those who have nothing overdue: departments for a deputy, leaders for the principal."""
    by_department: dict[Department, list[Task]] = {}
    for task in overdue:
        by_department.setdefault(task.department, []).append(task)
    if scope is not None:
        found = [_share("", department, tasks, new, briefing.day) for department, tasks in _ordered(by_department)]
        without = Department.objects.filter(pk__in=scope - {department.pk for department in by_department})
        return found, [str(department) for department in without]
    shares: list[Share] = []
    touched: set[int] = set()
    for leader, departments in _by_leader(briefing, by_department):
        name = leader.name if leader else NOBODY
        touched |= {leader.pk} if leader else set()
        shares.append(_share(name, None, [task for tasks in departments.values() for task in tasks], new, briefing.day))
        shares += [_share(name, department, tasks, new, briefing.day) for department, tasks in _ordered(departments)]
    everyone = {leader.pk: leader for leader in briefing.in_charge.values()}
    return shares, [leader.name for leader in _in_order(everyone.values()) if leader.pk not in touched]


def _by_leader(briefing: Briefing, by_department: dict[Department, list[Task]]) -> list[tuple[Leader | None, dict[Department, list[Task]]]]:
    groups: dict[Leader | None, dict[Department, list[Task]]] = {}
    for department, tasks in by_department.items():
        groups.setdefault(briefing.in_charge.get(department.pk), {})[department] = tasks
    known = _in_order(leader for leader in groups if leader is not None)
    return [(leader, groups[leader]) for leader in [*known, *([None] if None in groups else [])]]


def _in_order(leaders: Iterable[Leader]) -> list[Leader]:
    return sorted(leaders, key=lambda leader: (leader.order, leader.pk))


def _ordered(by_department: dict[Department, list[Task]]) -> list[tuple[Department, list[Task]]]:
    return sorted(by_department.items(), key=lambda pair: (pair[0].order, pair[0].pk))


def _share(leader: str, department: Department | None, tasks: list[Task], new: set[int], day: dt.date) -> Share:
    return Share(
        leader,
        department.name if department else "",
        len(tasks),
        sum(task.pk in new for task in tasks),
        max((days_overdue(task, day) for task in tasks), default=0),
    )
