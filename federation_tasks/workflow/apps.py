"""How things move."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.workflow"
    verbose_name = "办理过程"
