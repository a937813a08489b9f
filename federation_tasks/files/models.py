"""What is attached: one row for each file that was taken. The bytes lie in the store (storing.py)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse

from departments.access import Access
from departments.models import Department, User
from federation_tasks.files import storing
from federation_tasks.files.inspection import KINDS
from federation_tasks.files.owners import OWNERS
from federation_tasks.files.words import size_words

PDF, PICTURES = "pdf", frozenset({"jpg", "jpeg", "png"})


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Ask for files by what they belong to; the lookup is the permission."""

    def visible_to(self, access: Access) -> Self:
        """Return the files that this person may read: those of owners that he may read."""
        mine = Q(pk__in=[])
        for model, owner in OWNERS.items():
            mine |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=owner.visible(access).order_by().values("pk"))
        return self.filter(mine, state=Attachment.State.ATTACHED)

    def of(self, model: type[models.Model], ids: Iterable[int]) -> Self:
        """Return the files of these things, withdrawn ones too, in the order in which they came."""
        return self.filter(content_type=ContentType.objects.get_for_model(model), object_id__in=list(ids)).order_by("pk")

    def held_by(self, user: User, purpose: str) -> Self:
        """Return what a person has sent for a purpose and not used yet."""
        return self.filter(state=Attachment.State.HELD, uploaded_by=user, purpose=purpose).order_by("pk")


class Attachment(models.Model):
    """One file. It is never replaced: what was wrong is withdrawn, with a reason, and the row stays."""

    class State(models.TextChoices):
        HELD = "held", "已传未用"
        ATTACHED = "attached", "已附"
        WITHDRAWN = "withdrawn", "已撤下"
        QUARANTINED = "quarantined", "已隔离"

    state = models.CharField("状态", max_length=12, choices=State, default=State.HELD)
    content_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+")
    object_id = models.BigIntegerField(null=True)
    owner = GenericForeignKey("content_type", "object_id")
    purpose = models.CharField("用途", max_length=64)
    name = models.CharField("文件名", max_length=200)
    stored = models.CharField("存放名", max_length=64, unique=True)
    kind = models.CharField("类型", max_length=8)
    size = models.PositiveBigIntegerField("字节数")
    sha256 = models.CharField("SHA-256", max_length=64)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", verbose_name="部室或单位")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    acting_as = models.CharField("身份", max_length=128, blank=True)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤下人")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawal_reason = models.CharField("撤下理由", max_length=500, blank=True)
    signature = models.CharField("查出的病毒", max_length=200, blank=True)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="files_of_owner"),
            models.Index(fields=["uploaded_by", "purpose"], name="files_held", condition=Q(state="held")),
        ]
        constraints = [
            models.CheckConstraint(
                name="files_owned_once_attached",
                condition=Q(state__in=["attached", "withdrawn"], content_type__isnull=False, object_id__isnull=False, department__isnull=False)
                | Q(state__in=["held", "quarantined"], content_type__isnull=True, object_id__isnull=True),
            ),
            models.CheckConstraint(
                name="files_withdrawn_with_reason",
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawal_reason="")
                | ~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return where the file is downloaded."""
        return reverse("files:download", args=[self.pk])

    @property
    def place(self) -> Path:
        """Return where the bytes lie."""
        return storing.quarantine(self.stored) if self.state == self.State.QUARANTINED else storing.place(self.stored)

    @property
    def words(self) -> str:
        """Return PDF，1.2 MB."""
        return f"{KINDS[self.kind].words if self.kind in KINDS else self.kind}，{size_words(self.size)}"

    @property
    def is_picture(self) -> bool:
        """Say whether the inspection found it to be a picture."""
        return self.kind in PICTURES

    @property
    def has_preview(self) -> bool:
        """Say whether it can be looked at without being saved: pictures and PDF."""
        return self.is_picture or self.kind == PDF

    @property
    def is_withdrawn(self) -> bool:
        """Say whether the file was taken back."""
        return self.state == self.State.WITHDRAWN
