"""The two half-years of the demo around a day, and the days on which things are due and done in them."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from federation_tasks.plan.models import Period
from federation_tasks.plan.models.periods import half_year
from federation_tasks.plan.workdays import is_workday

CLOSING_TIME = dt.time(17, 30)
DEADLINE_BEFORE_END = 12  # days
FILING_AHEAD = 7  # days: reports can be filed in time on whatever day the demo is looked at
MEETING_AFTER_END = 17  # days, as the meeting of 17 July stood to the end of its half-year
CLOSED_SINCE = 10  # days: by then the closed half has been closed, if it has been over that long


@dataclass(frozen=True)
class Halves:
    """The half-year that holds `today`, and the one before it."""

    today: dt.date

    @property
    def running(self) -> tuple[int, int]:
        """Return year and half of the running half-year."""
        return self.today.year, 1 if self.today.month <= 6 else 2

    @property
    def closed(self) -> tuple[int, int]:
        """Return year and half of the one before."""
        year, half = self.running
        return (year, 1) if half == 2 else (year - 1, 2)

    @property
    def closed_on(self) -> dt.date:
        """Return the day on which the closed half was closed: after its meeting where today allows."""
        after_meeting = meeting_on(half_year(*self.closed)[1]) + dt.timedelta(days=1)
        return max(half_year(*self.running)[0], min(after_meeting, self.today - dt.timedelta(days=CLOSED_SINCE)))

    def open_both(self) -> tuple[Period, Period]:
        """Make both half-years, open; return (closed-to-be, running)."""
        return self._open(*self.closed, earliest_deadline=None), self._open(*self.running, earliest_deadline=self.today + dt.timedelta(days=FILING_AHEAD))

    def _open(self, year: int, half: int, earliest_deadline: dt.date | None) -> Period:
        ends_on = half_year(year, half)[1]
        usual = ends_on - dt.timedelta(days=DEADLINE_BEFORE_END)
        deadline = next_workday(max(usual, earliest_deadline or usual))
        return Period.objects.create(
            year=year, half=half, state=Period.State.OPEN, report_deadline=moment(deadline, CLOSING_TIME), meeting_on=meeting_on(ends_on)
        )


def meeting_on(ends_on: dt.date) -> dt.date:
    """Return the day of the meeting on a half-year that ends on this day."""
    return next_workday(ends_on + dt.timedelta(days=MEETING_AFTER_END))


def next_workday(day: dt.date) -> dt.date:
    """Return this day if people work on it, else the next one on which they do."""
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day


def moment(day: dt.date, time: dt.time) -> dt.datetime:
    """Return a time of a day where the federation is."""
    return timezone.make_aware(dt.datetime.combine(day, time))
