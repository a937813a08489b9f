"""The half-year (半年) and who owes a report in it."""

import datetime as dt
import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet

YEARS = [MinValueValidator(2000), MaxValueValidator(2100)]
CODE = re.compile(r"^(\d{4})H([12])$")


class PeriodQuerySet(WatchedQuerySet["Period"]):
    """Find periods by code and day."""

    def with_code(self, code: str) -> "PeriodQuerySet":
        """Return the period of this code (2026H2); none where it is no such code."""
        found = CODE.match(code or "")
        return self.filter(year=int(found[1]), half=int(found[2])) if found else self.none()

    def owed(self) -> "PeriodQuerySet":
        """Return the periods whose tasks are owed and counted: not the planned ones (domain.md, The lights)."""
        return self.exclude(state=Period.State.PLANNED)

    def to_close(self, day: dt.date) -> "PeriodQuerySet":
        """Return the open periods that can be closed by this day, the oldest first: they are over, or their meeting is."""
        return self.filter(Q(ends_on__lt=day) | Q(meeting_on__lt=day), state=Period.State.OPEN).order_by("starts_on")

    def holding(self, day: dt.date) -> "Period | None":
        """Return the period that holds this day; where there is none, the newest one that has begun, else the first to come."""
        owed = self.owed()
        return owed.filter(starts_on__lte=day).order_by("-starts_on").first() or owed.order_by("starts_on").first()


class Period(models.Model):
    """A half-year: planned, then open, then closed. Two may be open at once; a closed one does not reopen."""

    class State(models.TextChoices):
        PLANNED = "planned", "筹划中"
        OPEN = "open", "进行中"
        CLOSED = "closed", "已关闭"

    class Half(models.IntegerChoices):
        FIRST = 1, "上半年"
        SECOND = 2, "下半年"

    year = models.PositiveSmallIntegerField("年度", validators=YEARS)
    half = models.PositiveSmallIntegerField("半年", choices=Half)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PLANNED)
    starts_on = models.DateField("第一天", editable=False)
    ends_on = models.DateField("最后一天", editable=False)
    report_deadline = models.DateTimeField("汇报报送截止", null=True, blank=True)
    meeting_on = models.DateField("汇报会日期", null=True, blank=True)

    objects: ClassVar[Any] = PeriodQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="周期历史")

    class Meta:
        verbose_name = verbose_name_plural = "半年周期"
        ordering = ["-year", "-half"]
        constraints = [
            models.UniqueConstraint(fields=["year", "half"], name="plan_period_once", violation_error_message="这个半年已经有了。"),
            models.CheckConstraint(condition=Q(half__in=[1, 2]), name="plan_period_half"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plan_period_days"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_half_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the days that follow from year and half."""
        self.starts_on, self.ends_on = half_year(self.year, self.half)
        super().save(*args, **kwargs)

    @property
    def code(self) -> str:
        """Return the code used in addresses: 2026H2."""
        return f"{self.year}H{self.half}"

    @property
    def is_owed(self) -> bool:
        """Say whether the tasks of this period are owed and counted."""
        return self.state != self.State.PLANNED

    def refusal_unless_open(self, what: str) -> str:
        """Return the sentence for something that only an open period takes, such as "任务不能再变动"; empty where it is open."""
        if self.state == self.State.OPEN:
            return ""
        return f"{self}{self.get_state_display()}，{what}。已关闭的周期不再打开，需要更正请在下一期说明。"

    @property
    def next_half(self) -> str:
        """Return what a report calls the half-year that follows, such as 下半年."""
        return "下半年" if self.half == self.Half.FIRST else "明年上半年"

    def elapsed(self, day: dt.date) -> int:
        """Return how many percent of the period's days are gone by on this day, 0 to 100, rounded down (序时进度)."""
        days = (self.ends_on - self.starts_on).days + 1
        return min(100, max(0, 100 * (day - self.starts_on).days // days))


def half_year(year: int, half: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a half-year."""
    if half == Period.Half.FIRST:
        return dt.date(year, 1, 1), dt.date(year, 6, 30)
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


class ReportDutyQuerySet(WatchedQuerySet["ReportDuty"]):
    """Ask who owes a report."""

    def missing(self) -> "ReportDutyQuerySet":
        """Return the duties for which nothing has been submitted."""
        return self.filter(submitted_at__isnull=True)


class ReportDuty(models.Model):
    """One department's duty to report in one period (报送责任): how, in which order, and by when."""

    class Mode(models.TextChoices):
        ORAL = "oral", "会议汇报"
        WRITTEN = "written", "书面汇报"

    period = models.ForeignKey(Period, models.PROTECT, related_name="duties", verbose_name="周期")
    department = models.ForeignKey(Department, models.PROTECT, related_name="duties", verbose_name="部室或单位")
    mode = models.CharField("方式", max_length=8, choices=Mode, default=Mode.WRITTEN)
    order = models.PositiveIntegerField("会议发言次序", default=0, help_text="书面汇报填 0。")
    exception_until = models.DateTimeField("个别放宽到", null=True, blank=True, help_text="只对这个单位放宽；留空就按周期的截止时间。")
    exception_reason = models.TextField("放宽理由", blank=True)
    submitted_at = models.DateTimeField("首次报送时间", null=True, blank=True, editable=False)

    objects: ClassVar[Any] = ReportDutyQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="报送责任历史")

    class Meta:
        verbose_name = verbose_name_plural = "报送责任"
        ordering = ["period", "order", "department__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "department"], name="plan_reportduty_once", violation_error_message="这个单位本期的报送责任已经登记过了。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.period} {self.get_mode_display()}"

    def clean(self) -> None:
        """Ask for the reason of an exception."""
        if self.exception_until and not self.exception_reason.strip():
            raise ValidationError({"exception_reason": "放宽报送时间要写明理由。"})

    @property
    def deadline(self) -> dt.datetime | None:
        """Return when the report is due, the department's own exception first; None where none has been set."""
        return self.exception_until or self.period.report_deadline

    @property
    def is_late(self) -> bool:
        """Say whether what was submitted came after the deadline (迟报)."""
        return bool(self.submitted_at and self.deadline and self.submitted_at > self.deadline)

    def is_missing_on(self, day: dt.date) -> bool:
        """Say whether on this day the deadline has passed and nothing was submitted (未按期报送)."""
        return self.submitted_at is None and self.deadline is not None and timezone.localdate(self.deadline) < day
