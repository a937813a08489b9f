"""Who is in charge of what: the numbers by leader (分管)."""

import datetime as dt
from collections.abc import Iterable

from departments.models import Department, Leader, Portfolio
from federation_tasks.plan.counts import Counts, total_of


def in_charge(day: dt.date, departments: Iterable[Department]) -> dict[int, Leader]:
    """Return the leader in charge on a day of each of these departments, by the department's id; none for 未分管: one query."""
    wanted = {row.pk for row in departments}
    rows = Portfolio.objects.on(day).filter(Leader.in_office_on(day, "leader__")).select_related("leader").order_by("leader__order", "leader_id")
    return {row.department_id: row.leader for row in rows if row.department_id in wanted}


def of_leaders(charges: dict[int, Leader], by_department: dict[Department, Counts]) -> list[tuple[Leader | None, int, Counts]]:
    """Return for each leader, in the order of `charges`, how many departments there are and their counts; under nobody comes last."""
    parts: dict[Leader | None, list[Counts]] = {leader: [] for leader in charges.values()}
    for department, counts in by_department.items():
        parts.setdefault(charges.get(department.pk), []).append(counts)
    return [(leader, len(counts), total_of(counts)) for leader, counts in parts.items()]
