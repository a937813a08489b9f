"""What was promised."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.plan"
    verbose_name = "目标与任务"
