"""The trend: how the last half-years stood at their end, and some of them at the point at which this one is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from federation_tasks.dashboard.time.frame import ACROSS, LEFT, grid, height, number
from federation_tasks.dashboard.time.rates import done_rate
from federation_tasks.dashboard.words import short_date
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.models import Period
from federation_tasks.plan.tally import Moment

SHOWN = 6  # half-years: three of each kind
BAR = 34  # units of the picture


def same_point(shown: Period, day: dt.date, other: Period) -> dt.date:
    """Return the day on which as large a share of another half-year was gone by: half-years differ by up to three days."""
    days, others = ((row.ends_on - row.starts_on).days + 1 for row in (shown, other))
    return min(other.ends_on, other.starts_on + dt.timedelta(days=(day - shown.starts_on).days * others // days))


@dataclass(frozen=True)
class Past:
    """A half-year on one day: its last one, or for the one that is shown the day looked at."""

    period: Period
    day: dt.date
    counts: Counts | None  # None where that day is not recorded
    is_running: bool = False

    @property
    def done_rate(self) -> int | None:
        """Return how many percent of the tasks were completed; None where that is not recorded or nothing was to be done."""
        return done_rate(self.counts) if self.counts else None

    @property
    def words(self) -> str:
        """Return the rate in words, or why there is none."""
        if self.counts is None:
            return "没有记录"
        return "没有任务" if self.done_rate is None else f"是 {self.done_rate}%"

    @property
    def label(self) -> str:
        """Return the half-year as a picture has it: 26下, with a mark where it still runs."""
        return f"{self.period.year % 100}{self.period.get_half_display()[:1]}{'至今' if self.is_running else ''}"

    @property
    def moment(self) -> Moment:
        """Return what to ask the kept counts for."""
        return self.period.pk, self.day


@dataclass(frozen=True)
class Column:
    """One half-year in the picture: its bars with their numbers, as coordinates."""

    label: str
    middle: str
    bars: list[tuple[str, str, str, str, int]]  # x, y, height, foot of the number, percent; completed first, then mean progress
    overdue: int


class Trend:
    """The half-years up to the one shown, the oldest first. `ends` are their last days; `now` is what stands in the one shown."""

    def __init__(self, shown: Period, day: dt.date, periods: Sequence[Period], ends: Mapping[int, dt.date], now: Counts) -> None:
        self.shown, self.day, self.now = shown, min(day, ends[shown.pk]), now
        self.is_running = day <= ends[shown.pk]
        self.others = [Past(period, ends[period.pk], None) for period in reversed(periods) if period.pk != shown.pk]
        self.kept: Mapping[Moment, Mapping[int, Counts]] = {}

    @property
    def moments(self) -> list[Moment]:
        """Return what is asked of the kept counts; give the answer to `kept`."""
        ended = [] if self.is_running else [(self.shown.pk, self.day)]
        return [*(row.moment for row in self.others), *(row.moment for row in self._same_points), *ended]

    @property
    def rows(self) -> list[Past]:
        """Return every half-year with its numbers, the one shown last."""
        last = Past(self.shown, self.day, self.now, is_running=True) if self.is_running else self._filled(Past(self.shown, self.day, None))
        return [*map(self._filled, self.others), last]

    @property
    def compared(self) -> list[tuple[str, Past, Past]]:
        """Return the half-year before and the same one of the year before: name, at the same point, and at the end."""
        ends = {row.period.pk: row for row in self.others}
        return [(self._name(row.period), self._filled(row), self._filled(ends[row.period.pk])) for row in self._same_points]

    @property
    def finding(self) -> str:
        """Return in one sentence how the half-year stands beside the two that it is compared with."""
        shown = self.rows[-1]
        if shown.done_rate is None:
            return ""
        until = "" if self.is_running else "（期末）"
        compared = "；".join([_beside(*row, is_running=self.is_running) for row in self.compared] or ["没有上期和去年同期可以比较"])
        return f"到{short_date(shown.day)}{until}办结率 {shown.done_rate}%；{compared}。"

    @property
    def _same_points(self) -> list[Past]:
        return [Past(row.period, same_point(self.shown, self.day, row.period), None) for row in reversed(self.others) if self._name(row.period)]

    def _name(self, period: Period) -> str:
        """Return what a half-year is to the one shown; empty where it is neither the one before nor that of a year ago."""
        before = 2 * (self.shown.year - period.year) + self.shown.half - period.half
        return {1: "上期", 2: "去年同期"}.get(before, "")

    def _filled(self, row: Past) -> Past:
        parts = self.kept.get(row.moment)
        return Past(row.period, row.day, None if parts is None else total_of(parts.values()))

    # --- The picture -------------------------------------------------------------------------------------------------

    @property
    def grid(self) -> list[tuple[int, str, str]]:
        """Return the lines across."""
        return grid()

    @property
    def columns(self) -> list[Column]:
        """Return the half-years that can be drawn, each in its place from the left."""
        drawn = [row for row in self.rows if row.done_rate is not None]
        return [_column(row, LEFT + ACROSS * (2 * n + 1) / (2 * len(drawn))) for n, row in enumerate(drawn)]

    @property
    def is_drawn(self) -> bool:
        """Say whether there is something to compare."""
        return len(self.columns) > 1


def _column(row: Past, middle: float) -> Column:
    counts = row.counts or Counts()
    bars = [(middle - BAR - 3, row.done_rate or 0), (middle + 3, counts.progress)]
    return Column(row.label, number(middle), [_bar(x, percent) for x, percent in bars], counts.overdue)


def _bar(x: float, percent: int) -> tuple[str, str, str, str, int]:
    return number(x), number(height(percent)), number(height(0) - height(percent)), number(height(percent) - 5), percent


def _beside(name: str, then: Past, end: Past, *, is_running: bool) -> str:
    """Return how another half-year stood: at the same point where one runs, and at its end."""
    if not is_running:
        return f"{name}（{end.period}）期末{end.words}"
    return f"{name}（{end.period}）同一时点（{short_date(then.day)}）{then.words}，期末{end.words}"
