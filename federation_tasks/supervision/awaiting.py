"""What awaits one leader's decision in the supervision loop: claims of completion, extensions, answers to instructions."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from departments.access import HEADS, Access, Capability
from departments.models import Leader
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.plan.workdays import workdays_earlier
from federation_tasks.supervision.models import Extension, InstructionDuty, SupervisionRule

Thing = TypeVar("Thing")
Departments = Any  # ids, or a query for ids


@dataclass(frozen=True)
class Waiting(Generic[Thing]):
    """One thing that waits, and since when. `is_long`: for more working days than a decision may take."""

    thing: Thing
    since: dt.date
    days: int  # calendar days, 0 for what came today
    is_long: bool = False


class Patience:
    """How long things may wait on one day: the rule and the calendar, read once."""

    def __init__(self, today: dt.date) -> None:
        self.today = today
        self.decide_within = SupervisionRule.objects.on(today).decide_within
        self.last_fine = workdays_earlier(today, self.decide_within)

    def since(self, thing: Thing, since: dt.date) -> Waiting[Thing]:
        """Return a thing as it waits since a day."""
        return Waiting(thing, since, max(0, (self.today - since).days), since < self.last_fine)


def claims_of(departments: Departments) -> QuerySet[Task]:
    """Return the claims of completion of these departments that await a leader."""
    rows: QuerySet[Task] = Task.objects.filter(state=TaskState.CLAIMED, period__state=Period.State.OPEN, department__in=departments)
    return rows.select_related("period", "department", "goal").order_by("claimed_on", "pk")


def extensions_of(departments: Departments) -> QuerySet[Extension]:
    """Return the extensions that these departments ask for. What was carried into a planned half-year waits for its opening."""
    rows: QuerySet[Extension] = Extension.objects.waiting().filter(task__period__state=Period.State.OPEN, task__department__in=departments)
    rows = rows.exclude(task__state=TaskState.SUSPENDED)
    return rows.select_related("task__period", "task__department", "asked_by").order_by("asked_on", "pk")


def deputies_own(departments: Departments) -> Q:
    """Return the condition that what is owed on an instruction is for the deputy in charge to close: a deputy required it of these departments."""
    return Q(department__in=departments, instruction__leader__rank=Leader.Rank.DEPUTY)


def claims_awaiting(access: Access) -> QuerySet[Task]:
    """Return the claims of completion that await this person, the oldest first."""
    rows = claims_of(access.departments(Capability.DECIDE).values("pk"))
    return rows.filter(~Q(claimed_by=access.user.pk) | Q(claimed_by=None))


def extensions_awaiting(access: Access) -> QuerySet[Extension]:
    """Return the extensions that await this person, the oldest first."""
    return extensions_of(access.departments(Capability.DECIDE).values("pk")).exclude(asked_by=access.user.pk)


def answers_awaiting(access: Access) -> QuerySet[InstructionDuty]:
    """Return the answers that await this person, the oldest first. The same rule as may_close, for the list."""
    rows: QuerySet[InstructionDuty] = InstructionDuty.objects.waiting()
    if access.leader is None:
        return rows.none()
    if not access.is_principal:
        rows = rows.filter(Q(instruction__leader=access.leader) | deputies_own(access.departments(Capability.DECIDE).values("pk")))
    heading = [row.department_id for row in access.places if row.role in HEADS]
    rows = rows.exclude(department__in=heading).exclude(answered_by=access.user.pk)
    return rows.select_related("instruction__leader", "instruction__period", "department").order_by("answered_on", "pk")


def waiting_claims(access: Access, patience: Patience) -> list[Waiting[Task]]:
    """Return those claims with how long they have waited: one query."""
    return [patience.since(task, task.claimed_on or access.on) for task in claims_awaiting(access)]


def waiting_extensions(access: Access, patience: Patience) -> list[Waiting[Extension]]:
    """Return those extensions with how long they have waited: one query."""
    return [patience.since(row, row.asked_on or access.on) for row in extensions_awaiting(access)]


def waiting_answers(access: Access, patience: Patience) -> list[Waiting[InstructionDuty]]:
    """Return those answers with how long they have waited: one query."""
    return [patience.since(row, row.answered_on or access.on) for row in answers_awaiting(access)]
