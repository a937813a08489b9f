"""Who is being chased."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Put the tasks' table of moves in force."""

    name = "federation_tasks.supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Register the moves of tasks."""
        from federation_tasks.plan.models import Task
        from federation_tasks.supervision.moves import TASK_MOVES
        from federation_tasks.workflow.moves import register

        register(Task, TASK_MOVES)
