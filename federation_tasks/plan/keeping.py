"""Keep the counts beside the tasks, so that they are never wrong (docs/architecture.md, Counting).

Whatever changes a task marks its department's counts as stale in the same transaction (`mark`): one row added, nothing locked. After
the commit they are counted anew from the tasks (`refresh`), and whoever reads before that reads the tasks instead (plan/tally.py). So
nothing is ever added up, and nothing can drift. A new day is opened by whoever refreshes first: what turned is counted, and the rows
of the days before stay as they are. `compare` counts everything again and says which numbers differ.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from federation_tasks.plan.counts import Counts, count_by, count_past_by
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import CellCount, CountKeeper, DayTotal, Goal, Period, StaleCount, Task
from federation_tasks.plan.models.counts import NUMBERS
from federation_tasks.plan.past import A_DAY, each_day, end_of, tasks_as_of
from federation_tasks.plan.snapshot import one_snapshot

log = logging.getLogger(__name__)

AT_A_TIME = 1000  # rows written with one statement
EVERY = Q()
CELL = ("period_id", "department_id", "goal_id")
NOTHING = (0,) * len(NUMBERS)

Cell = tuple[int, int, int]  # the ids of period, department and goal
Place = tuple[int, int]  # the ids of period and department


def numbers_of(counts: Counts) -> dict[str, int]:
    """Return what a row keeps of some counts, by column."""
    return {light.value: n for light, n in counts.lights.items()} | {
        "claims": counts.claims,
        "unacknowledged": counts.unacknowledged,
        "progress_sum": counts.progress_sum,
    }


# --- Marking: with the change ----------------------------------------------------------------------------------------


def mark(places: Iterable[Place]) -> None:
    """Mark what was counted of these departments and periods as stale, in the transaction of the change, and count anew after it."""
    rows = [StaleCount(period_id=period, department_id=department) for period, department in sorted(set(places))]
    StaleCount.objects.bulk_create(rows, batch_size=AT_A_TIME)
    if rows:
        _refresh_after_commit()


def _refresh_after_commit() -> None:
    """Count anew after this transaction, once for all its changes. Where that fails, the marks stay, and the next one does it."""
    waiting = transaction.get_connection().run_on_commit
    if not any(found[1] is refresh_now for found in waiting):
        transaction.on_commit(refresh_now, robust=True)


def on_tasks_changed(places: Iterable[Place], **_: Any) -> None:
    """Mark where tasks changed: the one listener to `tasks_changed`, which every way to write a task sends."""
    mark(places)


def refresh_now() -> None:
    """Count anew what is marked, as of this moment's day."""
    refresh(timezone.localdate())


# --- Counting anew ---------------------------------------------------------------------------------------------------


def refresh(today: dt.date) -> int:
    """Open the day where nobody has yet, and count anew what is marked; return how many departments and periods that were.

    One at a time: whoever comes meanwhile waits, and then finds less to do.
    """
    with transaction.atomic():
        keeper = CountKeeper.objects.select_for_update().filter(pk=1).first() or _begin(today)
        marks = list(StaleCount.objects.values_list("pk", "period_id", "department_id"))
        stale = {(period, department) for _, period, department in marks}
        if today > keeper.day:
            _open_days(keeper, today, stale)
        for period, departments in _by_period(stale).items():
            _write(keeper.day, _count(keeper.day, period, departments), _standing(period, departments))
        StaleCount.objects.filter(pk__in=[pk for pk, *_ in marks]).delete()
    return len(stale)


def _begin(today: dt.date) -> CountKeeper:
    """Start to keep counts: everything is counted for the first time."""
    keeper, is_new = CountKeeper.objects.get_or_create(pk=1, defaults={"first_day": today, "day": today})
    if not is_new:
        return CountKeeper.objects.select_for_update().get(pk=1)
    _count_all(today)
    return keeper


def _count_all(today: dt.date) -> None:
    """Count every period as it stands."""
    for period in Period.objects.values_list("pk", flat=True):
        _write(today, _count(today, period), _standing(period))


