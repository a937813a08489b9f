"""One department's report on one period, and who may see it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Period
from federation_tasks.workflow.models import Moving


class ReportState(models.TextChoices):
    """Where a report is in its life (domain.md, A report's life). Each state is named for what its author does next."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "审阅通过"
    ARCHIVED = "archived", "归档"


EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)


class ReportQuerySet(WatchedQuerySet["Report"]):
    """Ask reports about a person."""

    def visible_to(self, access: Access) -> "ReportQuerySet":
        """Return the reports whose page this person may open: what stands submitted, and the drafts of his own department."""
        drafting = Q(department__in=access.departments(Capability.DRAFT_REPORTS).values("pk"))
        reading = Q(department__in=access.departments(Capability.READ_SUBMITTED).values("pk"), standing__isnull=False)
        return self.filter(drafting | reading)

    def editable_by(self, access: Access) -> "ReportQuerySet":
        """Return the reports of the departments for which this person drafts."""
        return self.filter(department__in=access.departments(Capability.DRAFT_REPORTS).values("pk"))

    def awaiting(self) -> "ReportQuerySet":
        """Return the reports that await a leader (待您审定)."""
        return self.filter(state=ReportState.SUBMITTED, period__state=Period.State.OPEN)


class Report(Moving):
    """One department's report on one period: what was done, which problems there are, what comes next."""

    State = ReportState

    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name="周期")
    department = models.ForeignKey(Department, models.PROTECT, related_name="reports", verbose_name="部室或单位")
    state = models.CharField("状态", max_length=16, choices=ReportState, default=ReportState.DRAFT, editable=False)
    arrangements = models.TextField("下步工作安排", blank=True)
    revision = models.PositiveIntegerField("修订号", default=0, editable=False, help_text="每保存一次加一；旧修订号的保存不会覆盖新的。")
    submissions = models.PositiveSmallIntegerField("报送次数", default=0, editable=False)
    # What leaders read: the newest version that was not withdrawn.
    standing = models.ForeignKey(
        "reports.ReportVersion", models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name="领导看到的一稿"
    )
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="报送人")
    submitted_at = models.DateTimeField("最近报送时间", null=True, editable=False)
    approved_on = models.DateField("审阅通过日", null=True, editable=False)
    # When it was first saved. What was saved before a submission is dropped by it, and on a past day it must be known that a draft was there.
    begun_at = models.DateTimeField("开始起草时间", null=True, editable=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="最近修改人")
    edited_at = models.DateTimeField("最近修改时间", null=True, editable=False)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "半年工作汇报"
        ordering = ["-period", "department__order"]
        constraints = [models.UniqueConstraint(fields=["period", "department"], name="reports_report_once")]

    def __str__(self) -> str:
        return f"{self.department} {self.period}工作汇报"

    def get_absolute_url(self) -> str:
        """Return the address where this report is read."""
        return reverse("reports:report", args=[self.period.code, self.department.code])

    def moving_department(self) -> Department:
        """Return the department whose report this is."""
        return self.department

    def moving_period(self) -> str:
        """Return the code of the period reported on."""
        return str(self.period.code)

    @property
    def is_editable(self) -> bool:
        """Say whether its authors may change it now."""
        return self.state in EDITABLE

    @property
    def is_begun(self) -> bool:
        """Say whether anything was saved in it: a form that was only opened is no draft yet."""
        return self.revision > 0

    @property
    def is_unreviewed(self) -> bool:
        """Say whether it was archived before any leader decided on it (未审)."""
        return self.state == ReportState.ARCHIVED and self.approved_on is None

    @property
    def state_words(self) -> str:
        """Return the state in Chinese, with 未审 where it was archived without a decision."""
        return f"{self.get_state_display()}（未审）" if self.is_unreviewed else self.get_state_display()
