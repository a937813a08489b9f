"""The circular (通报): who stands where at the end of a half-year, as it was issued."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Period
from federation_tasks.reports.models.version import hash_of


class Circular(models.Model):
    """What was told to everyone about one half-year. It is issued once and never changes, and its hash tells if it did."""

    FROZEN = ("period_id", "number", "intro", "content", "issued_by_id", "acting_as", "issued_on")

    period = models.OneToOneField(Period, models.PROTECT, related_name="circular", verbose_name="半年")
    number = models.CharField("文号", max_length=64, unique=True, error_messages={"unique": "这个文号已经用过，请核对后换一个。"})
    intro = models.TextField("前言", blank=True)
    content = models.JSONField("内容")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="印发人")
    acting_as = models.CharField("身份", max_length=128)
    issued_on = models.DateField("印发日")
    issued_at = models.DateTimeField("印发时间", auto_now_add=True)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通报"
        ordering = ["-period__year", "-period__half"]

    def __str__(self) -> str:
        return f"{self.period}通报"

    def get_absolute_url(self) -> str:
        """Return the address where it is read."""
        return reverse("meetings:circular", args=[self.period.code])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it with the hash of what it says. What was issued is not written again."""
        if not self._state.adding:
            raise TypeError("a circular is issued once and never changed")
        self.sha256 = self.hashed()
        super().save(*args, **kwargs)

    def hashed(self) -> str:
        """Return the hash of what it says now."""
        values = {name: getattr(self, name) for name in self.FROZEN}
        return hash_of({name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()})

    @property
    def is_as_issued(self) -> bool:
        """Say whether it still is what was issued."""
        return self.hashed() == self.sha256
