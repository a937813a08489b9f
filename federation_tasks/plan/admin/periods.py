"""Half-years, and who owes a report in them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse

from departments.access import Capability
from departments.changes import because
from departments.confirming import WhyForm, ask, posted
from departments.filters import DepartmentChoice, choice_of
from federation_tasks.plan.admin.base import PeriodChoice, PlanAdmin
from federation_tasks.plan.closing import close_period, open_lines
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.opening import open_period, refusal_to_open, register_duties


@admin.register(Period)
class PeriodAdmin(PlanAdmin):
    """Half-years. One is opened and closed by an action, never by a field; a closed one does not reopen."""

    room = "周期和报送"
    fields = ["year", "half", "state", "starts_on", "ends_on", "report_deadline", "meeting_on"]
    list_display = ["__str__", "state", "starts_on", "ends_on", "report_deadline", "meeting_on"]
    list_filter = [choice_of("state", "状态", Period.State.choices)]
    actions = ["open", "register", "close"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out of a new row what follows from the rest."""
        fields = list(super().get_fields(request, obj))
        return fields if obj else [name for name in fields if name not in {"state", "starts_on", "ends_on"}]

    def get_readonly_fields(self, request: HttpRequest, obj: Period | None = None) -> list[str]:
        """Keep year and half once they stand: tasks and addresses carry them."""
        return ["state", "starts_on", "ends_on"] + (["year", "half"] if obj else [])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave a closed period alone."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state != Period.State.CLOSED)

    def has_close_permission(self, request: HttpRequest) -> bool:
        """Let those close who supervise too (办公室)."""
        return bool(request.access.may(Capability.SUPERVISE))  # type: ignore[attr-defined]

    @admin.action(description="开始所选周期", permissions=["change"])
    def open(self, request: HttpRequest, rows: models.QuerySet[Period]) -> HttpResponse | None:
        """Open a planned half-year, after showing what that does."""
        period = self._only_one(request, rows, "开始")
        if period is None:
            return None
        if refusal := refusal_to_open(period):
            self.message_user(request, refusal, messages.ERROR)
            return None
        form = WhyForm(posted(request))
        if not form.is_valid():
            return ask(self, request, rows, form, title=f"开始{period}", button=f"开始{period}", notes=consequences_of_opening(period))
        try:
            open_period(period, form.reason)
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
            return None
        self.message_user(request, f"{period}已经开始。", messages.SUCCESS)
        return None

    @admin.action(description="为所选周期登记各单位的报送责任", permissions=["change"])
    def register(self, request: HttpRequest, rows: models.QuerySet[Period]) -> None:
        """Register that all departments report in writing, where nothing is registered yet."""
        for period in rows:
            if period.state == Period.State.CLOSED:
                self.message_user(request, f"{period}已经关闭，不能再登记报送责任。", messages.ERROR)
                continue
            new = register_duties(period, request.access.on)  # type: ignore[attr-defined]
            self.message_user(request, f"{period}：新登记 {new} 个单位，都按书面汇报；原来登记过的没有动。会议汇报的请在“报送责任”里改。", messages.SUCCESS)

    @admin.action(description="关闭所选周期", permissions=["close"])
    def close(self, request: HttpRequest, rows: models.QuerySet[Period]) -> HttpResponse | None:
        """Close an open half-year, after showing what is still open in it."""
        period = self._only_one(request, rows, "关闭")
        if period is None:
            return None
        if posted(request) is None:
            notes = [f"{line.words}：{line.number}" for line in open_lines(period)]
            return ask(self, request, rows, forms.Form(), title=f"关闭{period}", button=f"关闭{period}", notes=[*notes, "关闭以后不再打开，更正在下一期说明。"])
        closed = close_period(period, request.access)  # type: ignore[attr-defined]
        numbers = "，".join(f"{what} {number}" for what, number in closed.numbers.items())
        self.message_user(request, f"{period}已经关闭。{numbers}", messages.SUCCESS)
        return None

    def _only_one(self, request: HttpRequest, rows: models.QuerySet[Period], verb: str) -> Period | None:
        found = list(rows[:2])
        if len(found) == 1:
            return found[0]
        self.message_user(request, f"一次只能{verb}一个周期，请只勾选一行。", messages.ERROR)
        return None


def consequences_of_opening(period: Period) -> list[str]:
    """Return in sentences what opening this period does."""
    tasks, duties = Task.objects.filter(period=period).count(), ReportDuty.objects.filter(period=period).count()
    return [
        f"本期的 {tasks} 项任务从今天起下达给各单位，计入亮灯；到期日和牵头单位此后不能在这里直接改。",
        f"{duties} 个单位要报送半年工作汇报。" if duties else "还没有登记报送责任：开始以后请用“登记各单位的报送责任”。",
    ]


@admin.register(ReportDuty)
class ReportDutyAdmin(PlanAdmin):
    """Who owes a report, how, in which order, and by when."""

    room = "周期和报送"
    fields = ["period", "department", "mode", "order", "exception_until", "exception_reason", "submitted_at"]
    readonly_fields = ["submitted_at"]
    list_display = ["department", "period", "mode", "order", "exception_until", "submitted_at"]
    list_select_related = ["department", "period"]
    list_filter = [PeriodChoice, choice_of("mode", "方式", ReportDuty.Mode.choices), DepartmentChoice]
    actions = ["make_oral", "make_written"]

    def get_readonly_fields(self, request: HttpRequest, obj: ReportDuty | None = None) -> list[str]:
        """Keep whose duty it is once it stands."""
        return ["submitted_at"] + (["period", "department"] if obj else [])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the duties of a closed period alone."""
        return super().has_change_permission(request, obj) and (obj is None or obj.period.state != Period.State.CLOSED)

    @admin.action(description="改为会议汇报", permissions=["change"])
    def make_oral(self, request: HttpRequest, rows: models.QuerySet[ReportDuty]) -> HttpResponse | None:
        """Let these departments report at the meeting."""
        return self._set_mode(request, rows, ReportDuty.Mode.ORAL)

    @admin.action(description="改为书面汇报", permissions=["change"])
    def make_written(self, request: HttpRequest, rows: models.QuerySet[ReportDuty]) -> HttpResponse | None:
        """Let these departments report on paper."""
        return self._set_mode(request, rows, ReportDuty.Mode.WRITTEN)

    def _set_mode(self, request: HttpRequest, rows: models.QuerySet[ReportDuty], mode: ReportDuty.Mode) -> HttpResponse | None:
        form = WhyForm(posted(request))
        if not form.is_valid():
            notes = ["会议发言次序在每个单位的页面里填。"] if mode is ReportDuty.Mode.ORAL else ["会议发言次序会改成 0。"]
            return ask(self, request, rows, form, title=f"改为{mode.label}", button=f"改为{mode.label}", notes=notes)
        changed = [duty for duty in rows.exclude(mode=mode) if self.has_change_permission(request, duty)]
        with transaction.atomic():
            for duty in changed:
                write_mode(duty, mode, form.reason)
        self.message_user(request, f"{len(changed)} 个单位改为{mode.label}。", messages.SUCCESS)
        return None


def write_mode(duty: ReportDuty, mode: ReportDuty.Mode, reason: str) -> None:
    """Change how a department reports; who reports on paper has no turn at the meeting."""
    duty.mode = mode
    if mode is ReportDuty.Mode.WRITTEN:
        duty.order = 0
    because(duty, reason)
    duty.save()
