"""What stands in a report: an item for each task, problems, achievements."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import AchievementTheme, Goal, Task
from federation_tasks.plan.progress import by_milestones, by_quantity
from federation_tasks.plan.states import OUT_OF_COUNT
from federation_tasks.reports.models.report import Report

if TYPE_CHECKING:
    from federation_tasks.reports.models.evidence import ReportEvidence


class ReportItem(models.Model):
    """What the report says of one task that the department leads. Figures left empty mean: as they stand on the task."""

    evidence: "list[ReportEvidence]"  # its files, put there by whoever reads the items (filing.py)

    report = models.ForeignKey(Report, models.CASCADE, related_name="items", verbose_name="汇报")
    task = models.ForeignKey(Task, models.PROTECT, related_name="report_items", verbose_name="任务")
    quantity_done = models.DecimalField("累计完成", max_digits=14, decimal_places=2, null=True, blank=True)
    milestones_done = models.JSONField("已完成的里程碑", default=list, blank=True)
    progress = models.PositiveSmallIntegerField("进度（%）", null=True, blank=True, validators=[MaxValueValidator(100)])
    narrative = models.TextField("完成情况", blank=True)
    # The text was put together from the task's updates and nobody has touched it yet (drafting.py).
    is_drafted = models.BooleanField("系统拟写、待核对", default=False, editable=False)
    next_step = models.TextField("下一步怎么做", blank=True)
    coordination = models.TextField("需协调事项", blank=True)
    is_no_progress = models.BooleanField("本期无进展", default=False)
    reason = models.TextField("原因", blank=True, help_text="无进展、进度比上次低或逾期时填写。")

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇报事项"
        ordering = ["task__goal__number", "task_id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="reports_item_once"),
            models.CheckConstraint(condition=Q(progress__isnull=True) | Q(progress__lte=100), name="reports_item_progress_at_most_100"),
        ]

    def __str__(self) -> str:
        return str(self.task)

    @property
    def prefix(self) -> str:
        """Return what its fields' names begin with: by task, so that a task added meanwhile shifts nothing."""
        return f"items-{self.task_id}"

    @property
    def stated_quantity(self) -> Decimal:
        """Return the quantity done, cumulative, in the task's unit."""
        return Decimal(self.task.quantity_done if self.quantity_done is None else self.quantity_done)

    @property
    def stated_milestones(self) -> set[int]:
        """Return the ids of the milestones that are done."""
        if self.milestones_done or self.progress is not None:
            return {int(pk) for pk in self.milestones_done}
        return {row.pk for row in self.task.milestones.all() if row.done_on}

    @property
    def stated_progress(self) -> int:
        """Return the progress in percent that follows from what is stated."""
        task = self.task
        if task.measure == Task.Measure.QUANTITY:
            return by_quantity(self.stated_quantity, task.quantity or Decimal(0))
        if task.measure == Task.Measure.MILESTONES:
            return by_milestones(task.milestones.all(), self.stated_milestones)
        return int(task.progress if self.progress is None else self.progress)

    @property
    def is_filled(self) -> bool:
        """Say whether someone has said something about the task. What the system put together nobody has said yet."""
        return bool((self.narrative and not self.is_drafted) or self.next_step or self.coordination or self.reason or self.is_no_progress)

    @property
    def is_owed(self) -> bool:
        """Say whether the report must speak of this task: not once it is suspended or carried over."""
        return self.task.state not in OUT_OF_COUNT


KEY_LENGTH = 12


def new_key() -> str:
    """Return a key for a row that does not exist yet: whoever sends it twice, because no answer came, makes one row."""
    return get_random_string(KEY_LENGTH)


class Problem(models.Model):
    """A problem, which is a gap against one of the five goals, with what is done about it, by whom, and by when."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="problems", verbose_name="汇报")
    key = models.CharField("行的记号", max_length=KEY_LENGTH, default=new_key, editable=False)
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="problems", verbose_name="差距", null=True, blank=True)
    text = models.TextField("问题", blank=True)
    measure = models.TextField("改进措施", blank=True)
    owner = models.CharField("责任人", max_length=64, blank=True)
    due = models.DateField("完成时限", null=True, blank=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="reports_problem_once")]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def prefix(self) -> str:
        """Return what its fields' names begin with: the same from the first keystroke in a new row on."""
        return f"problems-{self.key}"


class Achievement(models.Model):
    """Something that got better, under one of the five themes (五个更加)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="achievements", verbose_name="汇报")
    theme = models.ForeignKey(AchievementTheme, models.PROTECT, related_name="+", verbose_name="五个更加")
    text = models.TextField("成绩", blank=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "成绩"
        ordering = ["theme__number", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "theme"], name="reports_achievement_once_per_theme")]

    def __str__(self) -> str:
        return self.text[:30]
