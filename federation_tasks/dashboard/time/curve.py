"""The curve: mean progress day by day against the time gone by, of the whole or of any part of it."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from departments.models import Department
from federation_tasks.dashboard.time import words
from federation_tasks.dashboard.time.ends import A_DAY, last_days
from federation_tasks.dashboard.time.forecast import Forecast, first_judged
from federation_tasks.dashboard.time.frame import Frame, grid
from federation_tasks.dashboard.time.rates import counted
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.models import Period
from federation_tasks.plan.tally import EVERY, Tally, daily

A_WEEK = 7 * A_DAY


@dataclass(frozen=True)
class Row:
    """One line of the data table."""

    day: dt.date
    elapsed: int
    progress: int

    @property
    def gap(self) -> str:
        """Return how progress stands against time, in words."""
        return words.gap(self.elapsed - self.progress)


class Curve:
    """Progress against time in a period, up to the day looked at.

    `departments` and `where` (over goal and department) say of which tasks; `now`, where the page knows it already, what these stand in
    on the day, and `end` the period's last day as `last_days` has it: both spare queries. `name` keeps ids apart on one page.
    """

    def __init__(
        self,
        period: Period,
        day: dt.date,
        today: dt.date,
        *,
        departments: QuerySet[Department] | None = None,
        where: Q = EVERY,
        now: Counts | None = None,
        end: dt.date | None = None,
        name: str = "curve",
    ) -> None:
        self.period, self.day, self.today, self.departments, self.where, self.name = period, day, today, departments, where, name
        self.end = end or last_days([period])[period.pk]
        self._now = now

    @property
    def until(self) -> dt.date:
        """Return the last day that is drawn: the day looked at, but no day to come and none after the end."""
        return min(self.day, self.today, self.end)

    @property
    def is_over(self) -> bool:
        """Say whether the period's time is over on the day looked at."""
        return self.until < min(self.day, self.today)

    @property
    def is_begun(self) -> bool:
        """Say whether there is anything to draw yet."""
        return self.period.starts_on <= self.until

    @cached_property
    def recorded(self) -> dict[dt.date, Counts]:
        """Return the counts of each day that is kept and had tasks, the first one first."""
        if not self.is_begun:
            return {}
        until = self.until if self.is_over else self.until - A_DAY
        found = daily(self.period, self.period.starts_on, until, self.today, departments=self.departments, where=self.where)
        if not self.is_over:
            found[self.until] = self.now
        return {day: counts for day, counts in sorted(found.items()) if counted(counts)}

    @cached_property
    def now(self) -> Counts:
        """Return what stands on the day looked at."""
        if self._now is not None:
            return self._now
        return Tally(self.period, self.day, self.today, self.departments).by(where=self.where).get((), Counts())

    @property
    def since(self) -> dt.date | None:
        """Return the day from which the curve is drawn; None where nothing is recorded."""
        return next(iter(self.recorded), None)

    @property
    def is_drawn(self) -> bool:
        """Say whether there is a line to look at: one day is none."""
        return len(self.recorded) > 1 and self.until in self.recorded

    @cached_property
    def forecast(self) -> Forecast | None:
        """Return where the pace leads to; None where it is over, or recorded for too few days, or nothing is left to do."""
        since = None if self.is_over else first_judged(self.recorded, self.until)
        found = Forecast(since, self.until, self.recorded[since], self.now, self.period.ends_on) if since else None
        return found if found and found.open and found.days_left else None

    # --- In words ----------------------------------------------------------------------------------------------------

    @property
    def finding(self) -> str:
        """Return in one sentence what the picture shows."""
        return words.finding(self)

    @property
    def recording(self) -> str:
        """Return from which day the curve is recorded, in words; empty where that is the period's first."""
        return words.recording(self)

    @property
    def prospect(self) -> str:
        """Return where the pace leads to, in words, or why that is not said."""
        return words.prospect(self)

    @property
    def gap(self) -> int:
        """Return how many points of percent progress is behind the time gone by; below 0 ahead of it."""
        return self.gap_on(self.until)

    def gap_on(self, day: dt.date) -> int:
        """Return the same of a recorded day."""
        return self.period.elapsed(day) - self.recorded[day].progress

    @property
    def elapsed(self) -> int:
        """Return how many percent of the period are gone by."""
        return 100 if self.is_over else self.period.elapsed(self.until)

    @property
    def progress(self) -> int:
        """Return the mean progress on the last day that is drawn, in percent."""
        return self.recorded[self.until].progress

    @property
    def rows(self) -> list[Row]:
        """Return the data table: the last day that is drawn and every seventh day before it, the first recorded one first."""
        weekly = [day for day in self.recorded if (self.until - day).days % 7 == 0]
        days = weekly if self.since in weekly or self.since is None else [self.since, *weekly]
        return [Row(day, self.period.elapsed(day), self.recorded[day].progress) for day in days]

    # --- The picture -------------------------------------------------------------------------------------------------

    @cached_property
    def frame(self) -> Frame:
        """Return the picture's frame: the whole period."""
        return Frame(self.period.starts_on, self.period.ends_on)

    @property
    def grid(self) -> list[tuple[int, str, str]]:
        """Return the lines across."""
        return grid()

    @property
    def time_line(self) -> str:
        """Return the line of the time gone by, from nothing to all of it."""
        return self.frame.line([(self.period.starts_on, 0), (self.period.ends_on + A_DAY, 100)])

    @property
    def line(self) -> str:
        """Return the line of progress."""
        return self.frame.line((day, counts.progress) for day, counts in self.recorded.items())

    @property
    def last_point(self) -> list[str]:
        """Return where the line of progress ends."""
        return self.frame.point(self.until, self.progress).split(",")

    @property
    def forecast_line(self) -> str:
        """Return the line from there to what is expected on the last day; empty without a forecast."""
        found = self.forecast
        return self.frame.line([(self.until, self.progress), (found.end, found.expected)]) if found else ""
