"""What a department has to do in a half-year (半年任务)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.dispatch import Signal
from django.urls import reverse
from simple_history.models import HistoricalRecords

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.audit.watch import watching
from federation_tasks.plan.lights import Lamps, Light, is_red, light_sql, set_turning_days
from federation_tasks.plan.models.goals import Goal, PolicyClause
from federation_tasks.plan.models.periods import Period
from federation_tasks.plan.models.rules import LightRule
from federation_tasks.plan.models.targets import ABOVE_ZERO, Target
from federation_tasks.plan.states import UNFINISHED, WAITING, TaskState
from federation_tasks.workflow.models import Moving

WHAT_THE_LIGHT_DEPENDS_ON = {"start", "due", "progress"}
WHAT_IS_COUNTED = WHAT_THE_LIGHT_DEPENDS_ON | {"state", "claimed_on", "yellow_from", "blue_from", "red_from"}
WHERE_IT_COUNTS = {"period", "period_id", "department", "department_id", "goal", "goal_id"}

tasks_changed = Signal()  # `places`: the ids of period and department in which a count may have changed; sent in the change's transaction


class TaskQuerySet(WatchedQuerySet["Task"]):
    """Ask tasks about a day and a person; write them in bulk without losing their turning days."""

    def with_light(self, day: dt.date, lamps: Lamps | None = None) -> Self:
        """Annotate `light`, the light of each task on this day. The day's `lamps`, where they were made already, spare two queries."""
        if lamps is not None:
            return self.annotate(light=light_sql(day, lamps.thresholds, lamps.columns_by))
        return self.annotate(light=light_sql(day, LightRule.objects.on(day).thresholds, LightRule.objects.applied().thresholds))

    def overdue_on(self, day: dt.date) -> Self:
        """Return the tasks that are red on this day, the longest overdue first.

        Red by the one rule, said without the other lights (`lights.is_red`), so that an index finds the few among the many.
        """
        return self.filter(is_red(day)).order_by("red_from", "pk")

    def worst_first(self) -> Self:
        """Order tasks that have a `light`: overdue, behind, soon due, then the rest; the longest due first."""
        ranks = [When(light=light.value, then=Value(rank)) for rank, light in enumerate(Light)]
        return self.order_by(Case(*ranks, default=Value(9), output_field=IntegerField()), "due", "pk")

    def owed(self) -> Self:
        """Return the tasks that are owed and counted: not those of a planned period."""
        return self.exclude(period__state=Period.State.PLANNED)

    def visible_to(self, access: Access) -> Self:
        """Return the tasks that this person may read: led by, or supported by, a department that is his to read."""
        if access.everywhere(Capability.READ_TASKS):
            return self
        mine = access.departments(Capability.READ_TASKS).values("pk")
        helping = Task.supporting.through.objects.filter(department__in=mine).values("task")
        return self.filter(Q(department__in=mine) | Q(pk__in=helping))

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Insert tasks in bulk, each with its turning days."""
        tasks = list(objs)
        thresholds = LightRule.objects.applied().thresholds
        for task in tasks:
            task.original_due = task.original_due or task.due
            set_turning_days(task, thresholds)
        made = super().bulk_create(tasks, *args, **kwargs)
        tasks_changed.send(Task, places={(task.period_id, task.department_id) for task in tasks})
        return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Update tasks in bulk; where the light depends on a field, the turning days go along."""
        tasks, names = list(objs), list(fields)
        if WHAT_THE_LIGHT_DEPENDS_ON & set(names):
            thresholds = LightRule.objects.applied().thresholds
            for task in tasks:
                set_turning_days(task, thresholds)
            names = [*names, "yellow_from", "blue_from", "red_from"]
        places = {place for task in tasks for place in task.places()} if (WHAT_IS_COUNTED | WHERE_IT_COUNTS) & set(names) else set()
        found = super().bulk_update(tasks, names, *args, **kwargs)
        tasks_changed.send(Task, places=places)
        return found

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows."""
        places = set(self.order_by().values_list("period_id", "department_id"))
        found = super().delete()
        tasks_changed.send(Task, places=places)
        return found

    def update(self, **values: Any) -> int:
        """Update rows in place; refuse what would leave turning days behind. Use bulk_update for that."""
        if WHAT_THE_LIGHT_DEPENDS_ON & set(values):
            raise TypeError("update() cannot rewrite the turning days: use save() or bulk_update()")
        if watching(self.model) is None or not (WHAT_IS_COUNTED | WHERE_IT_COUNTS) & set(values):  # a part of a bulk update, which tells
            return super().update(**values)
        if {"period", "period_id", "department", "department_id"} & set(values):
            raise TypeError("update() cannot move tasks to another period or department: use save()")
        places = set(self.order_by().values_list("period_id", "department_id"))
        found = super().update(**values)
        tasks_changed.send(Task, places=places)
        return found


class Task(Moving):
    """One task of one department in one period. Its state changes by moves only, its due date by extension only."""

    State = TaskState

    class Measure(models.TextChoices):
        QUANTITY = "quantity", "数量"
        MILESTONES = "milestones", "里程碑"
        PERCENT = "percent", "百分比"

    class Source(models.TextChoices):
        MEETING = "meeting", "会议"
        DOCUMENT = "document", "文件"
        INSTRUCTION = "instruction", "批示"

    period = models.ForeignKey(Period, models.PROTECT, related_name="tasks", verbose_name="周期")
    department = models.ForeignKey(Department, models.PROTECT, related_name="tasks", verbose_name="牵头单位")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="tasks", verbose_name="目标")
    target = models.ForeignKey(Target, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="年度目标", help_text="批示类任务可以没有。")
    clause = models.ForeignKey(PolicyClause, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="政策依据")
    supporting = models.ManyToManyField(Department, blank=True, related_name="supported_tasks", verbose_name="配合单位")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_tasks", verbose_name="经办人")
    title = models.CharField("任务", max_length=200)
    description = models.TextField("要求", blank=True)
    source = models.CharField("来源", max_length=16, choices=Source, default=Source.MEETING)
    start = models.DateField("开始日", help_text="可以早于本期第一天。")
    due = models.DateField("到期日", help_text="不晚于本期最后一天。")
    original_due = models.DateField("原定到期日", editable=False)
    measure = models.CharField("计量方式", max_length=12, choices=Measure, default=Measure.PERCENT)
    quantity = models.DecimalField("计划数量", max_digits=14, decimal_places=2, null=True, blank=True, validators=[ABOVE_ZERO], help_text="只填数字。")
    quantity_done = models.DecimalField("累计完成", max_digits=14, decimal_places=2, default=Decimal(0), editable=False)
    unit = models.CharField("单位", max_length=16, blank=True, help_text="例如：名、例、所、万元。")
    progress = models.PositiveSmallIntegerField("进度（%）", default=0, editable=False, validators=[MaxValueValidator(100)])
    state = models.CharField("状态", max_length=16, choices=TaskState, default=TaskState.ASSIGNED, editable=False)
    state_before = models.CharField("中止前的状态", max_length=16, blank=True, editable=False)
    acknowledged_on = models.DateField("签收日", null=True, blank=True, editable=False)
    claimed_on = models.DateField("申请办结日", null=True, blank=True, editable=False)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name="申请人")
    completed_on = models.DateField("办结日", null=True, blank=True, editable=False)
    carried_from = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="carried_to", editable=False, verbose_name="结转自")
    yellow_from = models.DateField(editable=False)
    blue_from = models.DateField(editable=False)
    red_from = models.DateField(editable=False)
    created_at = models.DateTimeField("下达时间", auto_now_add=True)

    counted_at: tuple[int, int] | None = None

    objects: ClassVar[Any] = TaskQuerySet.as_manager()
    history = HistoricalRecords(m2m_fields=[supporting], excluded_fields=["yellow_from", "blue_from", "red_from"], verbose_name="任务历史")

    class Meta:
        verbose_name = verbose_name_plural = "半年任务"
        ordering = ["period", "department__order", "goal__number", "id"]
        indexes = [
            # A day's counts are answered from this index alone on PostgreSQL (docs/architecture.md, Counting).
            models.Index(
                fields=["period", "department", "goal"],
                include=["state", "claimed_on", "red_from", "yellow_from", "blue_from", "progress"],
                name="plan_task_counts",
            ),
            # The overdue ones in their order, without those that were done long ago and were due before them.
            models.Index(fields=["period", "red_from", "id"], condition=Q(state__in=UNFINISHED), name="plan_task_overdue"),
            # What waits for an acknowledgement or a decision: few among many, and counted without touching the rows.
            models.Index(
                fields=["state", "period"],
                include=["department", "created_at", "claimed_on"],
                condition=Q(state__in=WAITING),
                name="plan_task_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("due")), name="plan_task_starts_before_due", violation_error_message="开始日不能晚于到期日，请改其中一个。"
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="plan_task_progress_at_most_100"),
            models.CheckConstraint(condition=Q(red_from__gt=F("due")), name="plan_task_red_after_due"),
            models.CheckConstraint(
                condition=~Q(measure="quantity") | (Q(quantity__gt=0) & ~Q(unit="")),
                name="plan_task_quantity_planned",
                violation_error_message="按数量计量的任务要填计划数量（大于 0）和单位；没有数量的请改按百分比计量。",
            ),
            models.CheckConstraint(condition=~Q(state="claimed") | Q(claimed_on__isnull=False), name="plan_task_claim_dated"),
            models.CheckConstraint(condition=~Q(state="completed") | Q(completed_on__isnull=False), name="plan_task_completion_dated"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of this task's page."""
        return reverse("supervision:task", args=[self.pk])

    def clean(self) -> None:
        """Refuse dates outside the period, a quantity that cannot be measured by, and a new task in a period that is over."""
        if self.target_id and self.target and self.target.goal_id != self.goal_id:
            self.goal = self.target.goal
        if self.period_id and self.due and self.due > self.period.ends_on:
            raise ValidationError({"due": f"到期日不能晚于本期最后一天（{self.period.ends_on:%Y-%m-%d}）；跨期的事请分成两项任务。"})
        if self.start and self.due and self.start > self.due:
            raise ValidationError({"start": "开始日不能晚于到期日，请改其中一个。"})
        if self.period_id and self._state.adding and self.period.state == Period.State.CLOSED:
            raise ValidationError({"period": f"{self.period}已经关闭，不能再下达任务；请选进行中或筹划中的周期。"})
        if self.measure == self.Measure.QUANTITY:
            self._refuse_unmeasurable()

    def _refuse_unmeasurable(self) -> None:
        """Refuse to measure by a quantity that is not planned or has no unit."""
        missing = {}
        if not self.quantity:
            missing["quantity"] = "按数量计量的任务要填计划数量（大于 0）；没有数量的请改按百分比计量。"
        if not self.unit.strip():
            missing["unit"] = "按数量计量的任务要填单位，例如：名、例、所。"
        if missing:
            raise ValidationError(missing)

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **more: Any) -> Self:
        """Remember where a task that was read counts, so that moving it elsewhere is counted at both ends."""
        task = super().from_db(db, field_names, values, **more)
        known = task.__dict__
        if "period_id" in known and "department_id" in known:
            task.counted_at = known["period_id"], known["department_id"]
        return task

    def places(self) -> set[tuple[int, int]]:
        """Return the ids of period and department in which this task counts, and in which it did when it was read."""
        if self.counted_at is None and self.pk is not None:
            self.counted_at = Task.objects.filter(pk=self.pk).values_list("period_id", "department_id").first()
        return {(self.period_id, self.department_id)} | ({self.counted_at} if self.counted_at else set())

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a task with its turning days; its goal is its target's where it has one."""
        if self.target_id and self.target:
            self.goal_id = self.target.goal_id
        self.original_due = self.original_due or self.due
        set_turning_days(self, LightRule.objects.applied().thresholds)
        only = kwargs.get("update_fields")
        places = self.places() if only is None or (WHAT_IS_COUNTED | WHERE_IT_COUNTS) & set(only) else set()
        super().save(*args, **kwargs)
        if places:
            self.counted_at = self.period_id, self.department_id
            tasks_changed.send(Task, places=places)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a task."""
        places = self.places()
        found = super().delete(*args, **kwargs)
        tasks_changed.send(Task, places=places)
        return found

    def moving_department(self) -> Department:
        """Return the department that leads the task: its people and its leader move it."""
        return self.department

    def moving_period(self) -> str:
        """Return the code of the task's period."""
        return str(self.period.code)

    @property
    def was_extended(self) -> bool:
        """Say whether the due date is no longer the first one; both are then shown."""
        return self.due != self.original_due

    @property
    def is_claim_waiting(self) -> bool:
        """Say whether a claim of completion awaits a leader (待核)."""
        return self.state == TaskState.CLAIMED
