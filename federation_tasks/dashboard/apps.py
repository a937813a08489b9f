"""What leaders see."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.dashboard"
    verbose_name = "亮灯总览"
