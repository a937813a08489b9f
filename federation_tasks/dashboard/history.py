"""The last half-years beside each other: what each one says on the day that is looked at."""

from dataclasses import dataclass

from django.db.models import Q

from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.models import Period
from federation_tasks.plan.tally import Tally

PERIODS = 6  # half-years back: three years


@dataclass(frozen=True)
class Half:
    """One half-year with its numbers."""

    period: Period
    counts: Counts

    @property
    def lit(self) -> list[tuple[str, int]]:
        """Return the lights that are lit, with their numbers."""
        return [(light.value, n) for light, n in self.counts.lights.items() if n]


def halves(summary: Summary, where: Q) -> list[Half]:
    """Return the newest half-years that had begun by the day and have tasks, newest first: two queries for each, PERIODS at most."""
    begun = Period.objects.owed().filter(starts_on__lte=summary.day)[:PERIODS]
    found = [(period, Tally(period, summary.day, summary.access.on, summary.scope, lamps=summary.lamps).by(where=where)) for period in begun]
    return [Half(period, counts) for period, by in found for counts in by.values() if counts.total]
