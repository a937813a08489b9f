"""What awaits one leader's decision (待您审定): reports and claims of completion, the oldest first."""

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Q
from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.models import Report

Thing = TypeVar("Thing", Report, Task)


@dataclass(frozen=True)
class Waiting(Generic[Thing]):
    """One thing that waits, and since when."""

    thing: Thing
    since: dt.date
    days: int  # calendar days, 0 for what came today


@dataclass(frozen=True)
class Awaiting:
    """All that waits for one leader."""

    reports: list[Waiting[Report]]
    claims: list[Waiting[Task]]

    @property
    def total(self) -> int:
        """Return how many decisions are wanted."""
        return len(self.reports) + len(self.claims)


def awaiting(access: Access) -> Awaiting:
    """Return what awaits this person's decision on the day, without what he submitted or claimed himself: two queries."""
    if access.leader is None:
        return Awaiting([], [])
    return Awaiting(_reports(access), _claims(access))


def _reports(access: Access) -> list[Waiting[Report]]:
    rows = Report.objects.awaiting().filter(department__in=access.departments(Capability.DECIDE).values("pk"))
    rows = rows.exclude(submitted_by=access.user.pk).select_related("period", "department", "submitted_by").order_by("submitted_at", "pk")
    return [_since(report, timezone.localdate(report.submitted_at), access.on) for report in rows]


def _claims(access: Access) -> list[Waiting[Task]]:
    rows = Task.objects.filter(state=TaskState.CLAIMED, period__state=Period.State.OPEN)
    rows = rows.filter(department__in=access.departments(Capability.DECIDE).values("pk"))
    rows = rows.filter(~Q(claimed_by=access.user.pk) | Q(claimed_by=None))
    return [_since(task, task.claimed_on or access.on, access.on) for task in rows.select_related("period", "department", "goal").order_by("claimed_on", "pk")]


def _since(thing: Thing, since: dt.date, today: dt.date) -> Waiting[Thing]:
    return Waiting(thing, since, max(0, (today - since).days))
