"""What happened: one row for each change, move, refusal, sign-in, download and export, and the chain that seals them."""

import json
from typing import Any, Never

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from federation_tasks.audit.cleaning import canonical


class Action(models.TextChoices):
    """What kind of act a row tells of."""

    CREATE = "create", "新建"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    MOVE = "move", "办理"
    REFUSAL = "refusal", "拒绝"
    SIGN_IN = "sign_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SIGN_OUT = "sign_out", "退出"
    LOCK = "lock", "锁定"
    UNLOCK = "unlock", "解锁"
    SESSION_ENDED = "session_ended", "会话结束"
    PASSWORD = "password", "改口令"
    SECOND_FACTOR = "second_factor", "第二因素"
    UPLOAD = "upload", "上传"
    DOWNLOAD = "download", "下载"
    EXPORT = "export", "导出"
    SEND = "send", "发信"
    COMMAND = "command", "后台命令"
    PURGE = "purge", "清理"


class Result(models.TextChoices):
    """How it ended."""

    DONE = "done", "成功"
    REFUSED = "refused", "被拒绝"
    FAILED = "failed", "失败"


class Figures(models.TextField):
    """Fields and figures as JSON, kept as the very text that was written: the seal covers each byte of it, on every database."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def from_db_value(self, value: str, *_: Any) -> dict[str, Any]:
        """Return what was written; where somebody has broken the text, the text."""
        try:
            found = json.loads(value)
        except ValueError:
            found = None
        return found if isinstance(found, dict) else {"": value}

    def get_prep_value(self, value: Any) -> str:
        """Write it in the one way."""
        return value if isinstance(value, str) else canonical(value or {})


class OnlyAdded(models.QuerySet):
    """Rows that are read and added, and never changed. The database says so too (protection.py)."""

    def update(self, **_: Any) -> Never:
        """Refuse."""
        raise TypeError("rows of the audit are never changed")

    def delete(self) -> Never:
        """Refuse; `manage.py purge_audit` is the one way, and it goes by the database's own rule."""
        raise TypeError("rows of the audit are never deleted; purge_audit moves old ones to an archive")

    def bulk_update(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise TypeError("rows of the audit are never changed")


class Added(models.Model):
    """A row that is added once."""

    objects = OnlyAdded.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to write it again."""
        if not self._state.adding:
            raise TypeError("rows of the audit are never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> Never:
        """Refuse."""
        raise TypeError("rows of the audit are never deleted")


class Entry(Added):
    """One thing that happened. Everything in it is a value, so that it says the same when the account or the object has gone."""

    at = models.DateTimeField("时间", default=timezone.now)
    actor_id = models.BigIntegerField("账号编号", null=True, blank=True)
    actor = models.CharField("姓名", max_length=64)
    username = models.CharField("用户名", max_length=64)
    role = models.CharField("身份", max_length=200)
    address = models.CharField("地址", max_length=45)
    request = models.CharField("请求编号", max_length=32)
    method = models.CharField("方式", max_length=8)
    path = models.CharField("网址或命令", max_length=300)
    action = models.CharField("动作", max_length=16, choices=Action)
    verb = models.CharField("办理事项", max_length=64, blank=True)
    kind = models.CharField("对象种类", max_length=64)
    key = models.CharField("对象编号", max_length=64, blank=True)
    thing = models.CharField("对象", max_length=200)
    department = models.CharField("单位代码", max_length=32, blank=True)
    before = Figures("之前", default=dict)
    after = Figures("之后", default=dict)
    result = models.CharField("结果", max_length=8, choices=Result)
    reason = models.TextField("理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-at", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(role="") & ~Q(address="") & ~Q(thing="") & ~Q(path="") & ~Q(kind="") & ~(Q(before="{}") & Q(after="{}")),
                name="audit_entry_says_all",
            )
        ]
        # Each column that the pages filter by, with the order in which they show: no filter walks the whole log.
        indexes = [
            models.Index(fields=["at", "id"], name="audit_entry_by_time"),
            models.Index(fields=["username", "at", "id"], name="audit_entry_by_username"),
            models.Index(fields=["actor", "at", "id"], name="audit_entry_by_actor"),
            models.Index(fields=["action", "at", "id"], name="audit_entry_by_action"),
            models.Index(fields=["result", "at", "id"], name="audit_entry_by_result"),
            models.Index(fields=["kind", "at", "id"], name="audit_entry_by_kind"),
            models.Index(fields=["department", "at", "id"], name="audit_entry_by_department"),
            models.Index(fields=["address", "at", "id"], name="audit_entry_by_address"),
            models.Index(fields=["kind", "key", "id"], name="audit_entry_by_object"),
            models.Index(fields=["request"], name="audit_entry_by_request"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_action_display()} {self.thing}"

    def get_absolute_url(self) -> str:
        """Return the address of the entry's page."""
        return reverse("audit:entry", args=[self.pk])


class Seal(Added):
    """One link of the chain: that this entry stood so when it was sealed, after that one. Inserted only, by one sweep (chain.py).

    The entry has no foreign key in the database: a seal must be able to outlast what it seals, so that what is missing can be named.
    """

    number = models.BigIntegerField("顺序号", primary_key=True)
    entry = models.OneToOneField(Entry, models.DO_NOTHING, db_constraint=False, related_name="seal", verbose_name="记录")
    hash = models.CharField("校验值", max_length=64)
    at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "封存"
        ordering = ["number"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"
