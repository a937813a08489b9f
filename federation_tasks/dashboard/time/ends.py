"""The last day on which all tasks of a half-year were counted."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Min
from django.utils import timezone

from federation_tasks.plan.models import Period

A_DAY = dt.timedelta(days=1)


def last_days(periods: Collection[Period]) -> dict[int, dt.date]:
    """Return by id the last day of each period, or the day before it was closed where that came first.

    Closing takes what is still open out of the count and into the next period: the mean of what is left says nothing of the period.
    One query, and none where no period is closed.
    """
    closed = [period.pk for period in periods if period.state == Period.State.CLOSED]
    closings = _closings(closed) if closed else {}
    return {period.pk: min(period.ends_on, closings.get(period.pk, period.ends_on)) for period in periods}


def _closings(closed: list[int]) -> dict[int, dt.date]:
    history: Any = Period.history  # type: ignore[attr-defined]
    rows = history.filter(id__in=closed, state=Period.State.CLOSED).order_by().values_list("id").annotate(Min("history_date"))
    return {pk: timezone.localdate(at) - A_DAY for pk, at in rows}