def _open_days(keeper: CountKeeper, today: dt.date, stale: set[Place]) -> None:
    """Finish the last day that was counted, and count each day since: what turned on it.

    A task that nobody touched says on each of these days what it says now; where something was changed, the saved states say what
    stood at the end of each day.
    """
    for day in each_day(keeper.day, today):
        for period in _unfinished() if day > keeper.day else []:
            _write(day, _count(day, period), _standing(period))
        if day < today:
            _finish(day, stale)
    CountKeeper.objects.filter(pk=keeper.pk).update(day=today)
    keeper.day = today


def _finish(day: dt.date, stale: Iterable[Place]) -> None:
    """Write what stood at the end of a day where something was changed since it was last counted, and the day's totals."""
    for period, departments in _by_period(stale).items():
        _write(day, _count_past(day, period, departments), _standing(period, departments))
    periods = _unfinished() | set(CellCount.objects.filter(Q(since=day) | Q(until=day)).values_list("period_id", flat=True))
    sums: Any = CellCount.objects.on(day).filter(period__in=periods).order_by().values_list("period_id", "goal_id")
    found = {(period, goal): numbers for period, goal, *numbers in sums.annotate(*map(Sum, NUMBERS))}
    goals = list(Goal.objects.values_list("pk", flat=True))
    DayTotal.objects.filter(day=day).delete()
    DayTotal.objects.bulk_create(
        DayTotal(period_id=period, goal_id=goal, day=day, **dict(zip(NUMBERS, found.get((period, goal), NOTHING), strict=True)))
        for period in sorted(periods) for goal in goals
    )  # fmt: skip


def _unfinished() -> set[int]:
    """Return the periods in which a light can still turn."""
    turning = Q(red__gt=0) | Q(yellow__gt=0) | Q(blue__gt=0) | Q(green__gt=0)
    return set(CellCount.objects.standing().filter(turning).order_by().values_list("period_id", flat=True).distinct())


