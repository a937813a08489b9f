"""Files put to a report (佐证材料)."""

from typing import Any, ClassVar

from django.db import models

from federation_tasks.audit.bulk import WatchedQuerySet
from federation_tasks.files.models import Attachment
from federation_tasks.reports.models.content import ReportItem
from federation_tasks.reports.models.report import Report


class ReportEvidence(models.Model):
    """One file put to an item of a report, or to the whole of it. Every version since the first that it went with lists it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="evidence", verbose_name="汇报")
    item = models.ForeignKey(ReportItem, models.CASCADE, null=True, related_name="+", verbose_name="汇报事项", help_text="空着是整份汇报的。")
    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="+", verbose_name="附件")
    first_version = models.PositiveSmallIntegerField("随第几稿首次报送", null=True, editable=False)

    objects: ClassVar[Any] = WatchedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "汇报佐证材料"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.attachment)

    @property
    def row(self) -> Attachment:
        """Return the file, by the name under which lists of files know it."""
        return self.attachment

    @property
    def stands(self) -> bool:
        """Say whether the file was not taken back."""
        return not self.attachment.is_withdrawn
