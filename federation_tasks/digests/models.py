"""The ledger of letters: one row is one e-mail to one person, however often it is tried."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from departments.models import Leader


class Letter(models.Model):
    """One e-mail to one person (信函), unique by kind and key. The database is the truth; the broker only rings the bell.

    planned -> claimed (content frozen, leased) -> sent, or waiting for another try, or failed for good; silent has nothing to say.
    """

    class Kind(models.TextChoices):
        OVERDUE_DIGEST = "overdue_digest", "逾期通报"

    class State(models.TextChoices):
        PLANNED = "planned", "待发"
        CLAIMED = "claimed", "发送中"
        SENT = "sent", "已发"
        SILENT = "silent", "无事可报"
        FAILED = "failed", "发送失败"

    kind = models.CharField("种类", max_length=32, choices=Kind, default=Kind.OVERDUE_DIGEST)
    key = models.CharField("编号", max_length=128, help_text="同一种类里不重复；通报按领导和日期编号。")
    leader = models.ForeignKey(Leader, models.PROTECT, related_name="letters", verbose_name="领导")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters", verbose_name="收信人")
    day = models.DateField("日期", db_index=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PLANNED)
    address = models.EmailField("地址", blank=True)
    message_id = models.CharField("邮件编号", max_length=255)
    subject = models.CharField("主题", max_length=255, blank=True)
    text = models.TextField("正文", blank=True)
    html = models.TextField("网页正文", blank=True)
    facts = models.JSONField("数字", default=dict, blank=True)
    next_try_at = models.DateTimeField("下次尝试", default=timezone.now)
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "信函"
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="digests_letter_once"),
            models.UniqueConstraint(fields=["message_id"], name="digests_letter_message_id_once"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="digests_letter_sent_dated"),
        ]
        indexes = [models.Index(fields=["state", "next_try_at"], name="digests_letter_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.leader} {self.day}"


class LetterTry(models.Model):
    """One try to send a letter, and what the mail server said."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="tries", verbose_name="信函")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    is_accepted = models.BooleanField("已接收", default=False)
    answer = models.TextField("邮件服务器的答复", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {'已接收' if self.is_accepted else self.answer[:40]}"


class Heartbeat(models.Model):
    """When the scheduler and the worker last showed that they live; one row for each."""

    name = models.CharField("名称", max_length=32, unique=True)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
