"""What can be urged on a day, kind by kind: overdue tasks, tasks nobody acknowledged, missing reports, overdue instructions."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import DateTimeField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from departments.models import Leader, Portfolio
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.plan.workdays import Calendar, workdays_earlier
from federation_tasks.supervision.models import DutyState, InstructionDuty, SupervisionRule, Urge, UrgeState
from federation_tasks.supervision.stages import Stages

BESIDE: dict[str, tuple[str, ...]] = {
    "task": ("period", "department"),
    "report_duty": ("period", "department"),
    "instruction_duty": ("period", "department", "instruction__period", "instruction__leader"),
}
A_YEAR = dt.timedelta(days=366)
MODELS: dict[str, Any] = {"task": Task, "report_duty": ReportDuty, "instruction_duty": InstructionDuty}


class Day:
    """What the rules of urging look at on one day, each read once."""

    def __init__(self, today: dt.date) -> None:
        self.today = today

    @cached_property
    def stages(self) -> Stages:
        """Return the stages with their conditions."""
        return Stages()

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.today)

    @cached_property
    def rule(self) -> SupervisionRule:
        """Return how long may be waited."""
        return SupervisionRule.objects.on(self.today)

    @cached_property
    def last_fine(self) -> dt.date:
        """Return the earliest day since which a task may wait to be acknowledged."""
        return workdays_earlier(self.today, self.rule.acknowledge_within)

    @cached_property
    def calendar(self) -> Calendar:
        """Return the calendar of the year up to today."""
        return Calendar(self.today - A_YEAR, self.today)

    def workdays_since(self, start: dt.date) -> int:
        """Return how many working days lie after a day, up to and including today: workdays_between for many rows, of a year at most."""
        days = min((self.today - start).days, A_YEAR.days)
        return sum(self.calendar.is_workday(self.today - dt.timedelta(days=n)) for n in range(days))

    @cached_property
    def leaders(self) -> dict[int, Leader]:
        """Return the leader in charge of each department today, by the department's id; none for 未分管."""
        rows = Portfolio.objects.on(self.today).filter(Leader.in_office_on(self.today, "leader__")).select_related("leader")
        return {row.department_id: row.leader for row in rows}


@dataclass(frozen=True)
class Kind:
    """One kind of thing that can be urged: `field` names it on the urge, `rows` finds them, `due_by` is "due on this day or before"."""

    name: str
    title: str
    field: str
    rows: Callable[[Day], QuerySet[Any]]
    due_by: Callable[[dt.date], Q]

    def on(self, day: Day) -> QuerySet[Any]:
        """Return what of this kind can be urged on a day, each with `earlier`, the number of urges that were not withdrawn."""
        return with_earlier(self.field, self.rows(day)).select_related(*BESIDE[self.field])


def with_earlier(field: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `earlier`: how often each was urged, without what was withdrawn. What was carried over is still the same matter."""
    about = Q(**{field: OuterRef("pk")})
    if field == "task":
        about |= Q(task=OuterRef("carried_from"))
    urges = Urge.objects.filter(about).exclude(state=UrgeState.WITHDRAWN).order_by()
    # Not Count: that would group by the row's own columns, and a row without urges would have none.
    number = urges.annotate(number=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("number")
    return rows.annotate(earlier=Coalesce(Subquery(number), 0))


def overdue(day: Day) -> QuerySet[Task]:
    """Return the tasks that are red and in the department's hands; a claim made late waits for the leader."""
    found: QuerySet[Task] = Task.objects.filter(period__state=Period.State.OPEN).overdue_on(day.today).exclude(state=TaskState.CLAIMED)
    return found


def unacknowledged(day: Day) -> QuerySet[Task]:
    """Return the tasks that nobody has acknowledged for longer than may be, without those that are overdue already, the longest first.

    The days run from when the task was given, or from the first day of its half-year where it was given before.
    """
    waiting = Q(state=TaskState.ASSIGNED, period__state=Period.State.OPEN, period__starts_on__lt=day.last_fine)
    rows: Any = Task.objects.filter(waiting, created_at__lt=midnight(day.last_fine)).with_light(day.today, day.lamps)
    found: QuerySet[Task] = rows.exclude(light=Light.RED).order_by("created_at", "pk")
    return found


def missing_reports(day: Day) -> QuerySet[ReportDuty]:
    """Return the duties without a report whose deadline is past or within the days of 临期, the earliest deadline first."""
    soon = day.today + dt.timedelta(days=day.lamps.thresholds[1])
    rows = with_deadline(ReportDuty.objects.missing().filter(period__state=Period.State.OPEN)).order_by("deadline_at", "period", "department__order", "pk")
    found: QuerySet[ReportDuty] = rows.filter(deadline_at__lt=midnight(soon + dt.timedelta(days=1)))
    return found


def with_deadline(rows: QuerySet[ReportDuty]) -> Any:
    """Annotate `deadline_at`: the rule of ReportDuty.deadline for the database."""
    return rows.annotate(deadline_at=Coalesce("exception_until", "period__report_deadline", output_field=DateTimeField()))


def overdue_instructions(day: Day) -> QuerySet[InstructionDuty]:
    """Return the duties on instructions that are overdue and in the department's hands; an answer waits for the leader."""
    found: QuerySet[InstructionDuty] = InstructionDuty.objects.overdue_on(day.today).exclude(state=DutyState.ANSWERED)
    return found


def midnight(day: dt.date) -> dt.datetime:
    """Return the first moment of a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("overdue", "逾期的任务", "task", overdue, lambda day: Q(due__lte=day)),
        Kind("unacknowledged", "没有签收的任务", "task", unacknowledged, lambda day: Q(due__lte=day)),
        Kind("reports", "没有报送的汇报", "report_duty", missing_reports, lambda day: Q(deadline_at__lt=midnight(day + dt.timedelta(days=1)))),
        Kind("instructions", "逾期的要求", "instruction_duty", overdue_instructions, lambda day: Q(instruction__due__lte=day)),
    )
}
