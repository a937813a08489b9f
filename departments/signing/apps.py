"""How people sign in: lockout, passwords, second factor."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Name the room in the interface."""

    name = "departments.signing"
    verbose_name = "登录安全"

    def ready(self) -> None:
        """Remember old passwords."""
        from departments.signing import remembering  # noqa: F401
