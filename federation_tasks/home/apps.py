"""Where one starts."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.home"
    verbose_name = "首页"
