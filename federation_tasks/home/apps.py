"""Where one starts."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Name the room in the interface, add what `check --deploy` asks, and keep what was typed for its owner alone."""

    name = "federation_tasks.home"
    verbose_name = "首页"

    def ready(self) -> None:
        """Register the checks; listen for who signs in."""
        from federation_tasks.home import checks, kept  # noqa: F401
