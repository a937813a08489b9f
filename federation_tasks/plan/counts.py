"""How many tasks stand in which light: the one place that counts. Every page, letter and export takes its numbers from here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.past import lit
from federation_tasks.plan.states import TaskState

NONE = dict.fromkeys(Light, 0)  # copied for each: a dashboard of a thousand departments has six thousand of them


@dataclass
class Counts:
    """Tasks by light, and what their progress adds up to."""

    lights: dict[Light, int] = field(default_factory=NONE.copy)
    claims: int = 0  # 待核: also counted in their light
    unacknowledged: int = 0  # 待签收: also counted in their light
    progress_sum: int = 0  # over the tasks that are neither suspended nor carried over
    newly_overdue: int = 0  # red ones that turned red after the day that was asked about

    @property
    def total(self) -> int:
        """Return the number of tasks."""
        return sum(self.lights.values())

    @property
    def progress(self) -> int:
        """Return the plain mean of progress in percent, rounded down, without suspended and carried-over tasks; 0 for none."""
        counted = self.total - self.lights[Light.GREY]
        return self.progress_sum // counted if counted else 0

    @property
    def overdue(self) -> int:
        """Return how many are red."""
        return self.lights[Light.RED]

    def add(self, light: Light, tasks: int, claims: int, progress: int, *, turned: int = 0, assigned: int = 0) -> None:
        """Count so many more tasks of one light in, `turned` of which turned red after the day that was asked about."""
        self.lights[light] += tasks
        self.claims += claims
        self.unacknowledged += assigned
        self.progress_sum += 0 if light is Light.GREY else progress
        self.newly_overdue += turned if light is Light.RED else 0

    def __getattr__(self, name: str) -> int:
        """Return the number of one light by its name, for templates: `counts.red`."""
        if name in Light.__members__.values():
            return self.lights[Light(name)]
        raise AttributeError(name)


def count_by(tasks: TaskQuerySet, day: dt.date, *by: str, since: dt.date | None = None, lamps: Lamps | None = None) -> dict[tuple[Any, ...], Counts]:
    """Return counts on a day for each combination of these columns that has a task: one query, whatever the number of tasks.

    With `since`, an earlier day, `newly_overdue` counts the red tasks that turned red after it. The day's `lamps`, where they were
    made already, spare the two queries for the thresholds.
    """
    return _counted(tasks.with_light(day, lamps).order_by(), by, Q(red_from__gt=since or day))


def count_past_by(states: QuerySet[Any], day: dt.date, *by: str, since: dt.date | None = None, lamps: Lamps) -> dict[tuple[Any, ...], Counts]:
    """Return the same of what tasks said at the end of a past day (plan/past.py): one query."""
    return _counted(lit(states, day, lamps), by, Q(due__gte=since or day))


def _counted(rows: QuerySet[Any], by: tuple[str, ...], is_new: Q) -> dict[tuple[Any, ...], Counts]:
    rows = rows.values_list(*by, "light").annotate(
        n=Count("*"),  # not of a column: the index that answers this does not hold the id
        claims=Count("state", filter=Q(state=TaskState.CLAIMED)),
        assigned=Count("state", filter=Q(state=TaskState.ASSIGNED)),
        points=Sum("progress"),
        turned=Count("state", filter=is_new),
    )
    found: dict[tuple[Any, ...], Counts] = {}
    for *key, light, n, claims, assigned, points, turned in rows:
        found.setdefault(tuple(key), Counts()).add(Light(light), n, claims, points or 0, turned=turned, assigned=assigned)
    return found


def count(tasks: TaskQuerySet, day: dt.date) -> Counts:
    """Return the counts of all these tasks on a day: one query."""
    return count_by(tasks, day).get((), Counts())


def total_of(parts: Iterable[Counts]) -> Counts:
    """Return the sum of several counts, without asking the database again."""
    whole = Counts()
    for part in parts:
        for light, n in part.lights.items():
            whole.lights[light] += n
        whole.claims += part.claims
        whole.unacknowledged += part.unacknowledged
        whole.progress_sum += part.progress_sum
        whole.newly_overdue += part.newly_overdue
    return whole
