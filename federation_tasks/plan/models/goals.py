"""What the federation steers by: five goals, each with its gap, and what they rest on."""

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from federation_tasks.audit.bulk import WatchedQuerySet


class Goal(models.Model):
    """One of the five goals (五个积极主动) with the gap (差距) that it closes."""

    number = models.PositiveSmallIntegerField("序号", unique=True)
    name = models.CharField("名称", max_length=32, unique=True, help_text="例如：落实政策。")
    gap_name = models.CharField("对应差距", max_length=32, help_text="例如：政策落实。")
    description = models.TextField("说明", blank=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="目标历史")

    class Meta:
        verbose_name = verbose_name_plural = "五个积极主动"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Initiative(models.Model):
    """A key measure (重点举措) under a goal."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="initiatives", verbose_name="目标")
    name = models.CharField("名称", max_length=128)
    description = models.TextField("说明", blank=True)
    order = models.PositiveIntegerField("排序", default=0)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="举措历史")

    class Meta:
        verbose_name = verbose_name_plural = "重点举措"
        ordering = ["goal__number", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["goal", "name"], name="plan_initiative_once_per_goal")]

    def __str__(self) -> str:
        return self.name


class PolicyDocument(models.Model):
    """A document that work rests on (政策依据)."""

    issuer = models.CharField("发文机关", max_length=128)
    number = models.CharField("文号", max_length=64, blank=True)
    title = models.CharField("标题", max_length=256, blank=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="政策依据历史")

    class Meta:
        verbose_name = verbose_name_plural = "政策依据"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["issuer", "number", "title"], name="plan_policydocument_once")]

    def __str__(self) -> str:
        return f"{self.issuer}{self.number}" + (f"《{self.title}》" if self.title else "")


class PolicyClause(models.Model):
    """A sentence quoted from a document, with what it is used for."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="clauses", verbose_name="文件")
    subject = models.CharField("事项", max_length=64, blank=True)
    text = models.TextField("原文")
    order = models.PositiveIntegerField("排序", default=0)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="条款历史")

    class Meta:
        verbose_name = verbose_name_plural = "条款"
        ordering = ["document", "order", "id"]

    def __str__(self) -> str:
        return self.subject or self.text[:30]


class AchievementTheme(models.Model):
    """One of the five things that got better (五个更加), under which a report names its achievements."""

    number = models.PositiveSmallIntegerField("序号", unique=True)
    name = models.CharField("名称", max_length=64, unique=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="五个更加历史")

    class Meta:
        verbose_name = verbose_name_plural = "五个更加"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name
