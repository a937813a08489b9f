"""What awaits one leader's decision (待您审定), the oldest first: reports, and what the supervision loop brings."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.plan.models import Task
from federation_tasks.reports.models import Report
from federation_tasks.supervision.awaiting import (
    Patience,
    Waiting,
    answers_awaiting,
    claims_awaiting,
    extensions_awaiting,
    waiting_answers,
    waiting_claims,
    waiting_extensions,
)
from federation_tasks.supervision.models import Extension, InstructionDuty


@dataclass(frozen=True)
class Awaiting:
    """All that waits for one leader."""

    reports: list[Waiting[Report]] = field(default_factory=list)
    claims: list[Waiting[Task]] = field(default_factory=list)
    extensions: list[Waiting[Extension]] = field(default_factory=list)
    answers: list[Waiting[InstructionDuty]] = field(default_factory=list)
    decide_within: int = 0  # working days; what waits for more `is_long`

    @property
    def numbers(self) -> "Numbers":
        """Return how many there are of each kind."""
        return Numbers(len(self.reports), len(self.claims), len(self.extensions), len(self.answers))

    @property
    def total(self) -> int:
        """Return how many decisions are wanted."""
        return self.numbers.total


class Numbers(NamedTuple):
    """How many things of each kind wait for one leader."""

    reports: int = 0
    claims: int = 0
    extensions: int = 0
    answers: int = 0

    @property
    def total(self) -> int:
        """Return how many decisions are wanted."""
        return sum(self)

    @property
    def words(self) -> str:
        """Return how many of each kind there are: 汇报 2 份，延期申请 1 件."""
        kinds = (("汇报", "份"), ("办结申请", "项"), ("延期申请", "件"), ("要求的答复", "项"))
        return "，".join(f"{kind} {n} {unit}" for (kind, unit), n in zip(kinds, self, strict=True) if n)


def awaiting(access: Access) -> Awaiting:
    """Return what awaits this person's decision on the day, without what he submitted, claimed, asked or answered himself: six queries."""
    if access.leader is None:
        return Awaiting()
    patience = Patience(access.on)
    return Awaiting(
        reports=[patience.since(report, timezone.localdate(report.submitted_at)) for report in _reports(access)],
        claims=waiting_claims(access, patience),
        extensions=waiting_extensions(access, patience),
        answers=waiting_answers(access, patience),
        decide_within=patience.decide_within,
    )


def number_awaiting(access: Access) -> Numbers:
    """Return how many there are of each kind: four queries, and no row is read."""
    if access.leader is None:
        return Numbers()
    return Numbers(*(rows.count() for rows in (_reports(access), claims_awaiting(access), extensions_awaiting(access), answers_awaiting(access))))


def _reports(access: Access) -> QuerySet[Report]:
    rows: QuerySet[Report] = Report.objects.awaiting().filter(department__in=access.departments(Capability.DECIDE).values("pk"))
    return rows.exclude(submitted_by=access.user.pk).select_related("period", "department", "submitted_by").order_by("submitted_at", "pk")
