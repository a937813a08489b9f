"""Where the federation's own working days differ from the state calendar's."""

from typing import Any, ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from federation_tasks.audit.bulk import WatchedQuerySet


class WorkdayOverride(models.Model):
    """One day that is a working day, or is not, whatever the state calendar says."""

    day = models.DateField("日期", unique=True)
    is_workday = models.BooleanField("是工作日", help_text="打勾：这天上班；不打勾：这天放假。")
    note = models.CharField("说明", max_length=128, blank=True, help_text="例如：国务院办公厅通知，春节调休。")

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="工作日调整历史")

    class Meta:
        verbose_name = verbose_name_plural = "工作日调整"
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_workday else '放假'}"
