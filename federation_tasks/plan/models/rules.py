"""The data of the lights: the thresholds with the day from which they hold, and the lights' names."""

import datetime as dt
from typing import Any, ClassVar, TypeVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.snapshot import is_one_snapshot, once

Rule = TypeVar("Rule", bound=models.Model)


class DatedRuleQuerySet(WatchedQuerySet[Rule]):
    """Find the rule of a day among rows that hold from a day on (`valid_from`)."""

    def on(self, day: dt.date) -> Rule:
        """Return the rule that holds on this day; the first one for days before any was set, and what is delivered where there is none."""
        if is_one_snapshot():
            rules: list[Any] = self.all_by_day()
            return ([rule for rule in rules if rule.valid_from <= day] or rules[:1] or [self.model(valid_from=dt.date(2000, 1, 1))])[-1]
        rule = self.filter(valid_from__lte=day).order_by("-valid_from").first() or self.order_by("valid_from").first()
        return rule or self.model(valid_from=dt.date(2000, 1, 1))

    def all_by_day(self) -> "list[Rule]":
        """Return all rules in the order of their days; a page reads them once."""
        return once(self.model, lambda: list(self.order_by("valid_from")))


class LightRuleQuerySet(DatedRuleQuerySet["LightRule"]):
    """Find the thresholds of a day."""

    def applied(self) -> "LightRule":
        """Return the thresholds by which the turning days of all tasks stand in their columns."""
        return self.filter(is_applied=True).first() or LightRule(valid_from=dt.date(2000, 1, 1), is_applied=True)

    def on_and_applied(self, day: dt.date) -> tuple["LightRule", "LightRule"]:
        """Return both of the above with one query, for a page that asks about many tasks."""
        rules: list[Any] = self.all_by_day() or [LightRule(valid_from=dt.date(2000, 1, 1), is_applied=True)]
        begun = [rule for rule in rules if rule.valid_from <= day]
        applied = [rule for rule in rules if rule.is_applied]
        return begun[-1] if begun else rules[0], applied[0] if applied else LightRule(valid_from=dt.date(2000, 1, 1), is_applied=True)


class LightRule(models.Model):
    """Thresholds of the lights from a day on. Past days keep theirs (domain.md, The lights)."""

    valid_from = models.DateField("从哪天起", unique=True)
    behind_points = models.PositiveSmallIntegerField("滞后界线（百分点）", default=10, validators=[MaxValueValidator(100)])
    soon_days = models.PositiveSmallIntegerField("临期天数", default=7, validators=[MaxValueValidator(90)])
    is_applied = models.BooleanField("各任务的变灯日按这一行", default=False, editable=False)

    objects: ClassVar[Any] = LightRuleQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="亮灯规则历史")

    class Meta:
        verbose_name = verbose_name_plural = "亮灯规则"
        ordering = ["-valid_from"]
        constraints = [models.UniqueConstraint(fields=["is_applied"], condition=Q(is_applied=True), name="plan_lightrule_one_applied")]

    def __str__(self) -> str:
        return f"{self.valid_from} 起：滞后 {self.behind_points} 个百分点，临期 {self.soon_days} 天"

    @property
    def thresholds(self) -> tuple[int, int]:
        """Return points of percent behind, and days before the due date."""
        return self.behind_points, self.soon_days


class LightName(models.Model):
    """What a light is called here. No national standard fixes it."""

    light = models.CharField("灯", max_length=8, unique=True, editable=False)
    name = models.CharField("叫法", max_length=8)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="叫法历史")

    class Meta:
        verbose_name = verbose_name_plural = "灯的叫法"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
