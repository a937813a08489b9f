"""The report that a department owes: what a leader said of it, what is missing, and by when."""

import datetime as dt
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.home.worklist.pieces import Fact, Item, Main, Section
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.plan.workdays import workdays_between
from federation_tasks.reports.deadlines import countdown, moment_words
from federation_tasks.reports.history import Event
from federation_tasks.reports.models import Report, ReportState
from federation_tasks.workflow.models import HistoryRow


class OwnReports:
    """The reports that this person's departments owe in the running half-years, each with its duty: two queries."""

    def __init__(self, access: Access, now: dt.datetime) -> None:
        self.access, self.now = access, now
        self.drafting = [row.department_id for row in access.places if access.may(Capability.DRAFT_REPORTS, row.department_id)]

    @cached_property
    def duties(self) -> list[ReportDuty]:
        """Return the duties, the one due first before the others."""
        rows = ReportDuty.objects.filter(department__in=self.drafting, period__state=Period.State.OPEN).select_related("period", "department")
        return sorted(rows, key=lambda duty: (duty.deadline is None, duty.deadline or self.now, duty.department.order)) if self.drafting else []

    @cached_property
    def reports(self) -> dict[tuple[int, int], Report]:
        """Return the reports that have been begun, by period and department."""
        if not self.duties:
            return {}
        rows = Report.objects.filter(department__in=self.drafting, period__in={duty.period_id for duty in self.duties})
        return {(row.period_id, row.department_id): row for row in rows}

    def of(self, duty: ReportDuty) -> Report | None:
        """Return the report that answers a duty, if it has been begun."""
        report = self.reports.get((duty.period_id, duty.department_id))
        if report:
            report.period, report.department = duty.period, duty.department
        return report

    @cached_property
    def returned(self) -> list[ReportDuty]:
        """Return the duties whose report a leader sent back."""
        return [duty for duty in self.duties if (report := self.of(duty)) and report.state == ReportState.RETURNED]

    @cached_property
    def owed(self) -> list[ReportDuty]:
        """Return the duties whose report is still to be written or submitted."""
        return [duty for duty in self.duties if (report := self.of(duty)) is None or report.state == ReportState.DRAFT]

    @property
    def first(self) -> ReportDuty | None:
        """Return the duty to think of first."""
        return next(iter(self.returned + self.owed), None)

    def main(self) -> Main | None:
        """Return what to do first about a report, if anything."""
        if self.returned:
            return self._sent_back(self.returned[0])
        return self._to_write(self.owed[0]) if self.owed else None

    def _sent_back(self, duty: ReportDuty) -> Main:
        report = self.of(duty)
        row = HistoryRow.objects.of(report).filter(move="return").select_related("actor").first() if report else None
        heading = f"{duty.department}{duty.period}工作汇报被退回，{countdown(duty, self.now)}"
        meta = f"{row.acting_as}（{row.actor}），{row.on.month}月{row.on.day}日退回" if row else ""
        return Main(heading, _edit(duty), "按意见修改汇报", quote=Event(row).said if row else "", meta=meta, tone="bad")

    def _to_write(self, duty: ReportDuty) -> Main:
        begun = self.of(duty)
        is_past = duty.deadline is not None and self.now > duty.deadline
        heading = f"{duty.department}{duty.period}工作汇报还没有报送"
        label = "继续填写汇报" if begun and begun.is_begun else "填写汇报"
        return Main(heading, _edit(duty), label, text=f"{countdown(duty, self.now)}。", tone="bad" if is_past else "wait")

    def sections(self) -> list[Section]:
        """Return the other reports that are owed, where there is more than one."""
        rest = (self.returned + self.owed)[1:]
        items = [
            Item(f"{duty.department}{duty.period}工作汇报", _edit(duty), f"{countdown(duty, self.now)}。", "填写汇报", flag=self._word(duty)) for duty in rest
        ]
        return [Section("还有汇报要报", items, len(items))] if items else []

    def _word(self, duty: ReportDuty) -> str:
        report = self.of(duty)
        return str(report.state_words) if report and report.is_begun else "未起草"

    def waiting(self) -> list[Section]:
        """Return the reports that a leader has."""
        rows = [(duty, report) for duty in self.duties if (report := self.of(duty)) and report.state == ReportState.SUBMITTED]
        items = [Item(str(report), report.get_absolute_url(), _submitted(report), "看报送的内容", flag="已报送") for _, report in rows]
        return [Section("已报送，等领导审阅", items, len(items))] if items else []

    def facts(self) -> list[Fact]:
        """Return how much is written of the report to think of first, and when its meeting is: one query."""
        duty = self.first
        if duty is None:
            return []
        found = self._written(duty)
        if duty.deadline:
            found.insert(0, Fact("报送截止", moment_words(duty.deadline), self._left(duty.deadline)))
        if duty.period.meeting_on:
            how = f"会议汇报，第 {duty.order} 位" if duty.mode == ReportDuty.Mode.ORAL else "书面汇报"
            found.append(Fact("半年工作汇报会", f"{duty.period.meeting_on.month}月{duty.period.meeting_on.day}日", how))
        return found

    def _left(self, deadline: dt.datetime) -> str:
        if self.now > deadline:
            return "已经过了，现在报送记为迟报"
        days = workdays_between(self.access.on, timezone.localdate(deadline))
        return f"还有 {days} 个工作日" if days else "就是今天"

    def _written(self, duty: ReportDuty) -> list[Fact]:
        report = self.of(duty)
        if report is None or not report.is_begun:
            return []
        items = [item for item in report.items.select_related("task") if item.is_owed]
        filled = sum(item.is_filled for item in items)
        return [Fact("汇报已填", f"{filled} / {len(items)} 项", filled=filled, out_of=len(items))]


def _edit(duty: ReportDuty) -> str:
    return reverse("reports:edit", args=[duty.period.code, duty.department.code])


def _submitted(report: Report) -> str:
    return f"{moment_words(report.submitted_at)}由{report.submitted_by}报送。" if report.submitted_at else ""