def _by_period(places: Iterable[Place]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for period, department in places:
        found[period].add(department)
    return found


def _count(day: dt.date, period: int, departments: Collection[int] | None = None) -> dict[Cell, Counts]:
    """Count what the tasks of a period say now, by the lights of a day."""
    tasks = Task.objects.filter(EVERY if departments is None else Q(department__in=departments), period=period)
    return count_by(tasks, day, *CELL, lamps=Lamps(day))  # type: ignore[return-value]


def _count_past(day: dt.date, period: int, departments: Collection[int] | None = None) -> dict[Cell, Counts]:
    """Count what the tasks of a period said at the end of a day."""
    states = tasks_as_of(day, EVERY if departments is None else Q(department__in=departments), period_id=period)
    return count_past_by(states, day, *CELL, lamps=Lamps(day))  # type: ignore[return-value]


def _standing(period: int, departments: Collection[int] | None = None) -> QuerySet[CellCount]:
    rows: QuerySet[CellCount] = CellCount.objects.standing().filter(period=period)
    return rows if departments is None else rows.filter(department__in=departments)


def _write(day: dt.date, counted: dict[Cell, Counts], standing: QuerySet[CellCount]) -> None:
    """Let the standing rows say from this day on what was counted: end those that no longer hold, and add new ones."""
    ending, changed, same = [], [], set()
    for row in standing:
        cell = (row.period_id, row.department_id, row.goal_id)
        now = counted.get(cell)
        if now is not None and all(getattr(row, name) == number for name, number in numbers_of(now).items()):
            same.add(cell)
        elif row.since < day:
            ending.append(row.pk)
        elif now is None:
            row.delete()
        else:
            same.add(cell)
            changed.append(_say(row, now))
    CellCount.objects.filter(pk__in=ending).update(until=day)
    CellCount.objects.bulk_update(changed, NUMBERS, batch_size=AT_A_TIME)
    new = [CellCount(period_id=p, department_id=d, goal_id=g, since=day, **numbers_of(n)) for (p, d, g), n in counted.items() if (p, d, g) not in same]
    CellCount.objects.bulk_create(new, batch_size=AT_A_TIME)


def _say(row: CellCount, counts: Counts) -> CellCount:
    for name, number in numbers_of(counts).items():
        setattr(row, name, number)
    return row


def keep_from(first: dt.date, today: dt.date) -> int:
    """Count every day from `first` on anew, from the saved states of the tasks; return how many days before `today` that were.

    For a database whose counts begin later than its tasks. Some seconds for a demo, a minute for a hundred thousand tasks.
    """
    with transaction.atomic(), one_snapshot():  # in a transaction that writes: what `once` reads stands still
        refresh(today)
        keeper = CountKeeper.objects.select_for_update().get(pk=1)
        CellCount.objects.all().delete()
        DayTotal.objects.all().delete()
        days, every = list(each_day(first, today - A_DAY)), list(Period.objects.values_list("pk", flat=True))
        for day in days:
            # On the first day what was last changed before it counts too.
            for period in every if day == first else {*_unfinished(), *_changed_on(day)}:
                _write(day, _count_past(day, period), _standing(period))
            _finish(day, ())
        _count_all(today)
        CountKeeper.objects.filter(pk=keeper.pk).update(first_day=first, day=today)
    return len(days)


def _changed_on(day: dt.date) -> list[int]:
    """Return the periods of which a task was changed on a day."""
    states: Any = Task.history.filter(history_date__gte=end_of(day - A_DAY), history_date__lt=end_of(day))  # type: ignore[attr-defined]
    return list(states.order_by().values_list("period_id", flat=True).distinct())


# --- Comparing: with everything counted again ------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """A cell whose kept numbers are not those of its tasks on a day."""

    day: dt.date
    cell: Cell
    kept: dict[str, int]
    counted: dict[str, int]


def compare(day: dt.date, periods: Iterable[Period]) -> list[Difference]:
    """Return where the kept counts of a day differ from the tasks, and on an earlier day than the last counted one from their saved states.

    Nothing is written. Marked departments are left out: nobody reads their counts.
    """
    found: list[Difference] = []
    with transaction.atomic():
        keeper = CountKeeper.objects.select_for_update().get(pk=1)
        stale = set(StaleCount.objects.values_list("period_id", "department_id"))
        for period in periods:
            found += _differences(day, period, stale, is_last=day == keeper.day)
    return found


def _differences(day: dt.date, period: Period, stale: set[Place], *, is_last: bool) -> list[Difference]:
    counted = _count(day, period.pk) if is_last else _count_past(day, period.pk)
    rows = CellCount.objects.on(day).filter(period=period).values(*CELL, *NUMBERS)
    kept: dict[Any, dict[str, int]] = {tuple(row[name] for name in CELL): {name: row[name] for name in NUMBERS} for row in rows}
    told = {cell: numbers_of(counts) for cell, counts in counted.items()}
    cells = sorted(cell for cell in kept.keys() | told.keys() if cell[:2] not in stale and kept.get(cell) != told.get(cell))
    return [Difference(day, cell, kept.get(cell, {}), told.get(cell, {})) for cell in cells]


def mend(differing: Iterable[Difference]) -> None:
    """Have what differs counted anew; until that is done the tasks are read."""
    with transaction.atomic():
        mark(found.cell[:2] for found in differing)


def compare_and_mend(now: dt.datetime) -> int:
    """Compare the counts of the last counted day with the tasks, count anew what differs, and note it; return how many cells differed.

    The note stands until it is compared again; /health/ and the log tell of it: a count that differs is a fault of the product.
    """
    keeper = CountKeeper.objects.filter(pk=1).first()
    if keeper is None:
        return 0
    differing = compare(keeper.day, Period.objects.all())
    for found in differing:
        log.error("the counts of period %s, department %s, goal %s were %s and are %s", *found.cell, found.kept, found.counted)
    with transaction.atomic():
        mend(differing)
        CountKeeper.objects.filter(pk=1).update(compared_at=now, differing=len(differing))
    return len(differing)
