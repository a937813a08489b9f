"""The numbers by light of one period on one day, for some of its departments: read from the kept counts wherever they hold.

Two faces with the same questions. `_Kept` sums the rows that keeping.py keeps; `_Counted` counts the tasks: today's where counts are
marked as stale, the saved states of a past day that no counts cover, today's facts for a day to come. A test asks both the same.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Count, Exists, Expression, IntegerField, Q, QuerySet, Subquery

from departments.models import Department
from federation_tasks.plan.counts import Counts, count_by, count_past_by, total_of
from federation_tasks.plan.lights import Lamps, Light, is_red
from federation_tasks.plan.models import CellCount, CountKeeper, DayTotal, Period, StaleCount, Task
from federation_tasks.plan.models.counts import NUMBERS
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.past import A_DAY, each_day, lit, task_of, tasks_as_of
from federation_tasks.plan.snapshot import once
from federation_tasks.plan.states import UNFINISHED
from federation_tasks.plan.workdays import previous_workday

Key = tuple[Any, ...]
Moment = tuple[int, dt.date]  # the id of a period, and a day
LIGHTS = len(Light)


class _Total(Expression):
    """The sum of a column of the counts. Django's own Sum is resolved anew in each query, which costs more than the query."""

    contains_aggregate = True

    def __init__(self, column: str) -> None:
        super().__init__(output_field=IntegerField())
        self.column = column

    def resolve_expression(self, *_: Any, **__: Any) -> "_Total":
        """Return itself: there is nothing to resolve."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return the sum of the column of whichever table of counts is asked."""
        table = compiler.query.get_initial_alias()
        return f"SUM({connection.ops.quote_name(table)}.{connection.ops.quote_name(self.column)})", ()

    def get_group_by_cols(self) -> list[Any]:
        """Return no column: what is summed is not grouped by."""
        return []


SUMMED = {f"sum_{name}": _Total(name) for name in NUMBERS}
SUMS = tuple(SUMMED)
EVERY = Q()
NOBODY = Q(pk__in=[])


def within(departments: QuerySet[Department] | None, column: str = "department") -> Q:
    """Return the condition that what `column` names is one of these departments; None is the whole federation."""
    return EVERY if departments is None else Q(**{f"{column}__in": departments.order_by().values("pk")})


class _Face(Protocol):
    def by(self, *columns: str, where: Q) -> dict[Key, Counts]: ...

    def worst(self, *columns: str, where: Q, start: int, stop: int) -> tuple[list[tuple[Key, Counts]], int]: ...


