"""How far a task has come: milestones, and dated statements that are never edited."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models.tasks import Task


class Milestone(models.Model):
    """A step of a task that is measured by milestones; its weight is its share of the whole."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="milestones", verbose_name="任务")
    name = models.CharField("里程碑", max_length=128)
    weight = models.PositiveSmallIntegerField("权重", default=1, validators=[MinValueValidator(1, "权重至少是 1。")])
    due = models.DateField("计划完成日", null=True, blank=True)
    done_on = models.DateField("完成日", null=True, blank=True, editable=False)
    order = models.PositiveIntegerField("排序", default=0)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="里程碑历史")

    class Meta:
        verbose_name = verbose_name_plural = "里程碑"
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(condition=Q(weight__gt=0), name="plan_milestone_weight_positive", violation_error_message="权重至少是 1。")]

    def __str__(self) -> str:
        return self.name


class ProgressUpdateQuerySet(WatchedQuerySet["ProgressUpdate"]):
    """Order statements by what they are about."""

    def newest_first(self) -> "ProgressUpdateQuerySet":
        """Order by date, then by id: the first one counts (domain.md, Words)."""
        return self.order_by("-on", "-pk")


class ProgressUpdate(models.Model):
    """A dated statement of how far a task has come (进展). Never edited, only followed by a newer one."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="updates", verbose_name="任务")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="填报单位")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    acting_as = models.CharField("身份", max_length=128, blank=True)
    on = models.DateField("日期")
    text = models.TextField("进展说明")
    quantity_done = models.DecimalField("累计完成", max_digits=14, decimal_places=2, null=True, blank=True)
    milestones_done = models.JSONField("已完成的里程碑", default=list, blank=True)
    progress = models.PositiveSmallIntegerField("进度（%）", validators=[MaxValueValidator(100)])
    reason = models.TextField("进度降低的原因", blank=True)
    is_from_report = models.BooleanField("来自半年汇报", default=False, editable=False)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects: ClassVar[Any] = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "进展"
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["task", "-on", "-id"], name="plan_update_newest")]
        constraints = [models.CheckConstraint(condition=Q(progress__lte=100), name="plan_update_progress_at_most_100")]

    def __str__(self) -> str:
        return f"{self.on} {self.text[:30]}"
