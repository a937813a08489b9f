"""What got worse: since the working day before, since the end of the last period, and against the same half last year at the same point.

By department against the working day before only, the worst first; by goal and as a whole against all three. With the last working day
numbers of tasks are compared; with another period shares and means, for its tasks are others. An earlier period is compared where its
days were kept (plan/keeping.py): to count saved states of a year ago would cost more than the page.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, F, Q, Sum, Window
from django.db.models.functions import Coalesce

from departments.models import Department
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import CellCount, Goal, Period
from federation_tasks.plan.periods import offered_periods
from federation_tasks.plan.tally import Tally

SHOWN = 12  # departments with a sentence of their own
LOOKED_AT = (Light.RED, Light.YELLOW)


@dataclass(frozen=True)
class More:
    """So many more tasks in a light than on the working day before, and how many there are now."""

    light: Light
    more: int
    now: int


@dataclass(frozen=True)
class Against:
    """A number that is worse than in an earlier period, in percent and points of percent."""

    name: str  # whom it is compared with: 上一期期末
    what: str  # 逾期占 or 平均完成
    now: int
    points: int
    is_less: bool  # the number fell, and should not have


@dataclass(frozen=True)
class Worse:
    """What got worse of one department, goal or the whole."""

    subject: Department | Goal | None
    since: list[More]
    against: list[Against]

    def __bool__(self) -> bool:
        return bool(self.since or self.against)


@dataclass(frozen=True)
class Earlier:
    """The numbers of an earlier day of another period, by goal."""

    name: str
    by_goal: dict[int, Counts]
    with_progress: bool  # at the same point of its half-year, so that progress can be compared too


class Worsening:
    """What got worse in what is seen: three to eight queries, whatever the number of departments and tasks."""

    def __init__(self, tally: Tally, by_goal: dict[Goal, Counts]) -> None:
        self.tally, self.by_goal = tally, by_goal

    @cached_property
    def before(self) -> Tally:
        """Return the numbers at the end of the working day before."""
        return self.tally.on(self.tally.since)

    @cached_property
    def _goals_before(self) -> dict[int, Counts]:
        return {goal: counts for (goal,), counts in self.before.by("goal_id").items()}

    @property
    def is_comparable(self) -> bool:
        """Say whether there were tasks on the working day before, or in an earlier period."""
        return bool(self._goals_before or self.earlier)

    @cached_property
    def earlier(self) -> list[Earlier]:
        """Return what the end of the last period and the same point of the same half last year said, where their days were kept."""
        return list(self._earlier())

    @cached_property
    def whole(self) -> Worse:
        """Return what got worse as a whole."""
        against = [found for old in self.earlier for found in _against(old, total_of(old.by_goal.values()), self.tally.whole)]
        return Worse(None, _more(total_of(self._goals_before.values()), self.tally.whole), against)

    @cached_property
    def goals(self) -> list[Worse]:
        """Return the goals that got worse."""
        return [found for goal, counts in self.by_goal.items() if (found := self._of_goal(goal, counts))]

    def _of_goal(self, goal: Goal, counts: Counts) -> Worse:
        against = [found for old in self.earlier for found in _against(old, old.by_goal.get(goal.pk), counts)]
        return Worse(goal, _more(self._goals_before.get(goal.pk), counts), against)

    @property
    def departments(self) -> list[Worse]:
        """Return the departments that got worse since the working day before, the worst first, as many as have a sentence."""
        rows = self._departments[0]
        named = Department.objects.in_bulk([pk for pk, _ in rows])
        return [Worse(named[pk], more, []) for pk, more in rows]

    @property
    def unlisted(self) -> int:
        """Return how many more departments got worse."""
        rows, number = self._departments
        return number - len(rows)

    @cached_property
    def _departments(self) -> tuple[list[tuple[int, list[More]]], int]:
        if not self._goals_before:
            return [], 0
        return self._compared_in_sql() if self.tally.is_kept and self.before.is_kept else self._compared_here()

    def _compared_in_sql(self) -> tuple[list[tuple[int, list[More]]], int]:
        now, then = _holding(self.tally.day), _holding(self.before.day)
        rows: Any = CellCount.objects.filter(self.tally.scope, period=self.tally.period, until__gt=self.before.day, since__lte=self.tally.day).order_by()
        sums = {f"{light}_{name}": Coalesce(Sum(light.value, filter=when), 0) for light in LOOKED_AT for name, when in (("now", now), ("then", then))}
        stood: Any = Sum("id", filter=then)  # null where the department had no task then
        compared = rows.values("department_id").annotate(**sums, stood=stood)
        compared = compared.annotate(red_more=F("red_now") - F("red_then"), yellow_more=F("yellow_now") - F("yellow_then"))
        worse = compared.filter(Q(red_more__gt=0) | Q(yellow_more__gt=0), stood__isnull=False).annotate(number=Window(Count("*")))
        first = worse.order_by("-red_more", "-yellow_more", "department__order", "department_id")[:SHOWN]
        found = list(first.values_list("number", "department_id", "red_more", "red_now", "yellow_more", "yellow_now"))
        worst = [(pk, _positive([(Light.RED, red, reds), (Light.YELLOW, yellow, yellows)])) for _, pk, red, reds, yellow, yellows in found]
        return worst, found[0][0] if found else 0

    def _compared_here(self) -> tuple[list[tuple[int, list[More]]], int]:
        old, new = self.before.by("department__order", "department_id"), self.tally.by("department__order", "department_id")
        found = [(key, more) for key, counts in new.items() if (more := _more(old.get(key), counts))]
        found.sort(key=lambda row: ([-sum(one.more for one in row[1] if one.light is light) for light in LOOKED_AT], row[0]))
        return [(key[1], more) for key, more in found[:SHOWN]], len(found)

    def _earlier(self) -> Iterable[Earlier]:
        tally, period = self.tally, self.tally.period
        if not period.starts_on <= tally.day:
            return
        last, year_ago = _halves_before(period)
        known = {(row.year, row.half): row for row in offered_periods()}
        if last in known:
            yield from self._kept_of(known[last], known[last].ends_on, "上一期期末", with_progress=False)
        if year_ago in known:
            gone, then = tally.day - period.starts_on, known[year_ago]
            yield from self._kept_of(then, min(then.starts_on + gone, then.ends_on), "去年同期", with_progress=True)

    def _kept_of(self, period: Period, day: dt.date, name: str, *, with_progress: bool) -> Iterable[Earlier]:
        old = self.tally.on(day, period)
        by_goal = {goal: counts for (goal,), counts in old.by("goal_id").items()} if old.is_kept else {}
        if by_goal:
            yield Earlier(name, by_goal, with_progress)


def _halves_before(period: Period) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the half-year before, and the same half of the year before, as (year, half)."""
    last = (period.year, 1) if period.half == Period.Half.SECOND else (period.year - 1, 2)
    return last, (period.year - 1, period.half)


