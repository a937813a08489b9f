"""What a report answers to each instruction since the last one (上次要求回头看)."""

from typing import Any, ClassVar

from django.db import models

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.reports.models.report import Report
from federation_tasks.supervision.models import InstructionDuty


class Outcome(models.TextChoices):
    """How far a department has carried out what was required of it."""

    DONE = "done", "落实"
    PARTLY = "partly", "部分落实"
    NOT_DONE = "not_done", "未落实"


class InstructionAnswer(models.Model):
    """What a report says of one instruction. One that is not stored yet is what the form offers: nobody has said it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="answers", verbose_name="汇报")
    duty = models.ForeignKey(InstructionDuty, models.PROTECT, related_name="report_answers", verbose_name="要求")
    outcome = models.CharField("落实情况", max_length=8, choices=Outcome, blank=True)
    text = models.TextField("说明", blank=True)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "要求回头看"
        ordering = ["duty__instruction__made_on", "duty_id"]
        constraints = [models.UniqueConstraint(fields=["report", "duty"], name="reports_answer_once")]

    def __str__(self) -> str:
        return str(self.duty)

    @property
    def prefix(self) -> str:
        """Return what its fields' names begin with: by the duty, so that an instruction given meanwhile shifts nothing."""
        return f"instructions-{self.duty_id}"

    @property
    def is_done(self) -> bool:
        """Say whether it is carried out wholly."""
        return self.outcome == Outcome.DONE

    @property
    def words(self) -> str:
        """Return what is said of it: the text, else that it is done."""
        return self.text.strip() or ("已落实。" if self.is_done else "")
