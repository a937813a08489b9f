"""Working days: the state calendar with 调休, and the federation's overrides (domain.md, The overdue digest)."""

import datetime as dt

import chinese_calendar

from federation_tasks.plan.models import WorkdayOverride
from federation_tasks.plan.snapshot import is_one_snapshot, once

LONGEST_HOLIDAY = 30  # days; no run of days off is longer, so every search ends


class Calendar:
    """Answers about the days from `start` to `end`, with the overrides read once."""

    def __init__(self, start: dt.date, end: dt.date) -> None:
        within = WorkdayOverride.objects.filter(day__range=(start, end))
        rows = once(WorkdayOverride, lambda: list(WorkdayOverride.objects.all())) if is_one_snapshot() else within
        self.overrides: dict[dt.date, bool] = {row.day: row.is_workday for row in rows}

    def is_workday(self, day: dt.date) -> bool:
        """Say whether people work on this day: override first, then the state calendar, then Monday to Friday."""
        return self.overrides[day] if day in self.overrides else state_calendar_says(day)

    def earlier(self, day: dt.date, number: int) -> dt.date:
        """Return the earliest day from which at most `number` working days lead to `day`; the calendar must reach back far enough."""
        found, left = day, number
        while left >= self.is_workday(found):
            left -= self.is_workday(found)
            found -= dt.timedelta(days=1)
        return found


def state_calendar_says(day: dt.date) -> bool:
    """Say whether the state calendar makes this a working day; for a year that it does not know yet, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def state_calendar_knows(day: dt.date) -> bool:
    """Say whether the state calendar has been published for this day's year."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_workday(day: dt.date) -> bool:
    """Say whether people work on this day."""
    return Calendar(day, day).is_workday(day)


def previous_workday(day: dt.date) -> dt.date:
    """Return the last working day before this day."""
    calendar = Calendar(day - dt.timedelta(days=LONGEST_HOLIDAY), day)
    earlier = (day - dt.timedelta(days=n) for n in range(1, LONGEST_HOLIDAY + 1))
    return next((found for found in earlier if calendar.is_workday(found)), day - dt.timedelta(days=1))


def workdays_earlier(day: dt.date, number: int) -> dt.date:
    """Return the earliest day from which at most `number` working days lead to `day`, as `workdays_between` counts them.

    What waits since an earlier day has waited for more than `number` working days.
    """
    return Calendar(day - dt.timedelta(days=number * 2 + LONGEST_HOLIDAY), day).earlier(day, number)


def workdays_between(start: dt.date, end: dt.date) -> int:
    """Return how many working days lie after `start`, up to and including `end`; 0 where end is not later."""
    calendar = Calendar(start, end)
    return sum(calendar.is_workday(start + dt.timedelta(days=n)) for n in range(1, (end - start).days + 1))
