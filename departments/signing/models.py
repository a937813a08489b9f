"""What signing in leaves behind: counters of failures, hashes of past passwords, the second factor."""

import datetime as dt

from axes.models import AccessAttempt
from django.conf import settings
from django.db import models
from django.db.models import Q

from departments.models import User

# What tells the two kinds of counter apart, in a column that axes fills with the browser's name.
ACCOUNT, ADDRESS = "account", "address"
# Begins what stands in the place of a name that nobody has; no user name can hold it.
NOT_A_NAME = "#"


class Lockout(AccessAttempt):  # type: ignore[misc]
    """A counter of failures in axes' table: of one user name, or of one address."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "登录锁定"
        ordering = ["-attempt_time", "pk"]

    def __str__(self) -> str:
        if self.kind == ADDRESS:
            return f"网络地址 {self.ip_address}"
        return f"不存在的用户名 {self.username}" if str(self.username).startswith(NOT_A_NAME) else f"用户名 {self.username}"

    @property
    def kind(self) -> str:
        """Return whether an account or an address is counted."""
        return str(self.user_agent)

    @property
    def until(self) -> dt.datetime:
        """Return when the lock ends by itself."""
        return self.attempt_time + settings.AXES_COOLOFF_TIME

    @staticmethod
    def holding(now: dt.datetime) -> "models.QuerySet[Lockout]":
        """Return the locks that hold at a moment."""
        full = Q(user_agent=ACCOUNT, failures_since_start__gte=settings.AXES_FAILURE_LIMIT)
        full |= Q(user_agent=ADDRESS, failures_since_start__gte=settings.ADDRESS_FAILURE_LIMIT)
        return Lockout.objects.filter(full, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)


class PastPassword(models.Model):
    """The hash of a password that somebody had before, so that it is not taken again. Nothing else is known of it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords", verbose_name="账号")
    encoded = models.CharField("散列", max_length=128)
    replaced_at = models.DateTimeField("换掉的时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return f"{self.user} {self.replaced_at:%Y-%m-%d}"


class SecondFactor(models.Model):
    """What somebody's telephone knows. Both are needed from the moment on which a first code has shown that it works."""

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="账号")
    secret = models.TextField("密钥（加密保存）")
    last_step = models.BigIntegerField("用过的最后一步", default=0, help_text="半分钟为一步；用过的一步，验证码不再收。")
    confirmed_at = models.DateTimeField("打开时间")

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"

    def __str__(self) -> str:
        return f"{self.user}的两步验证"


class RecoveryCode(models.Model):
    """The hash of a code that opens one sign-in without the telephone. The code itself was shown once."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes", verbose_name="两步验证")
    hashed = models.CharField("散列", max_length=64)
    used_at = models.DateTimeField("用掉的时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        constraints = [models.UniqueConstraint(fields=["factor", "hashed"], name="signing_recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.factor}恢复码 {self.pk}"
