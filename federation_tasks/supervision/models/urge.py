"""Urging (催办): the office asks a department for what it owes. One act of urging is a notice; each thing urged is a row with its own life."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.supervision.models.instruction import InstructionDuty
from federation_tasks.supervision.models.rules import UrgeStage
from federation_tasks.workflow.models import Moving


class UrgeState(models.TextChoices):
    """Where an urge stands."""

    SENT = "sent", "待回应"
    ANSWERED = "answered", "已回应"
    SETTLED = "settled", "已办到"
    WITHDRAWN = "withdrawn", "已撤回"


class UrgeNotice(models.Model):
    """One act of urging by the office: whatever was urged in one step, with one note."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="催办人")
    acting_as = models.CharField("身份", max_length=128, blank=True)
    note = models.TextField("催办说明")
    on = models.DateField("日期")
    at = models.DateTimeField("时间", auto_now_add=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催办通知"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.on} 催办"


class UrgeQuerySet(WatchedQuerySet["Urge"]):
    """Ask urges about people."""

    def visible_to(self, access: Access) -> Self:
        """Return the urges to departments whose tasks this person may read."""
        if access.everywhere(Capability.READ_TASKS):
            return self
        return self.filter(department__in=access.departments(Capability.READ_TASKS).values("pk"))

    def unanswered(self) -> Self:
        """Return those that the department has neither answered nor done."""
        return self.filter(state=UrgeState.SENT)


class Urge(Moving):
    """One thing that was urged: a task, a report that is missing, or an instruction. Exactly one of the three."""

    State = UrgeState
    Stage = UrgeStage.Stage

    notice = models.ForeignKey(UrgeNotice, models.PROTECT, related_name="urges", verbose_name="催办通知")
    stage = models.CharField("级别", max_length=8, choices=UrgeStage.Stage)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="urges", verbose_name="任务")
    report_duty = models.ForeignKey(ReportDuty, models.PROTECT, null=True, blank=True, related_name="urges", verbose_name="报送责任")
    instruction_duty = models.ForeignKey(InstructionDuty, models.PROTECT, null=True, blank=True, related_name="urges", verbose_name="要求的落实")
    department = models.ForeignKey(Department, models.PROTECT, related_name="urges", verbose_name="部室或单位")
    period = models.ForeignKey(Period, models.PROTECT, related_name="urges", verbose_name="周期")
    state = models.CharField("状态", max_length=16, choices=UrgeState, editable=False)
    days_late = models.IntegerField("催办时逾期天数", help_text="负数是离到期还有几天。")
    answer = models.TextField("回应", blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回应人")
    answered_on = models.DateField("回应日", null=True, blank=True)

    objects: ClassVar[Any] = UrgeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(task__isnull=False, report_duty__isnull=True, instruction_duty__isnull=True)
                | Q(task__isnull=True, report_duty__isnull=False, instruction_duty__isnull=True)
                | Q(task__isnull=True, report_duty__isnull=True, instruction_duty__isnull=False),
                name="supervision_urge_about_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["department", "state"], name="supervision_urge_of_dept")]

    def __str__(self) -> str:
        return f"催办：{self.subject}"

    @property
    def subject(self) -> Task | ReportDuty | InstructionDuty:
        """Return what was urged."""
        found = self.task or self.report_duty or self.instruction_duty
        assert found is not None  # the database holds it to one of the three
        return found

    @property
    def title(self) -> str:
        """Return what was urged, as people call it."""
        if self.report_duty:
            return f"{self.report_duty.period}工作汇报"
        if self.instruction_duty:
            return f"{self.instruction_duty.instruction}"
        return str(self.subject)

    def get_absolute_url(self) -> str:
        """Return the address of what was urged."""
        if self.report_duty:
            return self.department.get_absolute_url()
        return str(self.subject.get_absolute_url())  # type: ignore[union-attr]

    def moving_department(self) -> Department:
        """Return the department that was urged."""
        return self.department

    def moving_period(self) -> str:
        """Return the code of the period in which it was urged."""
        return str(self.period.code)

    @property
    def on(self) -> dt.date:
        """Return the day of urging."""
        return self.notice.on
