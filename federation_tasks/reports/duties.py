"""Who has reported in a period and who has not."""

import datetime as dt
from dataclasses import dataclass

from departments.access import Access, Capability
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.reports.deadlines import moment_words
from federation_tasks.reports.models import Report, ReportState


@dataclass(frozen=True)
class DutyRow:
    """One department's duty in a period, with its report where there is one."""

    duty: ReportDuty
    report: Report | None
    now: dt.datetime
    may_write: bool
    may_put_off: bool = False  # the office may give it a later deadline

    @property
    def is_in(self) -> bool:
        """Say whether the department has reported."""
        return self.duty.submitted_at is not None

    @property
    def is_missed(self) -> bool:
        """Say whether the deadline has passed and nothing was submitted."""
        return not self.is_in and self.duty.deadline is not None and self.now > self.duty.deadline

    @property
    def state_words(self) -> str:
        """Return in Chinese how far the report is. Of a draft, only that it exists."""
        if self.report is None or not (self.report.is_begun or self.report.standing_id):
            return "未起草"
        if self.report.state == ReportState.DRAFT:
            return "已撤回，正在修改" if self.report.submissions else "已起草，未报送"
        return self.report.state_words

    @property
    def deadline_words(self) -> str:
        """Return when the report is due."""
        return moment_words(self.duty.deadline) if self.duty.deadline else "待定"

    @property
    def submitted_words(self) -> str:
        """Return when the department first reported."""
        return moment_words(self.duty.submitted_at) if self.duty.submitted_at else ""

    @property
    def is_readable(self) -> bool:
        """Say whether there is something for this person to open: what stands submitted, or a draft of his own department."""
        return self.report is not None and (self.report.standing_id is not None or self.may_write)

    @property
    def is_movable(self) -> bool:
        """Say whether this person may put the deadline off now."""
        return self.may_put_off and self.duty.period.state == Period.State.OPEN and not self.is_in

    @property
    def is_writable(self) -> bool:
        """Say whether this person may write on it now."""
        is_open = self.duty.period.state == Period.State.OPEN
        return self.may_write and is_open and (self.report is None or self.report.is_editable)


def duty_rows(period: Period, access: Access, now: dt.datetime) -> list[DutyRow]:
    """Return the duties that this person may see, those who speak at the meeting first: three queries."""
    departments = access.departments(Capability.READ_SUBMITTED).values("pk")
    duties = ReportDuty.objects.filter(period=period, department__in=departments).select_related("department")
    reports = {row.department_id: row for row in Report.objects.filter(period=period, department__in=departments)}
    writing = set(access.departments(Capability.DRAFT_REPORTS).values_list("pk", flat=True))
    office = access.may(Capability.SUPERVISE)
    rows = []
    for duty in duties.order_by("mode", "order", "department__order"):  # oral sorts before written
        duty.period = period
        report = reports.get(duty.department_id)
        if report:
            report.period, report.department = period, duty.department
        rows.append(DutyRow(duty, report, now, duty.department_id in writing, office))
    return rows


def headline(rows: list[DutyRow]) -> str:
    """Return in one sentence who has reported and who has not."""
    reported, late = sum(row.is_in for row in rows), sum(row.duty.is_late for row in rows)
    missed = sum(row.is_missed for row in rows)
    if not rows:
        return "这一期还没有登记报送责任。"
    words = f"应报送 {len(rows)} 个单位，已报送 {reported} 个" + (f"（其中迟报 {late} 个）" if late else "")
    if reported == len(rows):
        return words + "，全部报齐。"
    return words + f"，还有 {len(rows) - reported} 个没有报送" + (f"，其中 {missed} 个已过截止时间。" if missed else "，都还没到截止时间。")
