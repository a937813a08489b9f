"""What all digests of one day share, read once for a batch: the lights, the open periods, and who is in charge of what."""

import datetime as dt
from functools import cached_property

from departments.models import Leader, Portfolio
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Period


class Briefing:
    """One day, as every leader's digest sees it."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.day)

    @cached_property
    def periods(self) -> list[Period]:
        """Return the open periods, the older one first: what a digest is about.

        With one open, its numbers are the dashboard's of that period; with two, it gives the number of each as well. A closed
        period's unfinished tasks have been carried over.
        """
        return list(Period.objects.filter(state=Period.State.OPEN).order_by("starts_on"))

    @cached_property
    def in_charge(self) -> dict[int, Leader]:
        """Return the leader in charge of each department, by the department's id; none for 未分管."""
        return {pk: row.leader for pk, row in self.charges.items()}

    @cached_property
    def charges(self) -> dict[int, Portfolio]:
        """Return the charge of each department that somebody has, by the department's id."""
        rows = Portfolio.objects.on(self.day).filter(Leader.in_office_on(self.day, "leader__")).select_related("leader")
        return {row.department_id: row for row in rows}

    def scope(self, leader: Leader) -> frozenset[int] | None:
        """Return the ids of the departments that a leader's digest covers; None for the whole federation."""
        if leader.rank == Leader.Rank.PRINCIPAL:
            return None
        return frozenset(department for department, one in self.in_charge.items() if one.pk == leader.pk)
