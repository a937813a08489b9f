"""The last half-years beside each other: what each one says on the day that is looked at."""

from dataclasses import dataclass

from django.db.models import Q

from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.models import Period
from federation_tasks.plan.periods import offered_periods
from federation_tasks.plan.tally import by_period

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
    """Return the newest half-years that had begun by the day and have tasks, newest first: three queries, whatever their number."""
    begun = [period for period in offered_periods() if period.starts_on <= summary.day][:PERIODS]
    found = by_period(begun, summary.day, summary.access.on, departments=summary.scope, where=where, lamps=summary.lamps)
    return [Half(period, found[period.pk]) for period in begun if period.pk in found]
