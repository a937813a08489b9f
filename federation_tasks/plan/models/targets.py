"""What a department commits itself to for a year (年度目标)."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models.goals import Goal, Initiative, PolicyDocument
from federation_tasks.plan.models.periods import YEARS

ABOVE_ZERO = MinValueValidator(Decimal("0.01"), "数量要大于 0；没有数量请留空。")


class TargetChange(models.Model):
    """What stands beside the old values of a changed target: who approved it and by which document, as typed."""

    approver = models.CharField("批准人", max_length=64, blank=True)
    document_number = models.CharField("批准文号", max_length=64, blank=True)

    class Meta:
        abstract = True


class TargetQuerySet(WatchedQuerySet["Target"]):
    """Sum up what the tasks of a target have done."""

    def with_done(self) -> "TargetQuerySet":
        """Annotate `done`: the sum over its tasks, a chain that was carried over counted once (domain.md, Progress)."""
        counted = ~Q(tasks__state="carried_over")
        return self.annotate(done=Sum("tasks__quantity_done", filter=counted, default=Decimal(0)))


class Target(models.Model):
    """A department's commitment for a year: indicator, quantity with unit, completion standard."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="targets", verbose_name="责任单位")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="targets", verbose_name="目标")
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="重点举措")
    policy = models.ForeignKey(PolicyDocument, models.PROTECT, null=True, blank=True, related_name="targets", verbose_name="政策依据")
    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    indicator = models.CharField("指标", max_length=200)
    quantity = models.DecimalField(
        "数量", max_digits=14, decimal_places=2, null=True, blank=True, validators=[ABOVE_ZERO], help_text="只填数字；没有数量的留空。"
    )
    unit = models.CharField("单位", max_length=16, blank=True, help_text="例如：名、例、所、万元。")
    standard = models.TextField("完成标准", blank=True)
    is_breakthrough = models.BooleanField("力争大的突破", default=False)

    objects: ClassVar[Any] = TargetQuerySet.as_manager()
    history = HistoricalRecords(bases=[TargetChange], verbose_name="年度目标历史")

    class Meta:
        verbose_name = verbose_name_plural = "年度目标"
        ordering = ["-year", "department__order", "goal__number", "id"]
        indexes = [models.Index(fields=["year", "department", "goal"], name="plan_target_where")]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name="plan_target_quantity_positive"),
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                name="plan_target_quantity_has_unit",
                violation_error_message="填了数量就要填单位，例如：名、例、所。",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator

    def clean(self) -> None:
        """Refuse a quantity without a unit, and an initiative of another goal."""
        if self.quantity is not None and not self.unit.strip():
            raise ValidationError({"unit": "填了数量就要填单位，例如：名、例、所。"})
        if self.initiative_id and self.initiative and self.goal_id and self.initiative.goal_id != self.goal_id:
            raise ValidationError({"initiative": f"这项举措属于“{self.initiative.goal}”，和所选目标不一致，请改其中一个。"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the target; its tasks follow it to another goal."""
        super().save(*args, **kwargs)
        self.tasks.exclude(goal_id=self.goal_id).update(goal_id=self.goal_id)


@receiver(pre_create_historical_record, sender=Target.history.model)
def keep_approval(history_instance: Any, instance: Target, **_kwargs: Any) -> None:
    """Put the approval that goes with a change, where one was typed, beside the old values."""
    approval = getattr(instance, "_approval", {})
    history_instance.approver = approval.get("approver", "")
    history_instance.document_number = approval.get("document_number", "")
