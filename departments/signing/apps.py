"""How people sign in: lockout, passwords, second factor."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Name the room in the interface."""

    name = "departments.signing"
    verbose_name = "登录安全"

    def ready(self) -> None:
        """Remember old passwords; leave the second factor out of the audit's watch."""
        from departments.signing import remembering  # noqa: F401
        from federation_tasks.audit.watch import leave_out

        leave_out("signing.secondfactor", "打开、关闭、重置、用恢复码、验证码不对，各写自己的审计行；密钥和用到哪一步不是审计事项。")
        leave_out("signing.recoverycode", "跟着两步验证一起写。")
