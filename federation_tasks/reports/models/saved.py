"""What happened to a report's text between two submissions: each save with the fields it changed, and who has it open."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from federation_tasks.reports.models.report import Report


class Saved(models.Model):
    """One save of a draft: which fields it changed, from what to what, as the form shows them.

    By these a save against an older page is merged field by field and never wins silently. A submission drops those before it: what
    was said then is kept by its version.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="saves", verbose_name="汇报")
    number = models.PositiveIntegerField("修订号")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存人")
    at = models.DateTimeField("保存时间")
    page = models.CharField("页面的记号", max_length=12, help_text="同一页先后两次保存，不是两个人。")
    changes = models.JSONField("改了什么", help_text="按栏目：[原来, 现在]。")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "草稿的保存"
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reports_saved_once")]

    def __str__(self) -> str:
        return f"{self.report} 修订 {self.number}"


class Opened(models.Model):
    """That somebody has the form of a report open: no statement, gone a while after the page is."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="openings", verbose_name="汇报")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="打开的人")
    seen_at = models.DateTimeField("最近一次")

    objects: ClassVar[Any] = models.Manager()
    HOLDS = dt.timedelta(minutes=1)  # after which a page that says nothing any more counts as closed

    class Meta:
        verbose_name = verbose_name_plural = "正在打开的汇报"
        constraints = [models.UniqueConstraint(fields=["report", "by"], name="reports_opened_once")]

    def __str__(self) -> str:
        return f"{self.by} {self.report}"
