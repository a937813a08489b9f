"""The data of supervision: how long may be waited, and under which conditions the office may urge how strongly."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models.rules import DatedRuleQuerySet


class SupervisionRule(models.Model):
    """How many days may pass, from a day on. The waiting times are working days, the grace days of an escalation calendar days."""

    valid_from = models.DateField("从哪天起", unique=True)
    acknowledge_within = models.PositiveSmallIntegerField("签收期限（工作日）", default=3, validators=[MinValueValidator(1), MaxValueValidator(30)])
    decide_within = models.PositiveSmallIntegerField("审定期限（工作日）", default=3, validators=[MinValueValidator(1), MaxValueValidator(30)])
    head_after = models.PositiveSmallIntegerField("逾期超过几天提醒负责人", default=0, validators=[MaxValueValidator(365)])
    deputy_after = models.PositiveSmallIntegerField("逾期超过几天升级到分管领导", default=7, validators=[MaxValueValidator(365)])
    principal_after = models.PositiveSmallIntegerField("逾期超过几天升级到主要领导", default=15, validators=[MaxValueValidator(365)])

    objects: ClassVar[Any] = DatedRuleQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="督查规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "督查规则"
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from} 起的督查规则"

    def clean(self) -> None:
        """Refuse steps that do not follow one another."""
        if not self.head_after < self.deputy_after < self.principal_after:
            raise ValidationError({"principal_after": "三级升级的天数要一级比一级大，例如 0、7、15。"})


class UrgeStageQuerySet(WatchedQuerySet["UrgeStage"]):
    """Find the stages with their conditions."""

    def by_stage(self) -> "dict[str, UrgeStage]":
        """Return the three stages, mildest first; one that has no row has the conditions that it was delivered with: one query."""
        rows = {row.stage: row for row in self}
        return {stage: rows.get(stage) or UrgeStage(stage=stage, **given) for stage, given in UrgeStage.DELIVERED.items()}


class UrgeStage(models.Model):
    """A stage of urging, blue, yellow, red, and what must be the case before the office may use it. What is empty asks nothing."""

    class Stage(models.TextChoices):
        BLUE = "blue", "蓝"
        YELLOW = "yellow", "黄"
        RED = "red", "红"

    DELIVERED: ClassVar[dict[str, dict[str, Any]]] = {
        Stage.BLUE: {"name": "蓝色提示", "days_late": None, "earlier": 0},
        Stage.YELLOW: {"name": "黄色预警", "days_late": 1, "earlier": 1},
        Stage.RED: {"name": "红色督办", "days_late": 7, "earlier": 2},
    }

    stage = models.CharField("级别", max_length=8, choices=Stage, unique=True, editable=False)
    name = models.CharField("叫法", max_length=16)
    days_late = models.SmallIntegerField("至少逾期几天", null=True, blank=True, help_text="留空就不看是否逾期。")
    earlier = models.PositiveSmallIntegerField("此前至少催办过几次", default=0, help_text="同一件事，不算撤回的。", validators=[MaxValueValidator(20)])

    objects: ClassVar[Any] = UrgeStageQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="催办级别历史")

    class Meta:
        verbose_name = verbose_name_plural = "催办级别"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
