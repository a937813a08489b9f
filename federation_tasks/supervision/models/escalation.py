"""Escalation (升级): what stays overdue goes up one step at a time, head, deputy in charge, principal; each step is a row."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from departments.access import Access, Capability
from departments.models import Department, Leader
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Period, Task
from federation_tasks.supervision.models.instruction import InstructionDuty


class EscalationQuerySet(WatchedQuerySet["Escalation"]):
    """Ask escalations about people."""

    def visible_to(self, access: Access) -> Self:
        """Return the steps about departments whose tasks this person may read."""
        if access.everywhere(Capability.READ_TASKS):
            return self
        return self.filter(department__in=access.departments(Capability.READ_TASKS).values("pk"))


class Escalation(models.Model):
    """One step of one overdue thing. An extension that runs out begins anew: the steps are counted by the due date that was missed."""

    class Step(models.IntegerChoices):
        HEAD = 1, "负责人"
        DEPUTY = 2, "分管领导"
        PRINCIPAL = 3, "主要领导"

    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="任务")
    instruction_duty = models.ForeignKey(InstructionDuty, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="要求的落实")
    department = models.ForeignKey(Department, models.PROTECT, related_name="escalations", verbose_name="部室或单位")
    period = models.ForeignKey(Period, models.PROTECT, related_name="escalations", verbose_name="周期")
    due = models.DateField("到期日")
    step = models.PositiveSmallIntegerField("升级到", choices=Step)
    leader = models.ForeignKey(Leader, models.PROTECT, null=True, blank=True, related_name="escalations", verbose_name="领导")
    on = models.DateField("日期")
    at = models.DateTimeField("时间", auto_now_add=True)

    objects: ClassVar[Any] = EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "升级"
        ordering = ["-on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["task", "due", "step"], condition=Q(task__isnull=False), name="supervision_escalation_task_step_once"),
            models.UniqueConstraint(
                fields=["instruction_duty", "due", "step"], condition=Q(instruction_duty__isnull=False), name="supervision_escalation_duty_step_once"
            ),
            models.CheckConstraint(
                condition=Q(task__isnull=False, instruction_duty__isnull=True) | Q(task__isnull=True, instruction_duty__isnull=False),
                name="supervision_escalation_about_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["leader", "-on"], name="supervision_escalation_to")]

    def __str__(self) -> str:
        return f"{self.on} 升级到{self.get_step_display()}"
