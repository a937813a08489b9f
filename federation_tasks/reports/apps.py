"""What the department says."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.reports"
    verbose_name = "部门汇报"
