"""The dashboard's section about time, put together from a summary: a fixed number of queries, whatever the number of half-years."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from federation_tasks.dashboard.summary import Summary
from federation_tasks.dashboard.time.curve import Curve
from federation_tasks.dashboard.time.ends import last_days
from federation_tasks.dashboard.time.forecast import LIKELY, RISKY, Forecast, Outlook
from federation_tasks.dashboard.time.rates import counted
from federation_tasks.dashboard.time.trend import SHOWN, Trend
from federation_tasks.dashboard.time.words import points
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.models import Goal, Period
from federation_tasks.plan.periods import offered_periods
from federation_tasks.plan.tally import Moment, kept_on


@dataclass(frozen=True)
class Ahead:
    """What the pace of one goal leads to."""

    goal: Goal
    now: Counts
    forecast: Forecast | None

    @property
    def per_day(self) -> str:
        """Return the points of percent gained a day, in words."""
        return points(self.forecast.per_day) if self.forecast and self.forecast.per_day else "0"

    @property
    def reason(self) -> str:
        """Return why there is no forecast."""
        whole = counted(self.now)
        if not whole:
            return "没有任务"
        return "已全部办结" if self.now.done == whole else "数据不足"


class InTime:
    """Curve, forecast and trend of what one person sees of one period on one day."""

    def __init__(self, summary: Summary) -> None:
        self.summary, self.period = summary, summary.period

    @property
    def day(self) -> dt.date:
        """Return the day looked at, but no day to come: of those nothing is known."""
        return min(self.summary.day, self.summary.access.on)

    @cached_property
    def curve(self) -> Curve:
        """Return progress against time."""
        return Curve(
            self.period, self.summary.day, self.summary.access.on,
            departments=self.summary.scope, now=self.summary.counts, end=self._ends[self.period.pk], name="tm-curve",
        )  # fmt: skip

    @cached_property
    def trend(self) -> Trend | None:
        """Return how earlier half-years stood; None before the one shown has begun."""
        if not self.curve.is_begun:
            return None
        found = self._trend
        found.kept = self._kept
        return found

    @cached_property
    def goals(self) -> list[Ahead]:
        """Return where the pace of each goal leads to; nothing where there is no forecast for the whole."""
        whole = self.curve.forecast
        return [self._ahead(goal, counts, whole) for goal, counts in self.summary.by_goal.items()] if whole else []

    @property
    def is_foretold(self) -> bool:
        """Say whether the table of the goals has something to say."""
        return any(row.forecast for row in self.goals)

    @property
    def judgements(self) -> str:
        """Return what each judgement means."""
        return f"{Outlook.LIKELY}：推算达到 {LIKELY}%；{Outlook.RISKY}：{RISKY}% 到 {LIKELY - 1}%；{Outlook.UNLIKELY}：不到 {RISKY}%"

    def _ahead(self, goal: Goal, now: Counts, whole: Forecast) -> Ahead:
        before = self._kept.get(self._judged_from(whole), {}).get(goal.pk, Counts())
        found = Forecast(whole.since, whole.until, before, now, whole.end) if counted(before) else None
        return Ahead(goal, now, found if found and found.open else None)

    def _judged_from(self, whole: Forecast) -> Moment:
        return self.period.pk, whole.since

    @cached_property
    def _periods(self) -> list[Period]:
        return [period for period in offered_periods() if period.starts_on < self.period.starts_on][: SHOWN - 1]

    @cached_property
    def _ends(self) -> dict[int, dt.date]:
        return last_days([self.period, *self._periods])

    @cached_property
    def _trend(self) -> Trend:
        return Trend(self.period, self.day, self._periods, self._ends, self.summary.counts)

    @cached_property
    def _kept(self) -> dict[Moment, dict[int, Counts]]:
        """Return all that is asked of the kept counts, at once."""
        judged = [self._judged_from(self.curve.forecast)] if self.curve.forecast else []
        return kept_on([*self._trend.moments, *judged], departments=self.summary.scope)
