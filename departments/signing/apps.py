"""How people sign in: lockout, passwords, second factor."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Name the room in the interface."""

    name = "departments.signing"
    verbose_name = "登录安全"

    def ready(self) -> None:
        """Remember old passwords; say why what stands here is not watched."""
        from departments.signing import remembering  # noqa: F401
        from federation_tasks.audit.watch import leave_out

        leave_out("axes", "counters of failures; each failure, each lock and each unlocking has its own entry")
        leave_out("signing.pastpassword", "a hash of a password that was replaced; the new one is told with the account")
        leave_out("signing.secondfactor", "on, off, reset and each wrong code have their own entries; the secret and the last step taken are no news")
        leave_out("signing.recoverycode", "written along with the second factor, whose entries tell of it")
