"""Who has reported: each duty of a period, and where its report stands (domain.md, A report's life)."""

import datetime as dt
import enum
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.models import Report, ReportState


class Standing(enum.StrEnum):
    """Where a duty stands. The four exclude each other."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    OPEN = "open"


FACTS = ("state", "revision", "submissions", "standing_id", "approved_on")
WORDS = {Standing.ON_TIME: "按时报送", Standing.LATE: "迟报", Standing.MISSING: "逾期未报", Standing.OPEN: "尚未到期"}


@dataclass(frozen=True)
class Owed:
    """One duty: its standing on a day, and the report where one has been begun."""

    duty: ReportDuty
    standing: Standing
    report: Report | None
    is_readable: bool  # by the person who asks

    @property
    def state(self) -> ReportState | None:
        """Return the state of the report; of a draft no more is told."""
        return ReportState(self.report.state) if self.report else None

    @property
    def words(self) -> str:
        """Return what to say beyond the standing; nothing where there is nothing to add."""
        late = f"迟 {self.days_late} 天" if self.standing is Standing.LATE and self.days_late else ""
        return "，".join(part for part in (late, self._state_words) if part)

    @property
    def days_late(self) -> int:
        """Return by how many calendar days the first submission missed the deadline; 0 on the day itself."""
        deadline, submitted = self.duty.deadline, self.duty.submitted_at
        return (timezone.localdate(submitted) - timezone.localdate(deadline)).days if deadline and submitted else 0

    @property
    def _state_words(self) -> str:
        if self.report is None:
            return ""
        return "已撤回，正在修改" if self.state is ReportState.DRAFT and self.report.submissions else self.report.state_words


def standing_of(duty: ReportDuty, day: dt.date) -> Standing:
    """Return where a duty stands on a day."""
    if duty.submitted_at is not None:
        return Standing.LATE if duty.is_late else Standing.ON_TIME
    return Standing.MISSING if duty.is_missing_on(day) else Standing.OPEN


class Reporting:
    """The duties of a period that one person sees: two queries, whatever their number."""

    def __init__(self, access: Access, period: Period, day: dt.date, departments: dict[int, Department]) -> None:
        self.access, self.period, self.day, self.departments = access, period, day, departments

    @cached_property
    def rows(self) -> list[Owed]:
        """Return every duty in the order of speaking, written reports last."""
        duties = ReportDuty.objects.filter(self._mine, period=self.period)
        return [self._owed(duty) for duty in duties.order_by("mode", "order", "department__order", "pk")]

    @property
    def _mine(self) -> Q:
        if self.access.everywhere(Capability.READ_DASHBOARD):
            return Q()
        return Q(department__in=self.access.departments(Capability.READ_DASHBOARD).values("pk"))

    @cached_property
    def _reports(self) -> dict[int, Report]:
        """Return the reports that have been begun, by department; not their text."""
        rows = Report.objects.filter(self._mine, period=self.period).only("department_id", *FACTS).order_by()
        return {row.department_id: row for row in rows if row.is_begun or row.standing_id}

    def _owed(self, duty: ReportDuty) -> Owed:
        duty.period, duty.department = self.period, self.departments[duty.department_id]  # read already
        report = self._reports.get(duty.department_id)
        return Owed(duty, standing_of(duty, self.day), report, report is not None and self._may_read(report))

    def _may_read(self, report: Report) -> bool:
        may_draft = self.access.may(Capability.DRAFT_REPORTS, report.department_id)
        return may_draft or (report.standing_id is not None and self.access.may(Capability.READ_SUBMITTED, report.department_id))

    def of(self, standing: Standing, mode: str | None = None) -> list[Owed]:
        """Return the duties of one standing, of one mode where it is given."""
        return [row for row in self.rows if row.standing is standing and mode in (None, row.duty.mode)]

    def in_state(self, state: ReportState) -> int:
        """Return how many reports are in a state."""
        return sum(row.state is state for row in self.rows)

    @property
    def submitted(self) -> int:
        """Return how many have been submitted, in time or late."""
        return len(self.of(Standing.ON_TIME)) + len(self.of(Standing.LATE))