def _holding(day: dt.date) -> Q:
    return Q(since__lte=day, until__gt=day)


def _more(old: Counts | None, new: Counts) -> list[More]:
    """Return the lights in which there are more tasks than before; nothing where there was no task to compare with."""
    if old is None or not old.total:
        return []
    return _positive((light, new.lights[light] - old.lights[light], new.lights[light]) for light in LOOKED_AT)


def _positive(found: Iterable[tuple[Light, int, int]]) -> list[More]:
    return [More(light, more, now) for light, more, now in found if more > 0]


def _against(old: Earlier, then: Counts | None, now: Counts) -> list[Against]:
    """Return what is worse than then: a greater share overdue; at the same point of a half-year also less progress."""
    if then is None or not counted(then) or not counted(now):
        return []
    found = [Against(old.name, "逾期占", share(now), share(now) - share(then), is_less=False)]
    if old.with_progress:
        found.append(Against(old.name, "平均完成", now.progress, then.progress - now.progress, is_less=True))
    return [one for one in found if one.points > 0]


def counted(counts: Counts) -> int:
    """Return how many tasks are neither suspended nor carried over."""
    return counts.total - counts.lights[Light.GREY]


def share(counts: Counts) -> int:
    """Return how many percent of the tasks that count are overdue, rounded down."""
    return 100 * counts.overdue // counted(counts)
