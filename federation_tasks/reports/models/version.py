"""What was submitted, frozen."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.reports.models.report import Report


class ReportVersionQuerySet(WatchedQuerySet["ReportVersion"]):
    """Tell what leaders may read from what was taken back unread."""

    def standing(self) -> "ReportVersionQuerySet":
        """Return the versions that were not withdrawn, newest first."""
        return self.filter(withdrawn_at__isnull=True).order_by("-number")


class ReportVersion(models.Model):
    """What was submitted, frozen with its figures and the plan as it stood. Its content never changes."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions", verbose_name="汇报")
    number = models.PositiveSmallIntegerField("第几稿")
    content = models.JSONField("内容")
    # Problems by goal number, [how many, how many without a measure]: what is ranked, without reading the texts.
    gaps = models.JSONField("各差距的问题数", default=dict)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    acting_as = models.CharField("身份", max_length=128)
    submitted_at = models.DateTimeField("报送时间")
    is_late = models.BooleanField("迟报", default=False)
    opened_at = models.DateTimeField("领导首次打开", null=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, editable=False)

    objects: ClassVar[Any] = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇报稿"
        ordering = ["report", "-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reports_version_once")]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 稿"

    def get_absolute_url(self) -> str:
        """Return the address where this version is read."""
        return reverse("reports:version", args=[self.report.period.code, self.report.department.code, self.number])
