"""How long things have waited on one day, in working days, and how long they may: the rule and the calendar, read once for the whole page."""

import datetime as dt
from functools import cached_property

from federation_tasks.plan.workdays import Calendar
from federation_tasks.supervision.models import SupervisionRule

LONGEST = 400  # days back that are counted; what waits for longer than a year is told as that many working days and more


class Waits:
    """What may be asked about waiting on one day: two queries."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    @cached_property
    def _rule(self) -> SupervisionRule:
        return SupervisionRule.objects.on(self.day)

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar(self.day - dt.timedelta(days=LONGEST), self.day)

    @property
    def decide_within(self) -> int:
        """Return how many working days a decision may take."""
        return int(self._rule.decide_within)

    @property
    def acknowledge_within(self) -> int:
        """Return how many working days a department may take to acknowledge, or to answer an urge."""
        return int(self._rule.acknowledge_within)

    @cached_property
    def decide_since(self) -> dt.date:
        """Return the earliest day since when something may still await a decision."""
        return self._calendar.earlier(self.day, self.decide_within)

    @cached_property
    def acknowledge_since(self) -> dt.date:
        """Return the earliest day since when a department may still be silent."""
        return self._calendar.earlier(self.day, self.acknowledge_within)

    def days(self, since: dt.date) -> int:
        """Return how many working days lie after a day, up to and including this one."""
        days = min(max(0, (self.day - since).days), LONGEST)
        return sum(self._calendar.is_workday(self.day - dt.timedelta(days=n)) for n in range(days))
