"""What an instruction is given from: nothing, a task, a report under review, or the meeting of a half-year."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from departments.access import Access, Capability
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.periods import holding
from federation_tasks.supervision.models import Instruction

LONGEST_KEY = 18  # digits


@dataclass(frozen=True)
class Origin:
    """Where instructions come from. At most one of the three; with none a leader gives them of his own."""

    task: Task | None = None
    report_duty: ReportDuty | None = None
    meeting: Period | None = None

    @property
    def source(self) -> str:
        """Return it as the instruction notes it."""
        sources = Instruction.Source
        if self.task:
            return sources.TASK
        return sources.REPORT if self.report_duty else sources.MEETING if self.meeting else sources.PLAIN

    @property
    def words(self) -> str:
        """Return it in words for the page; empty where there is none."""
        if self.task:
            return f"任务“{self.task.title}”（{self.task.department}）"
        if self.report_duty:
            return f"{self.report_duty.department}{self.report_duty.period}工作汇报"
        return f"{self.meeting}工作汇报会" if self.meeting else ""

    @property
    def departments(self) -> list[str]:
        """Return the codes of the departments that are proposed."""
        about = self.task or self.report_duty
        return [about.department.code] if about else []

    def period_on(self, day: dt.date, opened: Sequence[Period]) -> Period | None:
        """Return in which of the open half-years the instructions are numbered: its own, else the one that holds the day."""
        about = self.task or self.report_duty
        own = about.period_id if about else self.meeting.pk if self.meeting else None
        return next((period for period in opened if period.pk == own), None) or holding(day, opened)


def origin_of(query: QueryDict, access: Access) -> Origin:
    """Return what a page was asked to give instructions from; raise Http404 for what is not this leader's to look at."""
    task, duty, meeting = (query.get(name, "") for name in ("task", "duty", "meeting"))
    if task:
        visible = Task.objects.visible_to(access).select_related("department", "period")
        return Origin(task=get_object_or_404(visible, pk=_key(task)))
    if duty:
        owed = ReportDuty.objects.filter(department__in=access.departments(Capability.DECIDE).values("pk"))
        return Origin(report_duty=get_object_or_404(owed.select_related("department", "period"), pk=_key(duty)))
    return Origin(meeting=get_object_or_404(Period.objects.owed().with_code(meeting))) if meeting else Origin()


def _key(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > LONGEST_KEY:
        raise Http404
    return int(typed)
