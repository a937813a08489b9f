"""How people sign in: lockout, passwords, second factor."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Name the room in the interface."""

    name = "departments.signing"
    verbose_name = "登录安全"

    def ready(self) -> None:
        """Remember old passwords; say why the counters of failures are not watched."""
        from departments.signing import remembering  # noqa: F401
        from federation_tasks.audit.watch import leave_out

        leave_out("axes", "counters of failures; each failure, each lock and each unlocking has its own entry")
        leave_out("signing.pastpassword", "a hash of a password that was replaced; the new one is told with the account")
