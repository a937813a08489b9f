"""What tasks said at the end of a past day, from the states that are saved with every change: for looking back (`?on=`)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from federation_tasks.plan.lights import Lamps, light_sql, set_turning_days
from federation_tasks.plan.models import Task

A_DAY = dt.timedelta(days=1)
SHARED = [field.attname for field in Task._meta.concrete_fields if field.name not in ("yellow_from", "blue_from", "red_from")]


def each_day(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the days from the first to the last, both included; none where the last is earlier."""
    yield from (first + n * A_DAY for n in range((last - first).days + 1))


def end_of(day: dt.date) -> dt.datetime:
    """Return the moment at which a day is over: what happened before it belongs to the day."""
    return timezone.make_aware(dt.datetime.combine(day + A_DAY, dt.time()))


def states_as_of(model: Any, day: dt.date, *where: Q, **more: Any) -> QuerySet[Any]:
    """Return the saved states that rows of a model with history had at the end of this day, one for each that stood then and fits the conditions.

    The conditions are about the past state. States have the model's columns under its names, but `id` is the row's and `pk` the state's.
    """
    states: Any = model.history.model.objects
    until = end_of(day)
    newer = Q(history_date__gt=OuterRef("history_date")) | Q(history_date=OuterRef("history_date"), history_id__gt=OuterRef("history_id"))
    later = states.filter(newer, id=OuterRef("id"), history_date__lt=until)
    found: QuerySet[Any] = states.filter(*where, ~Exists(later), history_date__lt=until, **more).exclude(history_type="-").order_by()
    return found


def tasks_as_of(day: dt.date, *where: Q, **more: Any) -> QuerySet[Any]:
    """Return the saved states that tasks had at the end of this day: see states_as_of."""
    return states_as_of(Task, day, *where, **more)


def lit(states: QuerySet[Any], day: dt.date, lamps: Lamps) -> QuerySet[Any]:
    """Annotate `light` to past states, as `TaskQuerySet.with_light` does to tasks."""
    return states.annotate(light=light_sql(day, lamps.thresholds, None))


def task_of(state: Any, lamps: Lamps) -> Task:
    """Return a past state as the task that it was, not to be saved; its relations are read when they are asked for."""
    task = Task(**{name: getattr(state, name) for name in SHARED})
    set_turning_days(task, lamps.thresholds)
    return task
