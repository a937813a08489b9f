"""What happens in the demo, day by day: every act goes through the code that the site itself uses, by someone who may, on its day."""

import datetime as dt
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

from django.utils import timezone

from departments.access import Access
from departments.models import User
from federation_tasks.home.demo.halves import moment
from federation_tasks.plan.models import Task


class Hour(IntEnum):
    """The order within a day: a closing comes after the work of its day, filing after the closing."""

    WORK = 0
    CLOSING = 1
    FILING = 2


class Entry(NamedTuple):
    """Something that happens on a day."""

    day: dt.date
    hour: Hour
    act: Callable[[dt.date], None]


class Diary:
    """Collects what happens, then makes it happen in the order of days; what lies after today does not happen."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.entries: list[Entry] = []
        self._access: dict[tuple[int, dt.date], Access] = {}

    def note(self, day: dt.date, act: Callable[[dt.date], None], hour: Hour = Hour.WORK) -> None:
        """Note that something happens on a day."""
        self.entries.append(Entry(day, hour, act))

    def happen(self) -> None:
        """Make everything happen, in order; entries of one day and hour in the order in which they were noted."""
        for entry in sorted(self.entries, key=lambda entry: entry[:2]):
            if entry.day <= self.today:
                began = timezone.now()
                entry.act(entry.day)
                _date_states(began, entry.day, entry.hour)

    def access(self, user: User, day: dt.date) -> Access:
        """Return what someone may do on a day, read once."""
        return self._access.setdefault((user.pk, day), Access(user, day))


def _date_states(began: dt.datetime, day: dt.date, hour: Hour) -> None:
    """Put the saved states of tasks that an act left on its day, so that the dashboard can look back."""
    if day != timezone.localdate():
        Task.history.filter(history_date__gte=began).update(history_date=moment(day, dt.time(9 + 3 * hour)))  # type: ignore[attr-defined]
