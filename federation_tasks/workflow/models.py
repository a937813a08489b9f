"""History as rows: who moved what from which state to which, when, and why. One row serves timeline, statistics and letters."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models

from departments.models import Department


class HistoryRowQuerySet(models.QuerySet["HistoryRow"]):
    """Ask history about one thing."""

    def of(self, thing: models.Model) -> "HistoryRowQuerySet":
        """Return what happened to this thing, newest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(thing), object_id=thing.pk)


class HistoryRow(models.Model):
    """One move. Written once, in the transaction of the move, and never changed."""

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    move = models.CharField("动作", max_length=32)
    from_state = models.CharField("原状态", max_length=32)
    to_state = models.CharField("新状态", max_length=32)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="经办")
    acting_as = models.CharField("身份", max_length=128, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="部室或单位")
    period = models.CharField("周期", max_length=8, db_index=True, help_text="周期代码，如 2026H2。")
    reason = models.TextField("理由", blank=True)
    on = models.DateField("日期", db_index=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    facts = models.JSONField("当时的数字", default=dict, blank=True)

    objects = HistoryRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "-on", "-id"], name="workflow_history_of_one"),
            models.Index(fields=["department", "period", "-on"], name="workflow_history_of_dept"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.move}"


def last_move(model: type[models.Model]) -> models.Subquery:
    """Return, for a query over things of this kind, the name of the move that was made last on each."""
    rows = HistoryRow.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id=models.OuterRef("pk"))
    return models.Subquery(rows.order_by("-pk").values("move")[:1])


class Moving(models.Model):
    """Something with a state that only moves change. Its table is registered in workflow/moves.py; the subclass says where it belongs."""

    state = models.CharField("状态", max_length=16, editable=False)

    class Meta:
        abstract = True

    def lock_first(self) -> None:
        """Lock the rows that a move on this must hold before its own, so that two moves never wait for each other in a circle."""

    def moving_department(self) -> Department:
        """Return the department whose people and leader may move this."""
        raise TypeError(f"{type(self).__name__} does not say which department it belongs to")

    def moving_period(self) -> str:
        """Return the code of the period that this belongs to, such as 2026H2."""
        raise TypeError(f"{type(self).__name__} does not say which period it belongs to")
