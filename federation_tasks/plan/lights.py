"""The lights (亮灯): one rule with two faces, for a task on a day (domain.md, The lights).

`light_on` is the rule for an object in memory, `light_sql` the same rule for the database, ten lines apart. A test walks states, dates,
progress and thresholds and finds them equal. The days on which a task turns stand in columns of the task, written by
`set_turning_days` alone, so that the database answers a day's counts from an index; for a day on which other thresholds held than
those the columns were written by, the database computes instead.

Overdue anywhere in the product means red by this rule. Nothing else compares dates to find out.
"""

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Case, CharField, ExpressionWrapper, F, Func, IntegerField, Q, Value, When
from django.db.models.lookups import GreaterThan

from federation_tasks.plan.models.rules import LightName, LightRule
from federation_tasks.plan.snapshot import once
from federation_tasks.plan.states import OUT_OF_COUNT, UNFINISHED, TaskState

Thresholds = tuple[int, int]  # points of percent behind, days before the due date


class Light(enum.StrEnum):
    """The six buckets, which exclude each other, worst first."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    DONE = "done"
    GREY = "grey"


class Lit(Protocol):
    """What the rule looks at. A task is one; so is any frozen row with the same facts."""

    state: str
    start: dt.date
    due: dt.date
    progress: int
    claimed_on: dt.date | None
    completed_on: dt.date | None


def light_on(task: Lit, day: dt.date, thresholds: Thresholds) -> Light:
    """Return the light of a task on a day, by the thresholds that hold on that day."""
    points, soon = thresholds
    if task.state in OUT_OF_COUNT:
        return Light.GREY
    if task.state == TaskState.COMPLETED:
        return Light.DONE
    if task.state == TaskState.CLAIMED and task.claimed_on is not None and task.claimed_on <= task.due:
        return Light.GREEN
    if day > task.due:
        return Light.RED
    if 100 * (day - task.start).days > (task.progress + points) * span(task):
        return Light.YELLOW
    if (task.due - day).days <= soon:
        return Light.BLUE
    return Light.GREEN


def light_sql(day: dt.date, thresholds: Thresholds, columns_by: Thresholds | None) -> Case:
    """Return the same rule as an expression over tasks; `columns_by` are the thresholds by which the turning days were written.

    None is for rows that have no turning days: what tasks said on a past day (plan/past.py).
    """
    if thresholds == columns_by:
        yellow, blue = Q(yellow_from__lte=day), Q(blue_from__lte=day)
    else:
        yellow, blue = _computed(day, thresholds)
    in_time, red = (Q(claimed_on__lt=F("red_from")), Q(red_from__lte=day)) if columns_by else (Q(claimed_on__lte=F("due")), Q(due__lt=day))
    return Case(
        When(state__in=OUT_OF_COUNT, then=Value(Light.GREY.value)),
        When(state=TaskState.COMPLETED, then=Value(Light.DONE.value)),
        When(in_time, state=TaskState.CLAIMED, then=Value(Light.GREEN.value)),
        When(red, then=Value(Light.RED.value)),
        When(yellow, then=Value(Light.YELLOW.value)),
        When(blue, then=Value(Light.BLUE.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )


def is_red(day: dt.date) -> Q:
    """Return the condition that a task is red, for questions about nothing else: an index has those that can be. A test holds it to the rule."""
    return Q(red_from__lte=day, state__in=UNFINISHED) & (~Q(state=TaskState.CLAIMED) | Q(claimed_on__gte=F("red_from")))


def span(task: Lit) -> int:
    """Return a task's length in days, first and last day included."""
    return (task.due - task.start).days + 1


def set_turning_days(task: Any, thresholds: Thresholds) -> None:
    """Write the days on which a task turns: the first yellow, blue and red one if nothing else happens to it.

    Every path that writes a task comes through here: `Task.save`, bulk creation and bulk updates, import and admin.
    """
    points, soon = thresholds
    task.yellow_from = task.start + dt.timedelta(days=(task.progress + points) * span(task) // 100 + 1)
    task.blue_from = task.due - dt.timedelta(days=soon)
    task.red_from = task.due + dt.timedelta(days=1)


class DaysBetween(Func):
    """The whole days from the first date to the second, in the database."""

    arity = 2
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Subtract Julian days."""
        return self.as_sql(compiler, connection, template="CAST(julianday(%(expressions)s) AS INTEGER)", arg_joiner=") - julianday(", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Subtract dates, which gives whole days."""
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner="::date - ", **context)


