"""Who is being chased."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Put the tasks' table of moves, and carrying over at the closing of a period, in force."""

    name = "federation_tasks.supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Register the moves of tasks, their evidence, and the step of a closing."""
        from federation_tasks.plan.closing import Step, register_step
        from federation_tasks.plan.models import Task
        from federation_tasks.supervision.carrying import carry_unfinished, unfinished
        from federation_tasks.supervision.evidence import register_owners
        from federation_tasks.supervision.moves import TASK_MOVES
        from federation_tasks.workflow.moves import register

        register(Task, TASK_MOVES)
        register_owners()
        register_step(Step("carry_over", unfinished, carry_unfinished))
