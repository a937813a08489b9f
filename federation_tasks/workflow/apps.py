"""How things move."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.workflow"
    verbose_name = "办理过程"

    def ready(self) -> None:
        """Say why history is not watched: it is the record itself."""
        from federation_tasks.audit.watch import leave_out

        leave_out("workflow.historyrow", "written once for each move, which has its own entry in the same transaction")
