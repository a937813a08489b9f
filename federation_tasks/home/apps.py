"""Where one starts."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Name the room in the interface, and add what `check --deploy` asks."""

    name = "federation_tasks.home"
    verbose_name = "首页"

    def ready(self) -> None:
        """Register the checks."""
        from federation_tasks.home import checks  # noqa: F401