class Tally:
    """What one person may see of one period on one day, in numbers. Each question is one query or two, whatever the number of tasks.

    `departments` says which count; None is the whole federation. `columns` are those that counts and tasks have in common: goal_id,
    department_id, and what a department says of itself, such as department__kind. So is `where`, a condition over them.
    """

    def __init__(self, period: Period, day: dt.date, today: dt.date, departments: QuerySet[Department] | None = None, *, lamps: Lamps | None = None) -> None:
        self.period, self.day, self.today = period, day, today
        self.scope = within(departments)
        if lamps is not None:
            self.lamps = lamps

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day: read only where tasks are counted, not where their counts are kept."""
        return Lamps(self.day)

    def on(self, day: dt.date, period: Period | None = None) -> "Tally":
        """Return the same question about a day that is over, in another period where one is named, and ask only once which days are kept."""
        other = Tally(period or self.period, day, self.today)
        other.scope = self.scope
        if self._keeper is None or day < self._keeper.day:  # whether something is stale now does not matter then
            other._keeper = self._keeper
        return other

    @cached_property
    def since(self) -> dt.date:
        """Return the working day before: what turned red after it is newly overdue."""
        return previous_workday(self.day)

    @property
    def is_past(self) -> bool:
        """Say whether the day is over: its numbers are then those with which it ended."""
        return self.day < self.today

    def by(self, *columns: str, where: Q = EVERY, newly: bool = False) -> dict[Key, Counts]:
        """Return the counts for each combination of these columns that has a task; `newly` fills `newly_overdue` too."""
        found = self._face.by(*columns, where=self.scope & where)
        if newly:
            for key, number in self.newly_overdue(*columns, where=where).items():
                found[key].newly_overdue = number
        return found

    def worst(self, *columns: str, where: Q = EVERY, start: int = 0, stop: int) -> tuple[list[tuple[Key, Counts]], int]:
        """Return a page of the same, those in most trouble first, and how many there are: most red, then most yellow, then as the columns sort."""
        return self._face.worst(*columns, where=self.scope & where, start=start, stop=stop)

    @cached_property
    def whole(self) -> Counts:
        """Return the counts of everything that is seen."""
        return total_of(self.by_goal.values())

    @cached_property
    def by_goal(self) -> dict[int, Counts]:
        """Return the counts by the id of the goal, with what is newly overdue."""
        return {goal: counts for (goal,), counts in self.by("goal_id", newly=True).items()}

    def newly_overdue(self, *columns: str, where: Q = EVERY) -> dict[Key, int]:
        """Return how many of the red tasks turned red since the working day before, for each combination that has one."""
        if not self.is_past:
            rows = self.tasks.filter(where, is_red(self.day), red_from__gt=self.since).order_by()
            return {tuple(key): n for *key, n in rows.values_list(*columns).annotate(n=Count("*"))} if columns else {(): rows.count()}
        turned = Q(due__gte=self.since, due__lt=self.day)
        counted = self._count(*columns, where=self.scope & where & turned & Q(state__in=UNFINISHED))  # as no other is red: an index has them alone
        return {key: counts.overdue for key, counts in counted.items() if counts.overdue}

    def overdue(self, limit: int, where: Q = EVERY) -> list[Task]:
        """Return the tasks that have been red for longest, with their departments: as they were on a day that is over."""
        if not self.is_past:
            return list(self.red(where).select_related("department")[:limit])
        rows = list(self.red(where)[:limit])
        departments = Department.objects.in_bulk({row.department_id for row in rows})
        tasks = [task_of(row, self.lamps) for row in rows]
        for task in tasks:
            task.department, task.period = departments[task.department_id], self.period
        return tasks

    def red(self, where: Q = EVERY) -> QuerySet[Any]:
        """Return the tasks, or of a day that is over their saved states, that are red on the day, the longest overdue first."""
        if not self.is_past:
            return self.tasks.filter(where).overdue_on(self.day)
        states = lit(self.states(where, Q(due__lt=self.day)), self.day, self.lamps)
        return states.filter(light=Light.RED).order_by("due", "id")

    @property
    def tasks(self) -> TaskQuerySet:
        """Return the tasks that are counted, as they stand now."""
        found: TaskQuerySet = Task.objects.filter(self.scope, self._owed, period=self.period)
        return found

    def states(self, *where: Q) -> QuerySet[Any]:
        """Return the states that the tasks had at the end of the day."""
        return tasks_as_of(self.day, self.scope, *where, self._owed, period=self.period)

    # --- Where the numbers come from -------------------------------------------------------------------------------

    @property
    def _owed(self) -> Q:
        return EVERY if self.period.is_owed else NOBODY

    @cached_property
    def _keeper(self) -> Any:
        """Return which days the kept counts cover, and whether something of the period is marked as stale; None where nothing is kept yet."""
        return _keeper(self.period)

    @cached_property
    def is_kept(self) -> bool:
        """Say whether the kept counts hold for this day."""
        keeper = self._keeper
        if keeper is None or not self.period.is_owed or not keeper.first_day <= self.day <= keeper.day:
            return False
        return self.day < keeper.day or not keeper.is_stale

    @cached_property
    def _face(self) -> _Face:
        return _Kept(self) if self.is_kept else _Counted(self._count)

    def _count(self, *columns: str, where: Q) -> dict[Key, Counts]:
        if not self.is_past:
            tasks = Task.objects.filter(where, self._owed, period=self.period)
            return count_by(tasks, self.day, *columns, since=self.since, lamps=self.lamps)
        return count_past_by(tasks_as_of(self.day, where, self._owed, period=self.period), self.day, *columns, since=self.since, lamps=self.lamps)


def _keeper(period: Period) -> Any:
    """Return which days the kept counts cover, and whether something of a period is marked as stale; None where nothing is kept yet."""
    found = CountKeeper.objects.filter(pk=1).annotate(is_stale=Exists(StaleCount.objects.filter(period=period.pk)))
    return once((CountKeeper, period.pk), found.first)


def _rows_on(day: dt.date, keeper: CountKeeper) -> QuerySet[CellCount]:
    """Return the kept rows of a day: what stands has an index of its own, a day that is over needs the rows that held on it."""
    rows: QuerySet[CellCount] = CellCount.objects.standing() if day == keeper.day else CellCount.objects.on(day)
    return rows


class _Counted:
    """The numbers counted from tasks or their saved states."""

    def __init__(self, count: Callable[..., dict[Key, Counts]]) -> None:
        self.count = count

    def by(self, *columns: str, where: Q) -> dict[Key, Counts]:
        return self.count(*columns, where=where)

    def worst(self, *columns: str, where: Q, start: int, stop: int) -> tuple[list[tuple[Key, Counts]], int]:
        found = sorted(self.count(*columns, where=where).items(), key=_trouble)
        return found[start:stop], len(found)


def _trouble(row: tuple[Key, Counts]) -> Any:
    key, counts = row
    return (-counts.red, -counts.yellow, *(("", "") if part is None else ("x", part) for part in key))


class _Kept:
    """The numbers summed from the rows that are kept."""

    def __init__(self, tally: Tally) -> None:
        self.rows = _rows_on(tally.day, tally._keeper).filter(period=tally.period)

    def by(self, *columns: str, where: Q) -> dict[Key, Counts]:
        return dict(map(_counts_of, self._sums(*columns, where=where).values_list(*columns, *SUMS)))

    def worst(self, *columns: str, where: Q, start: int, stop: int) -> tuple[list[tuple[Key, Counts]], int]:
        sums = self._sums(*columns, where=where)
        rows = sums.order_by("-sum_red", "-sum_yellow", *columns).values_list(*columns, *SUMS)[start:stop]
        return list(map(_counts_of, rows)), sums.count()

    def _sums(self, *columns: str, where: Q) -> QuerySet[Any]:
        grouped = self.rows.filter(where).order_by().values(*columns) if columns else self.rows.filter(where).order_by().values("period_id")
        summed: QuerySet[Any] = grouped.annotate(**SUMMED)
        return summed


def _counts_of(row: tuple[Any, ...]) -> tuple[Key, Counts]:
    split = len(row) - len(NUMBERS)
    numbers = row[split:]
    lights = dict(zip(Light, numbers[:LIGHTS], strict=True))
    return row[:split], Counts(lights, claims=numbers[LIGHTS], unacknowledged=numbers[LIGHTS + 1], progress_sum=numbers[LIGHTS + 2])


# --- Several half-years at once ---------------------------------------------------------------------------------------


def by_period(
    periods: Sequence[Period], day: dt.date, today: dt.date, *, departments: QuerySet[Department] | None = None, where: Q = EVERY, lamps: Lamps
) -> dict[int, Counts]:
    """Return the counts of each of these half-years that has tasks, by its id: two or three queries, whatever their number."""
    scope = within(departments)
    owed = [period.pk for period in periods if period.is_owed]
    here = Q(period__in=owed) & scope & where
    keeper = once(CountKeeper, CountKeeper.objects.filter(pk=1).first)
    is_stale = keeper is None or StaleCount.objects.filter(period__in=owed).exists()
    if keeper and keeper.first_day <= day <= keeper.day and (day < keeper.day or not is_stale):
        found = map(_counts_of, _rows_on(day, keeper).filter(here).order_by().values("period_id").annotate(**SUMMED).values_list("period_id", *SUMS))
        return {period: counts for (period,), counts in found}
    counted = (
        count_past_by(tasks_as_of(day, here), day, "period_id", lamps=lamps)
        if day < today
        else count_by(Task.objects.filter(here), day, "period_id", lamps=lamps)
    )
    return {period: counts for (period,), counts in counted.items()}


# --- Several days at once ---------------------------------------------------------------------------------------------


def daily(
    period: Period, first: dt.date, last: dt.date, today: dt.date, *, departments: QuerySet[Department] | None = None, where: Q = EVERY
) -> dict[dt.date, Counts]:
    """Return the counts of each day from `first` to `last` that is kept: what a curve is drawn from. Days to come are not among them.

    Three queries for the whole federation or any part of it. `where` is a condition over goal and department.
    """
    keeper = _keeper(period)
    if keeper is None or not period.is_owed:
        return {}
    begin, end = max(first, keeper.first_day), min(last, keeper.day - A_DAY, today - A_DAY)
    found = _totals(period, begin, end) if departments is None and where is EVERY else _summed(period, begin, end, departments, where)
    if keeper.first_day <= today <= last:
        found[today] = Tally(period, today, today, departments).by(where=where).get((), Counts())
    return found


def _totals(period: Period, begin: dt.date, end: dt.date) -> dict[dt.date, Counts]:
    """Return the totals of days that are over. A day without a row had no tasks, or none that could still turn: the last row holds."""
    rows = DayTotal.objects.filter(period=period, day__range=(begin, end)).order_by("day").values("day")
    known = {day: counts for (day,), counts in map(_counts_of, rows.annotate(**SUMMED).values_list("day", *SUMS))}
    if not known:
        return _summed(period, begin, end, None, EVERY)
    found, latest = {}, Counts()
    for day in each_day(begin, end):
        latest = known.get(day, latest)
        found[day] = latest
    return found


def _summed(period: Period, begin: dt.date, end: dt.date, departments: QuerySet[Department] | None, where: Q) -> dict[dt.date, Counts]:
    """Return the same summed from the rows of the cells, each of which holds from a day until a day."""
    scope = within(departments)
    rows = CellCount.objects.filter(scope, where, period=period, until__gt=begin, since__lte=end).order_by().values("since", "until")
    found = {day: Counts() for day in each_day(begin, end)}
    for (since, until), counts in map(_counts_of, rows.annotate(**SUMMED).values_list("since", "until", *SUMS)):
        for day in each_day(max(since, begin), min(until - A_DAY, end)):
            found[day] = total_of([found[day], counts])
    return found


def kept_on(moments: Iterable[Moment], *, departments: QuerySet[Department] | None = None, where: Q = EVERY) -> dict[Moment, dict[int, Counts]]:
    """Return the counts by the id of the goal at the end of each of these days that is over and kept.

    Two queries, whatever the number of periods and days, and one more where a period has no totals. `where` is a condition over goal
    and department.
    """
    keeper = once(CountKeeper, CountKeeper.objects.filter(pk=1).first)
    wanted = {(period, day) for period, day in moments if keeper and keeper.first_day <= day < keeper.day}
    if not wanted:
        return {}
    rows = list(_total_rows(wanted)) if departments is None and where is EVERY else []
    if without := wanted - {moment for moment, *_ in rows}:
        rows += _cell_rows(without, departments, where)
    found: dict[Moment, dict[int, Counts]] = {moment: {} for moment in wanted}
    for moment, goal, counts in rows:
        found[moment][goal] = total_of([found[moment].get(goal, Counts()), counts])
    return found


def _total_rows(wanted: set[Moment]) -> Iterable[tuple[Moment, int, Counts]]:
    """Return the totals of these moments: those of the last day with a row, as in `_totals`."""
    on_or_before = Q(pk__in=[])
    for period, day in wanted:
        last = DayTotal.objects.filter(period=period, day__lte=day).order_by("-day").values("day")[:1]
        on_or_before |= Q(period=period, day=Subquery(last))
    rows = DayTotal.objects.filter(on_or_before).values("period_id").annotate(**SUMMED).values_list("period_id", "day", "goal_id", *SUMS)
    found = [_counts_of(row) for row in rows]
    for period, day in wanted:
        last_day = max((key[1] for key, _ in found if key[0] == period and key[1] <= day), default=None)
        yield from (((period, day), key[2], counts) for key, counts in found if key[:2] == (period, last_day))


def _cell_rows(wanted: set[Moment], departments: QuerySet[Department] | None, where: Q) -> Iterable[tuple[Moment, int, Counts]]:
    """Return the same summed from the rows of the cells, each of which holds from a day until a day."""
    scope = within(departments)
    holding = Q(pk__in=[])
    for period, day in wanted:
        holding |= Q(period=period, since__lte=day, until__gt=day)
    rows = CellCount.objects.filter(scope, where, holding).order_by().values("period_id").annotate(**SUMMED)
    for (period, since, until, goal), counts in map(_counts_of, rows.values_list("period_id", "since", "until", "goal_id", *SUMS)):
        yield from (((period, day), goal, counts) for of, day in wanted if of == period and since <= day < until)
