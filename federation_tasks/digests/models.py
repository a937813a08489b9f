"""The ledger of letters: one row is one e-mail to one person, however often it is tried."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from departments.access import Access
from departments.models import Leader


class LetterQuerySet(models.QuerySet["Letter"]):
    """Ask the ledger what is to be done, and what may be read."""

    def due(self, now: dt.datetime) -> Self:
        """Return the letters to be taken in hand now: planned ones whose time has come, and those whose holder was not heard of again."""
        waiting = Q(state=Letter.State.PLANNED, next_try_at__lte=now)
        abandoned = Q(state=Letter.State.CLAIMED, lease_until__lte=now)
        return self.filter(waiting | abandoned)

    def outdated(self, now: dt.datetime) -> Self:
        """Return the letters that nobody holds and that say nothing true any more."""
        held = Q(state=Letter.State.CLAIMED, lease_until__gt=now)
        return self.filter(state__in=[Letter.State.PLANNED, Letter.State.CLAIMED], expires_at__lte=now).exclude(held)

    def before(self, letter_day: dt.date, leader: Leader) -> "Letter | None":
        """Return the leader's last digest before a day that was sent or had nothing to say: what is new is judged against it."""
        counted = self.filter(kind=Letter.Kind.OVERDUE_DIGEST, state__in=[Letter.State.SENT, Letter.State.SILENT], leader=leader)
        return counted.filter(day__lt=letter_day).order_by("-day", "-pk").first()

    def visible_to(self, access: Access) -> Self:
        """Return the letters that were written to this person and that have words in them."""
        return self.filter(recipient_id=access.user.pk, frozen_at__isnull=False).exclude(state=Letter.State.SILENT)


class Letter(models.Model):
    """One e-mail to one person (信函), unique by kind and key. The database is the truth; the broker only rings the bell.

    planned -> claimed (content frozen, leased) -> sent, or planned again for another try, or failed for good; silent has nothing to
    say. Subject and recipient are apart: `leader` is whom a digest is about, `recipient` who gets it; a letter may be about nobody.
    """

    class Kind(models.TextChoices):
        OVERDUE_DIGEST = "overdue_digest", "逾期通报"
        URGE = "urge", "催办通知"

    class State(models.TextChoices):
        PLANNED = "planned", "待发"
        CLAIMED = "claimed", "发送中"
        SENT = "sent", "已发"
        SILENT = "silent", "无事可报"
        FAILED = "failed", "发送失败"

    kind = models.CharField("种类", max_length=32, choices=Kind, default=Kind.OVERDUE_DIGEST)
    key = models.CharField("编号", max_length=128, help_text="同一种类里不重复；通报按领导和日期编号。")
    leader = models.ForeignKey(Leader, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name="领导")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters", verbose_name="收信人")
    day = models.DateField("日期", db_index=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.PLANNED)
    reason = models.TextField("失败原因", blank=True)
    address = models.EmailField("地址", blank=True)
    message_id = models.CharField("邮件编号", max_length=255)
    subject = models.CharField("主题", max_length=255, blank=True)
    text = models.TextField("正文", blank=True)
    html = models.TextField("网页正文", blank=True)
    facts = models.JSONField("数字", default=dict, blank=True)
    frozen_at = models.DateTimeField("定稿时间", null=True, blank=True)
    next_try_at = models.DateTimeField("下次尝试", default=timezone.now)
    expires_at = models.DateTimeField("过期时间", null=True, blank=True, help_text="到这时还没发出就不再发。")
    failures = models.PositiveSmallIntegerField("失败次数", default=0)
    lease_until = models.DateTimeField("占用到", null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects: ClassVar[Any] = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "信函"
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="digests_letter_once"),
            models.UniqueConstraint(fields=["message_id"], name="digests_letter_message_id_once"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="digests_letter_sent_dated"),
            models.CheckConstraint(condition=~Q(state="claimed") | Q(lease_until__isnull=False, lease_token__isnull=False), name="digests_letter_claim_leased"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(reason=""), name="digests_letter_failure_explained"),
        ]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="digests_letter_due"),
            models.Index(fields=["leader", "-day"], name="digests_letter_of_leader"),
            models.Index(fields=["recipient", "-day"], name="digests_letter_of_person"),
            models.Index(fields=["-sent_at"], name="digests_letter_last_sent", condition=Q(sent_at__isnull=False)),
            models.Index(fields=["lease_token"], name="digests_letter_lease", condition=Q(lease_token__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.leader or self.recipient} {self.day}"

    def get_absolute_url(self) -> str:
        """Return the address where its recipient reads it again."""
        return reverse("digests:letter", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        """Say whether its words stand, so that every try sends the same."""
        return self.frozen_at is not None

    @property
    def status(self) -> str:
        """Return in words where it stands, for its recipient and for administrators."""
        if self.state == self.State.SENT and self.sent_at:
            return f"{timezone.localtime(self.sent_at):%H:%M} 已发出"
        if self.state == self.State.FAILED:
            return f"没有发出：{self.reason}"
        if self.state == self.State.PLANNED and self.failures:
            return f"第 {self.failures} 次没有发出，{timezone.localtime(self.next_try_at):%H:%M} 再试：{self.reason}"
        return self.get_state_display()


class LetterTry(models.Model):
    """One try to send a letter, and what the mail server said. One that never ended was cut off: nobody knows whether it arrived."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="tries", verbose_name="信函")
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    is_accepted = models.BooleanField("已接收", default=False)
    answer = models.TextField("邮件服务器的答复", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "发送记录"
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M} {'已接收' if self.is_accepted else self.answer[:40]}"


class Heartbeat(models.Model):
    """When the scheduler and the worker last showed that they live; one row for each."""

    name = models.CharField("名称", max_length=32, unique=True)
    at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = verbose_name_plural = "心跳"

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
