"""Which half-year a page shows, and on which day it judges the lights: what stands behind `?period=` and `?on=`."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from federation_tasks.plan.models import Period
from federation_tasks.plan.snapshot import once

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


def offered_periods() -> list[Period]:
    """Return the periods that can be looked at, the newest first: not the planned ones, whose tasks are not owed yet."""
    return once(Period, lambda: list(Period.objects.owed()))


def chosen_period(typed: str, day: dt.date, offered: Sequence[Period]) -> Period | None:
    """Return the period of this code; without one, the period that holds the day; None where there is no period at all.

    Raises ValidationError, with the sentence for the person, for a code that is none of the offered ones.
    """
    if not typed.strip():
        return holding(day, offered)
    found = [period for period in offered if period.code == typed.strip().upper()]
    if not found:
        raise ValidationError(f"没有“{typed[:16]}”这个周期。请从列表里选一个，例如 {offered[0].code}。" if offered else "还没有任何半年周期。")
    return found[0]


def holding(day: dt.date, offered: Sequence[Period]) -> Period | None:
    """Return the offered period that holds the day, by the rule of `PeriodQuerySet.holding`, without asking the database."""
    by_day = sorted(offered, key=lambda period: period.starts_on)
    begun = [period for period in by_day if period.starts_on <= day]
    return begun[-1] if begun else next(iter(by_day), None)


def chosen_day(typed: str, today: dt.date) -> dt.date:
    """Return the day that was typed as 2026-10-21, or today where nothing was. Raises ValidationError with the sentence for the person."""
    if not typed.strip():
        return today
    try:
        day = dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise ValidationError(f"“{typed[:16]}”不是日期。请按 年-月-日 填写，例如 {today:%Y-%m-%d}；留空就是今天。") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError("只能看 2000 年到 2099 年之间的日子。")
    return day
