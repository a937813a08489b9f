"""What was submitted, frozen."""

import datetime as dt
import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.audit.cleaning import canonical
from federation_tasks.reports.models.report import Report


class ReportVersionQuerySet(WatchedQuerySet["ReportVersion"]):
    """Tell what leaders may read from what was taken back unread."""

    def standing(self) -> "ReportVersionQuerySet":
        """Return the versions that were not withdrawn, newest first."""
        return self.filter(withdrawn_at__isnull=True).order_by("-number")


class ReportVersion(models.Model):
    """What was submitted, frozen with its figures and the plan as it stood. Its content never changes, and its hash tells if it did."""

    # What a version says: all of it but what happens to it afterwards, that a leader opened it or that it was taken back.
    FROZEN = ("report_id", "number", "content", "gaps", "submitted_by_id", "acting_as", "submitted_at", "is_late")

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
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)

    objects: ClassVar[Any] = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇报稿"
        ordering = ["report", "-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reports_version_once")]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 稿"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the version; the first time with the hash of what it says."""
        if self._state.adding:
            self.sha256 = self.hashed()
        super().save(*args, **kwargs)

    def hashed(self) -> str:
        """Return the hash of what the version says now."""
        return hash_of({name: getattr(self, name) for name in self.FROZEN})

    def get_absolute_url(self) -> str:
        """Return the address where this version is read."""
        return reverse("reports:version", args=[self.report.period.code, self.report.department.code, self.number])


def hash_of(frozen: dict[str, Any]) -> str:
    """Return the sha256 of values, written in the one way, whatever the database makes of their order and their time zone."""
    plain = {name: value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else value for name, value in frozen.items()}
    return hashlib.sha256(canonical(plain).encode(errors="surrogatepass")).hexdigest()
