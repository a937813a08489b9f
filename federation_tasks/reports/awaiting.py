"""What awaits one leader's decision (待您审定), the oldest first: reports, and what the supervision loop brings."""

from dataclasses import dataclass, field

from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.plan.models import Task
from federation_tasks.reports.models import Report
from federation_tasks.supervision.awaiting import Patience, Waiting, waiting_answers, waiting_claims, waiting_extensions
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
    def total(self) -> int:
        """Return how many decisions are wanted."""
        return len(self.reports) + len(self.claims) + len(self.extensions) + len(self.answers)

    @property
    def words(self) -> str:
        """Return how many of each kind there are: 汇报 2 份，延期申请 1 件."""
        numbers = (("汇报", self.reports, "份"), ("办结申请", self.claims, "项"), ("延期申请", self.extensions, "件"), ("要求的答复", self.answers, "项"))
        return "，".join(f"{kind} {len(rows)} {unit}" for kind, rows, unit in numbers if rows)


def awaiting(access: Access) -> Awaiting:
    """Return what awaits this person's decision on the day, without what he submitted, claimed, asked or answered himself: six queries."""
    if access.leader is None:
        return Awaiting()
    patience = Patience(access.on)
    return Awaiting(
        reports=_reports(access, patience),
        claims=waiting_claims(access, patience),
        extensions=waiting_extensions(access, patience),
        answers=waiting_answers(access, patience),
        decide_within=patience.decide_within,
    )


def _reports(access: Access, patience: Patience) -> list[Waiting[Report]]:
    rows = Report.objects.awaiting().filter(department__in=access.departments(Capability.DECIDE).values("pk"))
    rows = rows.exclude(submitted_by=access.user.pk).select_related("period", "department", "submitted_by").order_by("submitted_at", "pk")
    return [patience.since(report, timezone.localdate(report.submitted_at)) for report in rows]
