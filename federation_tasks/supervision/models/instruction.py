"""What a leader requires (明确要求): one instruction, and for each department that it is addressed to a duty with its own life."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from departments.access import Access, Capability
from departments.models import Department, Leader
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.workflow.models import Moving


class Instruction(models.Model):
    """One sentence of a leader's, numbered within its half-year. It is written once and never edited; its duties live on."""

    class Source(models.TextChoices):
        PLAIN = "plain", "直接提出"
        TASK = "task", "任务"
        REPORT = "report", "审阅汇报"
        MEETING = "meeting", "汇报会"

    leader = models.ForeignKey(Leader, models.PROTECT, related_name="instructions", verbose_name="提出的领导")
    period = models.ForeignKey(Period, models.PROTECT, related_name="instructions", verbose_name="提出时的半年")
    number = models.PositiveIntegerField("编号", help_text="半年内连续编号。")
    text = models.TextField("要求")
    due = models.DateField("办理期限")
    source = models.CharField("来源", max_length=8, choices=Source, default=Source.PLAIN)
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name="所涉任务")
    report_duty = models.ForeignKey(ReportDuty, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name="所涉汇报")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    made_on = models.DateField("提出日")
    # Which sending of the form gave it, and as which of its sentences: the same form sent twice gives nothing twice.
    batch = models.UUIDField("提交编号", null=True, blank=True, editable=False)
    place = models.PositiveSmallIntegerField("在提交中的次序", default=1, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "明确要求"
        ordering = ["-period", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["period", "number"], name="supervision_instruction_number_once"),
            models.UniqueConstraint(fields=["batch", "place"], name="supervision_instruction_given_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period}第 {self.number} 号要求"

    def get_absolute_url(self) -> str:
        """Return the address where it is read."""
        return reverse("supervision:instruction", args=[self.pk])


class DutyState(models.TextChoices):
    """Where an instruction stands in one department."""

    ASSIGNED = "assigned", "待签收"
    ACKNOWLEDGED = "acknowledged", "办理中"
    ANSWERED = "answered", "已答复，待销号"
    SENT_BACK = "sent_back", "退回重办"
    CLOSED = "closed", "已销号"


class InstructionDutyQuerySet(WatchedQuerySet["InstructionDuty"]):
    """Ask what is owed on instructions, and by whom it may be read."""

    def still_open(self) -> Self:
        """Return the duties that no leader has closed."""
        return self.exclude(state=DutyState.CLOSED)

    def overdue_on(self, day: dt.date) -> Self:
        """Return the duties that are overdue on this day, the longest overdue first: from the day after the due date until closed."""
        return self.still_open().filter(instruction__due__lt=day).order_by("instruction__due", "pk")

    def waiting(self) -> Self:
        """Return the answers that await a leader."""
        return self.filter(state=DutyState.ANSWERED)

    def visible_to(self, access: Access) -> Self:
        """Return the duties of departments whose tasks this person may read, and those on what he required himself as a leader."""
        if access.everywhere(Capability.READ_TASKS):
            return self
        mine = Q(department__in=access.departments(Capability.READ_TASKS).values("pk"))
        return self.filter(mine | Q(instruction__leader=access.leader) if access.leader else mine)


class InstructionDuty(Moving):
    """What one department owes on one instruction. Closed only by agreement of a leader (domain.md, An instruction's life)."""

    State = DutyState

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="duties", verbose_name="要求")
    department = models.ForeignKey(Department, models.PROTECT, related_name="instruction_duties", verbose_name="部室或单位")
    period = models.ForeignKey(Period, models.PROTECT, related_name="instruction_duties", verbose_name="现在所在的半年")
    state = models.CharField("状态", max_length=16, choices=DutyState, editable=False)
    acknowledged_on = models.DateField("签收日", null=True, blank=True, editable=False)
    answer = models.TextField("落实情况", blank=True, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="答复人")
    answered_on = models.DateField("答复日", null=True, blank=True, editable=False)
    closed_on = models.DateField("销号日", null=True, blank=True, editable=False)

    objects: ClassVar[Any] = InstructionDutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "要求的落实"
        ordering = ["instruction", "department__order"]
        constraints = [
            models.UniqueConstraint(fields=["instruction", "department"], name="supervision_duty_once"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_on__isnull=False), name="supervision_duty_closing_dated"),
            models.CheckConstraint(condition=~Q(state="answered") | Q(answered_on__isnull=False), name="supervision_duty_answer_dated"),
        ]
        indexes = [
            models.Index(fields=["department", "state"], name="supervision_duty_of_dept"),
            models.Index(fields=["period", "state"], name="supervision_duty_of_period"),
        ]

    def __str__(self) -> str:
        return f"{self.instruction} · {self.department}"

    def get_absolute_url(self) -> str:
        """Return the address where it is read: its instruction's page, at this department."""
        return f"{reverse('supervision:instruction', args=[self.instruction_id])}#duty-{self.pk}"

    def moving_department(self) -> Department:
        """Return the department that owes it."""
        return self.department

    def moving_period(self) -> str:
        """Return the code of the half-year in whose list it stands."""
        return str(self.period.code)

    @property
    def due(self) -> dt.date:
        """Return the last day on which it is not overdue."""
        return self.instruction.due

    def is_overdue_on(self, day: dt.date) -> bool:
        """Say whether it is overdue on this day."""
        return self.state != DutyState.CLOSED and self.instruction.due < day

    def days_overdue_on(self, day: dt.date) -> int:
        """Return by how many calendar days it is overdue; 0 where it is not."""
        return (day - self.instruction.due).days if self.is_overdue_on(day) else 0
