"""The reports that await a decision, the longest first: since when, for whom, and whether for longer than a decision may take."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils import timezone

from departments.access import HEADS, Access, Capability
from departments.models import Department, Leader, Membership, Portfolio
from federation_tasks.dashboard.waits import Waits
from federation_tasks.plan.models import Period
from federation_tasks.plan.past import end_of
from federation_tasks.plan.tally import within
from federation_tasks.reports.models import Report, ReportState, ReportVersion
from federation_tasks.supervision.urgeable import midnight
from federation_tasks.workflow.past import rows_as_of

SHOWN = 10  # reports; the rest stands in the list of reports, one link away
COLUMNS = ("department__code", "department__name", "since", "by", "charge", "principals_own", "total", "late")


@dataclass(frozen=True)
class InQueue:
    """One report that awaits a decision."""

    department: str
    href: str
    since: dt.date
    days: int  # working days
    is_long: bool
    whom: str


class ReviewQueue:
    """The reports of a period that await a decision on a day, for leaders and the office: five queries, whatever their number.

    `scope` says of which departments; None is the whole federation. Of a day that is over, what awaited one at its end.
    """

    def __init__(self, access: Access, period: Period, day: dt.date, scope: QuerySet[Department] | None, waits: Waits | None = None) -> None:
        self.access, self.period, self.day, self.scope = access, period, day, scope
        self.waits = waits or Waits(day)

    @property
    def is_shown(self) -> bool:
        """Say whether this person reviews, or watches over those who do."""
        return self.access.leader is not None or self.access.may(Capability.SUPERVISE)

    @cached_property
    def rows(self) -> list[InQueue]:
        """Return those that have waited for longest, as many as a page shows."""
        return [self._in_queue(row) for row in self._found]

    @property
    def total(self) -> int:
        """Return how many there are."""
        return int(self._found[0]["total"]) if self._found else 0

    @property
    def late(self) -> int:
        """Return how many have waited for longer than a decision may take."""
        return int(self._found[0]["late"]) if self._found else 0

    @property
    def unlisted(self) -> int:
        """Return how many are not among the rows."""
        return self.total - len(self._found)

    @property
    def words(self) -> str:
        """Return how many wait, in a sentence."""
        if not self.total:
            return f"{self.period}没有汇报等着审阅。"
        within = self.waits.decide_within
        late = f"其中 {self.late} 份超过 {within} 个工作日" if self.late else f"都没有超过 {within} 个工作日"
        return f"{self.period}有 {self.total} 份汇报等着审阅，{late}，最久的已等 {self.rows[0].days} 个工作日。"

    # --- Where it comes from -----------------------------------------------------------------------------------------

    @cached_property
    def _found(self) -> list[dict[str, Any]]:
        if not self.is_shown:
            return []
        rows = self._waiting.filter(self._mine).annotate(
            charge=self._charge,
            principals_own=self._principals_own,
            total=Window(Count("*")),
            late=Window(Count("pk", filter=Q(since__lt=midnight(self.waits.decide_since)))),
        )
        return list(rows.order_by("since", "department__order", "department_id").values(*COLUMNS)[:SHOWN])

    @property
    def _mine(self) -> Q:
        """Return the condition that a report is this person's to review or to watch: a deputy's are those of the portfolio."""
        if self.access.everywhere(Capability.READ_SUBMITTED):
            return within(self.scope)
        return Q(department__in=self.access.portfolio)

    @property
    def _waiting(self) -> QuerySet[Any]:
        """Return what awaits a decision, each with `since` and `by`, the submission that waits."""
        if self.day >= self.access.on:
            reports = Report.objects.awaiting().filter(period=self.period)
            return reports.annotate(since=F("submitted_at"), by=F("submitted_by_id"))
        end = end_of(self.day)
        rows = rows_as_of(Report, end, period=self.period.code, to_state=ReportState.SUBMITTED)
        version = ReportVersion.objects.filter(report=OuterRef("object_id"), submitted_at__lt=end).order_by("-number")
        return rows.annotate(since=Subquery(version.values("submitted_at")[:1]), by=Subquery(version.values("submitted_by")[:1]))

    @property
    def _charge(self) -> Subquery:
        """Return the leader in charge, unless he submitted it himself or heads the department (domain.md, Who may do what)."""
        heads = Membership.objects.on(self.day).filter(department=OuterRef("department"), role__in=HEADS, user=OuterRef("leader__user"))
        rows = Portfolio.objects.on(self.day).filter(Leader.in_office_on(self.day, "leader__"), ~Exists(heads), department=OuterRef("department"))
        return Subquery(rows.exclude(leader__user=OuterRef("by")).values("leader")[:1])

    @property
    def _principals_own(self) -> Exists:
        """Say whether the principal heads the department or submitted the report himself."""
        principal = Q(user__leader__rank=Leader.Rank.PRINCIPAL) & Leader.in_office_on(self.day, "user__leader__")
        rows = Membership.objects.on(self.day).filter(principal, department=OuterRef("department"), role__in=HEADS)
        return Exists(rows)

    @cached_property
    def _leaders(self) -> dict[int, Leader]:
        return {row.pk: row for row in Leader.objects.filter(Leader.in_office_on(self.day))}

    def _in_queue(self, row: dict[str, Any]) -> InQueue:
        since = timezone.localdate(row["since"])
        href = reverse("reports:report", args=[self.period.code, row["department__code"]])
        return InQueue(row["department__name"], href, since, self.waits.days(since), since < self.waits.decide_since, self._whom(row))

    def _whom(self, row: dict[str, Any]) -> str:
        """Return for whom it waits: the leader in charge, else the principal, and of the principal's own any deputy."""
        if charge := self._leaders.get(row["charge"]):
            return _named(charge)
        principal = next((one for one in self._leaders.values() if one.rank == Leader.Rank.PRINCIPAL), None)
        if row["principals_own"] or (principal and principal.user_id and principal.user_id == row["by"]):
            return "任一位副职领导"
        return _named(principal) if principal else "主要领导"


def _named(leader: Leader) -> str:
    return leader.name if leader.federation_post in leader.name else f"{leader.name}（{leader.federation_post}）"
