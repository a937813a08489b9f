"""An extension (延期): a later due date for a task, asked for by its department or granted by a leader unasked."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from departments.access import Access
from departments.models import Department
from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.plan.models import Task
from federation_tasks.workflow.models import Moving


class ExtensionState(models.TextChoices):
    """Where an extension is in its life. Only a granted one moved the task's due date."""

    ASKED = "asked", "待审定"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "不再需要"


class ExtensionQuerySet(WatchedQuerySet["Extension"]):
    """Ask extensions about people."""

    def visible_to(self, access: Access) -> Self:
        """Return the extensions of the tasks that this person may read."""
        return self.filter(task__in=Task.objects.visible_to(access).order_by().values("pk"))

    def waiting(self) -> Self:
        """Return those that await a leader."""
        return self.filter(state=ExtensionState.ASKED)


class Extension(Moving):
    """One request for a later due date, or one grant without a request. The task's original due date stays, and appraisal counts by it."""

    State = ExtensionState

    task = models.ForeignKey(Task, models.PROTECT, related_name="extensions", verbose_name="任务")
    state = models.CharField("状态", max_length=16, choices=ExtensionState, editable=False)
    old_due = models.DateField("当时的到期日")
    asked_due = models.DateField("申请延到", null=True, blank=True)
    new_due = models.DateField("同意延到", null=True, blank=True)
    reason = models.TextField("延期理由")
    standing = models.TextField("目前进展", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人")
    asked_on = models.DateField("申请日", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人")
    decided_on = models.DateField("审定日", null=True, blank=True)
    decision = models.TextField("审定意见", blank=True)

    objects: ClassVar[Any] = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "延期"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(state="asked"), name="supervision_extension_one_waiting"),
            models.CheckConstraint(condition=~Q(state="granted") | Q(new_due__isnull=False), name="supervision_extension_granted_dated"),
            models.CheckConstraint(condition=Q(asked_due__isnull=True) | Q(asked_due__gt=F("old_due")), name="supervision_extension_later"),
        ]
        indexes = [models.Index(fields=["state", "asked_on"], name="supervision_extension_wait")]

    def __str__(self) -> str:
        return f"{self.task}的延期"

    def get_absolute_url(self) -> str:
        """Return the address where it is read and decided: beside all others of its task."""
        return reverse("supervision:extension", args=[self.task_id])

    def lock_first(self) -> None:
        """Lock the task: its due date goes with the extension."""
        self.task = Task.objects.select_for_update(of=("self",)).select_related("period", "department").get(pk=self.task_id)

    def moving_department(self) -> Department:
        """Return the department that leads the task."""
        return self.task.department

    def moving_period(self) -> str:
        """Return the code of the task's period."""
        return str(self.task.period.code)

    @property
    def was_changed(self) -> bool:
        """Say whether a leader granted another day than the one that was asked for."""
        return None not in (self.asked_due, self.new_due) and self.asked_due != self.new_due

    @property
    def was_asked(self) -> bool:
        """Say whether the department asked for it; else a leader granted it unasked."""
        return self.asked_by_id is not None
