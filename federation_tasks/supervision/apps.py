"""Who is being chased."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """Put the tasks' table of moves, and carrying over at the closing of a period, in force."""

    name = "federation_tasks.supervision"
    verbose_name = "督查督办"

    def ready(self) -> None:
        """Register the moves, their evidence, and the step of a closing; have the audit watch what is asked, required and urged."""
        from federation_tasks.audit.watch import watch
        from federation_tasks.plan.closing import Step, register_step
        from federation_tasks.plan.models import Task
        from federation_tasks.supervision import models, moves
        from federation_tasks.supervision.carrying import carry_unfinished, unfinished
        from federation_tasks.supervision.carrying_instructions import carry_instructions, open_instructions
        from federation_tasks.supervision.events import register_stories
        from federation_tasks.supervision.evidence import register_owners
        from federation_tasks.workflow.moves import register

        register(Task, moves.TASK_MOVES)
        register(models.Extension, moves.EXTENSION_MOVES)
        register(models.InstructionDuty, moves.DUTY_MOVES)
        register(models.Urge, moves.URGE_MOVES)
        watch(models.Extension, hashed=["standing"], department="task.department.code")
        watch(models.Instruction, hashed=["text"], leave=["created_at", "batch", "place"])
        watch(models.InstructionDuty, hashed=["answer"])
        watch(models.UrgeNotice, leave=["at"])
        for plain in (models.Urge, models.SupervisionRule, models.UrgeStage):
            watch(plain)
        watch(models.Escalation, leave=["at"])
        register_owners()
        register_stories()
        register_step(Step("carry_over", unfinished, carry_unfinished))
        register_step(Step("carry_instructions", open_instructions, carry_instructions))
