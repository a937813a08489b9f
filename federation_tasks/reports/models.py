"""What a department says of its half-year: the report, its items, problems and achievements, and the versions frozen at each submission."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.plan.models import AchievementTheme, Goal, Period, Task
from federation_tasks.workflow.models import Moving


class ReportState(models.TextChoices):
    """Where a report is in its life (domain.md, A report's life). Each state is named for what its author does next."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已报送"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "审阅通过"
    ARCHIVED = "archived", "归档"


EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)


class ReportQuerySet(models.QuerySet["Report"]):
    """Ask reports about a person."""

    def visible_to(self, access: Access) -> "ReportQuerySet":
        """Return the reports whose page this person may open: what was submitted, and the drafts of his own department."""
        drafting = Q(department__in=access.departments(Capability.DRAFT_REPORTS).values("pk"))
        if access.everywhere(Capability.READ_SUBMITTED):
            reading = Q()
        else:
            reading = Q(department__in=access.departments(Capability.READ_SUBMITTED).values("pk"))
        return self.filter(drafting | (reading & Q(submissions__gt=0)))

    def editable_by(self, access: Access) -> "ReportQuerySet":
        """Return the reports of the departments for which this person drafts."""
        return self.filter(department__in=access.departments(Capability.DRAFT_REPORTS).values("pk"))

    def awaiting(self) -> "ReportQuerySet":
        """Return the reports that await a leader (待您审定)."""
        return self.filter(state=ReportState.SUBMITTED)


class Report(Moving):
    """One department's report on one period: what was done, which problems there are, what comes next."""

    State = ReportState

    period = models.ForeignKey(Period, models.PROTECT, related_name="reports", verbose_name="周期")
    department = models.ForeignKey(Department, models.PROTECT, related_name="reports", verbose_name="部室或单位")
    state = models.CharField("状态", max_length=16, choices=ReportState, default=ReportState.DRAFT, editable=False)
    arrangements = models.TextField("下步工作安排", blank=True)
    revision = models.PositiveIntegerField("修订号", default=0, editable=False, help_text="每保存一次加一；旧修订号的保存不会覆盖新的。")
    submissions = models.PositiveSmallIntegerField("报送次数", default=0, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="报送人")
    submitted_at = models.DateTimeField("最近报送时间", null=True, editable=False)
    approved_on = models.DateField("审阅通过日", null=True, editable=False)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False, verbose_name="最近修改人")
    edited_at = models.DateTimeField("最近修改时间", auto_now=True)

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


class ReportItem(models.Model):
    """What the report says of one task that the department leads."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="items", verbose_name="汇报")
    task = models.ForeignKey(Task, models.PROTECT, related_name="report_items", verbose_name="任务")
    quantity_done = models.DecimalField("累计完成", max_digits=14, decimal_places=2, null=True, blank=True)
    milestones_done = models.JSONField("已完成的里程碑", default=list, blank=True)
    progress = models.PositiveSmallIntegerField("进度（%）", null=True, blank=True, validators=[MaxValueValidator(100)])
    narrative = models.TextField("完成情况", blank=True)
    next_step = models.TextField("下一步怎么做", blank=True)
    coordination = models.TextField("需协调事项", blank=True)
    is_no_progress = models.BooleanField("本期无进展", default=False)
    reason = models.TextField("原因", blank=True, help_text="无进展、进度比上次低或逾期时填写。")

    class Meta:
        verbose_name = verbose_name_plural = "汇报事项"
        ordering = ["task__goal__number", "task_id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="reports_item_once"),
            models.CheckConstraint(condition=Q(progress__isnull=True) | Q(progress__lte=100), name="reports_item_progress_at_most_100"),
        ]

    def __str__(self) -> str:
        return str(self.task)


class Problem(models.Model):
    """A problem, which is a gap against one of the five goals, with what is done about it, by whom, and by when."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="problems", verbose_name="汇报")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="problems", verbose_name="差距", null=True, blank=True)
    text = models.TextField("问题", blank=True)
    measure = models.TextField("改进措施", blank=True)
    owner = models.CharField("责任人", max_length=64, blank=True)
    due = models.DateField("完成时限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:30]


class Achievement(models.Model):
    """Something that got better, under one of the five themes (五个更加)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="achievements", verbose_name="汇报")
    theme = models.ForeignKey(AchievementTheme, models.PROTECT, related_name="+", verbose_name="五个更加")
    text = models.TextField("成绩", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "成绩"
        ordering = ["theme__number", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "theme"], name="reports_achievement_once_per_theme")]

    def __str__(self) -> str:
        return self.text[:30]


class ReportVersion(models.Model):
    """What was submitted, frozen with its figures and the plan as it stood. Never changed."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="versions", verbose_name="汇报")
    number = models.PositiveSmallIntegerField("第几稿")
    content = models.JSONField("内容")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="报送人")
    acting_as = models.CharField("身份", max_length=128)
    submitted_at = models.DateTimeField("报送时间")
    is_late = models.BooleanField("迟报", default=False)
    opened_at = models.DateTimeField("领导首次打开", null=True, editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "汇报稿"
        ordering = ["report", "-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="reports_version_once")]

    def __str__(self) -> str:
        return f"{self.report} 第 {self.number} 稿"
