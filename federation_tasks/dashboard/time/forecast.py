"""Where the pace of the last weeks leads to by the end of the half-year: the one method, said on the page in a sentence."""

import datetime as dt
import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from federation_tasks.dashboard.time.rates import mean, unfinished
from federation_tasks.plan.counts import Counts

WINDOW = 28  # days: four whole weeks, so that no week of the month weighs more than another, and a holiday week does not decide
ENOUGH = 7  # days: less than a week is working days or a weekend, not a pace
LIKELY = 95  # percent: of twenty tasks not even one is missing
RISKY = 80  # percent: up to a fifth is missing, which more hands in the last weeks have made up before; what is more is a matter of the plan


class Outlook(enum.StrEnum):
    """What will come of it at this pace."""

    LIKELY = "能完成"
    RISKY = "有风险"
    UNLIKELY = "难完成"


def outlook(expected: int) -> Outlook:
    """Return what a mean progress, in percent at the end of the half-year, is called."""
    if expected >= LIKELY:
        return Outlook.LIKELY
    return Outlook.RISKY if expected >= RISKY else Outlook.UNLIKELY


@dataclass(frozen=True)
class Forecast:
    """What stood at the beginning and at the end of the days that are judged, and the last day of the half-year."""

    since: dt.date
    until: dt.date
    before: Counts
    now: Counts
    end: dt.date

    @property
    def days(self) -> int:
        """Return over how many days the pace is taken."""
        return (self.until - self.since).days

    @property
    def per_day(self) -> Fraction:
        """Return the points of percent gained a day; 0 where the mean fell, as it does when new tasks are assigned."""
        return max(Fraction(0), mean(self.now) - mean(self.before)) / self.days

    @property
    def days_left(self) -> int:
        """Return how many days are to come."""
        return (self.end - self.until).days

    @property
    def expected(self) -> int:
        """Return the mean progress on the last day in percent, at this pace, rounded down and 100 at most."""
        return min(100, math.floor(mean(self.now) + self.per_day * self.days_left))

    @property
    def outlook(self) -> Outlook:
        """Return what that is called."""
        return outlook(self.expected)

    @property
    def open(self) -> int:
        """Return how many tasks are not completed."""
        return unfinished(self.now)

    @property
    def per_week(self) -> int:
        """Return how many of them have to be completed in each week that is left, rounded up; all of them in a last week that is none."""
        return math.ceil(Fraction(7 * self.open, max(7, self.days_left)))


def first_judged(recorded: Mapping[dt.date, Counts], until: dt.date) -> dt.date | None:
    """Return the day from which the pace is taken: the earliest recorded one within the window; None where the records are too short."""
    within = [day for day in recorded if until - dt.timedelta(days=WINDOW) <= day <= until - dt.timedelta(days=ENOUGH)]
    return min(within, default=None)
