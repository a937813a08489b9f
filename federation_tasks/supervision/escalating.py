"""What stays overdue goes up (升级): head, deputy in charge, principal, one step at a time, each step a row.

Steps are taken on working days only: the days late are calendar days, but nobody is passed over while nobody was at work, and what a
weekend or a day without a sweep missed is made up for, one step a day. What waits for a leader, a claim made late or an answer, does
not go up although it is red: it rises in that leader's own list (awaiting.Waiting.is_long), and the department can do nothing about it.
Sent back, it goes on from the step that it had. A due date that was put off and missed again begins anew.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from departments.access import Access
from departments.models import Leader, Portfolio
from federation_tasks.audit import trail
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.plan.workdays import is_workday
from federation_tasks.supervision.models import DutyState, Escalation, InstructionDuty, SupervisionRule

CHUNK = 500  # steps written by one statement
Step = Escalation.Step


def tasks_in_hand(day: dt.date) -> Any:
    """Return the tasks that are red and wait for no leader, each with its `step`: the one that it stands at for this due date, 0 for none."""
    return with_task_step(Task.objects.filter(period__state=Period.State.OPEN).overdue_on(day).exclude(state=TaskState.CLAIMED))


def with_task_step(tasks: Any) -> Any:
    """Annotate tasks with the `step` that each stands at for its due date.

    A task that was carried over is a new row, and its days overdue run on: so do its steps.
    """
    about = Q(task=OuterRef("pk")) | Q(task=OuterRef("carried_from")) | Q(task=OuterRef("carried_from__carried_from"))
    return at_step(tasks.annotate(missed=F("due")), about)


def duties_in_hand(day: dt.date) -> QuerySet[InstructionDuty]:
    """Return the same for what departments owe on instructions."""
    rows = InstructionDuty.objects.overdue_on(day).exclude(state=DutyState.ANSWERED).annotate(missed=F("instruction__due"))
    found: QuerySet[InstructionDuty] = at_step(rows, Q(instruction_duty=OuterRef("pk")))
    return found


def at_step(rows: QuerySet[Any], about: Q) -> QuerySet[Any]:
    """Annotate `step` and `stepped_on`, the day of that step, for the due date that was `missed`."""
    steps = Escalation.objects.filter(about, due=OuterRef("missed")).order_by("-step")
    step = Coalesce(Subquery(steps.values("step")[:1]), Value(0), output_field=IntegerField())
    return rows.annotate(step=step, stepped_on=Subquery(steps.values("on")[:1]))


def going_up(rows: QuerySet[Any], day: dt.date, rule: SupervisionRule) -> QuerySet[Any]:
    """Return those whose next step is due: late by more than its days, and not gone up on this very day already."""
    after = {0: rule.head_after, Step.HEAD: rule.deputy_after, Step.DEPUTY: rule.principal_after}
    due = Q()
    for step, days in after.items():
        due |= Q(step=step, missed__lt=day - dt.timedelta(days=days))
    return rows.filter(due & (Q(stepped_on=None) | Q(stepped_on__lt=day)))


@dataclass(frozen=True)
class Sort:
    """One sort of things that go up: what an escalation calls it, which go up, and when each was due."""

    field: str
    rows: Callable[[dt.date], QuerySet[Any]]
    beside: tuple[str, ...]

    def due(self, day: dt.date, rule: SupervisionRule) -> QuerySet[Any]:
        """Return those that go up on a day, in the order of their numbers."""
        return going_up(self.rows(day), day, rule).select_related(*self.beside).order_by("pk")


SORTS = (Sort("task", tasks_in_hand, ("department",)), Sort("instruction_duty", duties_in_hand, ("department",)))


def escalate(day: dt.date) -> int:
    """Take every step that is due on a day; return how many were taken.

    Cheap where nothing is due: six queries, for the calendar, the rules, the tasks and the duties. Called by the sweep many times a day. A second
    call at the same time waits for the first and then finds nothing to do; one that is killed half-way goes on where it was.
    """
    if not is_workday(day):
        return 0
    rule = SupervisionRule.objects.on(day)
    return sum(_all(sort, day, rule) for sort in SORTS if sort.due(day, rule).exists())


def _all(sort: Sort, day: dt.date, rule: SupervisionRule) -> int:
    """Take the steps of one sort of things, chunk by chunk, each in a transaction of its own."""
    ladder, last, taken = Ladder(day), 0, 0
    while True:
        with transaction.atomic(), trail.doing("escalate"):
            # One runs at a time. The rows are read after the lock, so that what another has written meanwhile is seen.
            list(SupervisionRule.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
            things = list(sort.due(day, rule).filter(pk__gt=last)[:CHUNK])
            if not things:
                return taken
            Escalation.objects.bulk_create([ladder.next_step(sort.field, thing) for thing in things])
        last, taken = things[-1].pk, taken + len(things)


class Ladder:
    """Who stands on which step on a day, read once."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        in_charge = Portfolio.objects.on(day).filter(Leader.in_office_on(day, "leader__")).select_related("leader")
        self.in_charge = {row.department_id: row.leader for row in in_charge}
        self.principal = Leader.objects.filter(Leader.in_office_on(day), rank=Leader.Rank.PRINCIPAL).first()

    def next_step(self, field: str, thing: Any) -> Escalation:
        """Return the step that comes after the one that a thing stands at. Where nobody is in charge (未分管), the principal is asked."""
        step = Step(thing.step + 1)
        leader = None if step == Step.HEAD else self.principal
        if step == Step.DEPUTY:
            leader = self.in_charge.get(thing.department_id, self.principal)
        about: dict[str, Any] = {field: thing}
        return Escalation(department=thing.department, period_id=thing.period_id, due=thing.missed, step=step, leader=leader, on=self.day, **about)


# --- Who sees it -----------------------------------------------------------------------------------------------------


def escalated_to(rows: QuerySet[Any], access: Access) -> QuerySet[Any]:
    """Return, of things with a `step`, those that have come up to this leader: a deputy's portfolio, for the principal what went past.

    Who is in charge today decides, not who was when the step was taken: a portfolio that is handed over takes them along.
    """
    if access.leader is None:
        return rows.none()
    if not access.is_principal:
        return rows.filter(step__gte=Step.DEPUTY, department__in=access.portfolio)
    led = Portfolio.objects.on(access.on).filter(Leader.in_office_on(access.on, "leader__")).exclude(leader=access.leader)
    return rows.filter(Q(step=Step.PRINCIPAL) | (Q(step=Step.DEPUTY) & ~Q(department__in=led.values("department"))))


def step_words(step: int) -> str:
    """Return what is said of a thing at a step; empty where it has not gone up."""
    if not step:
        return ""
    return "已提醒负责人" if step == Step.HEAD else f"已升级到{Step(step).label}"


def present_step(task: Task, day: dt.date) -> Escalation | None:
    """Return the step that a task stands at, where it is still overdue by that due date."""
    before = task.carried_from
    chain = [task.pk, *([before.pk, before.carried_from_id] if before else [])]
    if task.due >= day or task.state in {TaskState.COMPLETED, TaskState.SUSPENDED, TaskState.CARRIED_OVER}:
        return None
    found: Escalation | None = Escalation.objects.filter(task__in=chain, due=task.due).select_related("leader").order_by("-step").first()
    return found
