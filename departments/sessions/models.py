"""Sessions that know whose they are, so that ending a person's sessions is one filtered write (domain.md, Who may do what)."""

import datetime as dt
import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

from departments.sessions.limits import Why

# What a browser's own save may write: the facts below are set when the row is made, or by writes of their own.
WRITTEN_WITH_THE_DATA = ["session_data", "expire_date", "user", "started_at", "address", "browser"]


def hashed(session_key: str) -> str:
    """Return the name under which a session is stored: who reads the table, or a list of it, cannot take anyone's place."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionQuerySet(models.QuerySet["Session"]):
    """Ask which sessions hold; end them."""

    def live(self, now: dt.datetime) -> "SessionQuerySet":
        """Return the sessions of signed-in people that hold at this moment: the SQL form of `Session.over`."""
        return self.filter(
            user__isnull=False, why="", expire_date__gt=now, started_at__gt=now - settings.SESSION_LIFE, acted_at__gt=now - settings.SESSION_IDLE
        )

    def forgotten(self, now: dt.datetime) -> "SessionQuerySet":
        """Return the sessions that ended so long ago that nobody will ask why."""
        long_ago = now - settings.SESSION_REMAINS
        nobodys = Q(user__isnull=True, expire_date__lt=now)
        return self.filter(nobodys | Q(expire_date__lt=long_ago) | Q(user__isnull=False, acted_at__lt=long_ago - settings.SESSION_IDLE))

    def end(self, why: Why) -> int:
        """End these sessions and empty them; what is left says why, to whoever still holds the key. Returns how many."""
        return self.filter(why="").update(why=why, session_data="")


class Session(AbstractBaseSession):
    """One browser's session. Of its key only the hash is stored; the key itself is in the browser's cookie and nowhere else."""

    session_key = models.CharField("会话校验值", max_length=64, primary_key=True)
    user = models.ForeignKey("departments.User", models.CASCADE, null=True, related_name="sessions", verbose_name="人员")
    started_at = models.DateTimeField("登录时间", null=True)
    acted_at = models.DateTimeField("最近操作", default=timezone.now)
    address = models.CharField("地址", max_length=45, blank=True)
    browser = models.CharField("浏览器", max_length=64, blank=True)
    why = models.CharField("为什么结束", max_length=16, choices=Why, blank=True)

    objects: ClassVar[Any] = SessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = verbose_name_plural = "登录会话"
        ordering = ["-acted_at"]
        indexes = [models.Index(fields=["user", "started_at"], name="departments_session_of_person")]
        constraints = [models.CheckConstraint(condition=Q(user__isnull=True) | Q(started_at__isnull=False), name="departments_session_signed_in_dated")]

    def __str__(self) -> str:
        started = f"{timezone.localtime(self.started_at):%Y-%m-%d %H:%M}" if self.started_at else "未登录"
        return f"{started} {self.browser}（{self.address}）"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        from departments.sessions.store import SessionStore

        return SessionStore

    def save(self, *args: Any, force_update: bool = False, **kwargs: Any) -> None:
        """Write the row; where it stands already, without moving the last act and without reviving what was ended meanwhile."""
        if force_update:
            kwargs["update_fields"] = WRITTEN_WITH_THE_DATA
        super().save(*args, force_update=force_update, **kwargs)

    def over(self, now: dt.datetime) -> Why | None:
        """Return why this session is over at this moment; None while it holds: the object form of `live`."""
        if self.why:
            return Why(self.why)
        if self.started_at is None:
            return None if self.expire_date > now else Why.LOST
        if self.expire_date <= now or self.started_at <= now - settings.SESSION_LIFE:
            return Why.LIFE
        return Why.IDLE if self.acted_at <= now - settings.SESSION_IDLE else None