def _computed(day: dt.date, thresholds: Thresholds) -> tuple[Q, Q]:
    """Return yellow and blue as arithmetic over the rows, for thresholds that the columns do not know."""
    points, soon = thresholds
    gone = ExpressionWrapper(100 * DaysBetween(Value(day), F("start")), output_field=IntegerField())
    length = DaysBetween(F("due"), F("start")) + 1
    allowed = ExpressionWrapper((F("progress") + points) * length, output_field=IntegerField())
    return Q(GreaterThan(gone, allowed)), Q(due__lte=day + dt.timedelta(days=soon))


# --- Words and shapes: the light as people meet it -------------------------------------------------------------------

NAMES = {Light.RED: "逾期", Light.YELLOW: "滞后", Light.BLUE: "临期", Light.GREEN: "正常推进", Light.DONE: "已办结", Light.GREY: "中止"}
SHAPES = {Light.RED: "l-red", Light.YELLOW: "l-yellow", Light.BLUE: "l-blue", Light.GREEN: "l-green", Light.DONE: "l-fin", Light.GREY: "l-grey"}
CHARACTERS = {"l-red": "◆", "l-yellow": "▲", "l-blue": "■", "l-green": "●", "l-idle": "○", "l-fin": "✓", "l-grey": "▬"}
IN_COUNTS = {Light.GREEN: "正常或未启动", Light.GREY: "中止或已结转"}


@dataclass(frozen=True)
class Lamp:
    """A light as it is shown: shape, words, colour third."""

    light: Light
    shape: str
    words: str

    @property
    def colour(self) -> str:
        """Return the style class; done shares green's colour and differs by its tick."""
        return "green" if self.light is Light.DONE else self.light.value

    @property
    def character(self) -> str:
        """Return the shape as one character, for letters and documents."""
        return CHARACTERS[self.shape]


class Lamps:
    """Lights of one day, with that day's thresholds and the names in use read once."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        today, applied = LightRule.objects.on_and_applied(day)
        self.thresholds: Thresholds = today.thresholds
        self.columns_by: Thresholds = applied.thresholds
        self.names = NAMES | {Light(row.light): row.name for row in once(LightName, lambda: list(LightName.objects.all()))}

    def of(self, task: Lit) -> Lamp:
        """Return the light of a task with its words."""
        light = light_on(task, self.day, self.thresholds)
        return Lamp(light, self._shape(task, light), self._words(task, light))

    def counted(self, light: Light) -> Lamp:
        """Return a light as the head of a count."""
        return Lamp(light, SHAPES[light], IN_COUNTS.get(light, self.names[light]))

    def _shape(self, task: Lit, light: Light) -> str:
        return "l-idle" if light is Light.GREEN and self._not_begun(task) else SHAPES[light]

    def _not_begun(self, task: Lit) -> bool:
        return self.day < task.start and task.state != TaskState.CLAIMED

    def _words(self, task: Lit, light: Light) -> str:
        name = self.names[light]
        if light is Light.RED:
            return f"{name} {days_overdue(task, self.day)} 天"
        if light is Light.YELLOW:
            return f"{name} {points_behind(task, self.day)} 个百分点"
        if light is Light.BLUE:
            left = (task.due - self.day).days
            return f"{name}，还有 {left} 天" if left else f"{name}，今天到期"
        if light is Light.DONE:
            return "逾期办结" if task.completed_on and task.completed_on > task.due else name
        if light is Light.GREY:
            return TaskState(task.state).label
        if task.state == TaskState.CLAIMED:
            return "待核"
        return "未启动" if self._not_begun(task) else name


def days_overdue(task: Lit, day: dt.date) -> int:
    """Return by how many calendar days a task is past its due date."""
    return (day - task.due).days


def points_behind(task: Lit, day: dt.date) -> int:
    """Return by how many points of percent a task's progress is behind the time gone by, rounded up."""
    return -(-100 * (day - task.start).days // span(task)) - task.progress


def elapsed_percent(task: Lit, day: dt.date) -> int:
    """Return how many percent of a task's days are gone by, 0 to 100, rounded down (序时进度)."""
    return min(100, max(0, 100 * (day - task.start).days // span(task)))
