"""Which departments a leader took over, from when, and from whom (分工调整)."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from departments.access import Access
from departments.models import Leader, Portfolio

WITHIN = 60  # days: how far back the newest handover is looked for
FRESH = 14  # days for which 待办 says what was taken over


@dataclass(frozen=True)
class Taken:
    """One charge that began, and who had the department up to the day before; None where nobody had it."""

    row: Portfolio
    before: Leader | None


class Takeovers:
    """All that one leader took over up to a day: two queries. A charge that only goes on after its own end is none."""

    def __init__(self, leader: Leader, today: dt.date) -> None:
        self.leader, self.today = leader, today

    @cached_property
    def by_day(self) -> dict[dt.date, list[Taken]]:
        """Return the charges by the day on which they began, the newest day first, each day in the order of the departments."""
        begun = Portfolio.objects.filter(leader=self.leader, valid_from__lte=self.today).select_related("department")
        rows = list(begun.order_by("-valid_from", "department__order", "pk"))
        ended = Portfolio.objects.filter(department__in={row.department_id for row in rows}, valid_to__isnull=False).select_related("leader")
        before = {(row.department_id, row.valid_to): row.leader for row in ended}
        found: dict[dt.date, list[Taken]] = {}
        for row in rows:
            earlier = before.get((row.department_id, row.valid_from))
            if earlier is None or earlier.pk != self.leader.pk:
                found.setdefault(row.valid_from, []).append(Taken(row, earlier))
        return found

    def newest(self, within: int = WITHIN) -> dt.date | None:
        """Return the newest day on which something was taken over, within so many days; None where nothing was."""
        day = next(iter(self.by_day), None)
        return day if day is not None and day >= self.today - dt.timedelta(days=within) else None


@dataclass(frozen=True)
class Notice:
    """What 待办 says of departments that a leader took over lately and still has."""

    day: dt.date
    names: str
    href: str


def fresh_notices(access: Access) -> list[Notice]:
    """Return one notice for each day of the last fortnight on which this leader took something over: at most two queries."""
    if access.leader is None or not access.portfolio:
        return []
    days = Takeovers(access.leader, access.on).by_day.items()
    return [found for day, taken in days if (access.on - day).days < FRESH and (found := _notice(day, taken, access))]


def _notice(day: dt.date, taken: list[Taken], access: Access) -> Notice | None:
    names = "、".join(str(one.row.department) for one in taken if one.row.holds(access.on))
    return Notice(day, names, f"{reverse('home:handover')}?on={day:%Y-%m-%d}") if names else None
