"""How a task is being chased, for its page: the urges that stand open, the step that it has gone up to, and whether it can be urged."""

from functools import cached_property

from departments.access import Access, Capability
from federation_tasks.plan.models import Task
from federation_tasks.supervision.escalating import present_step
from federation_tasks.supervision.models import Escalation, Urge
from federation_tasks.supervision.moves.urges import not_urgeable
from federation_tasks.supervision.stages import Stages
from federation_tasks.supervision.urge_forms import UrgeMoveForm
from federation_tasks.workflow.forms import MoveForm
from federation_tasks.workflow.moves import NEW, Act, table_of


class Chasing:
    """What the page of one task says of urges and escalation."""

    def __init__(self, task: Task, access: Access) -> None:
        self.task, self.access = task, access

    @cached_property
    def urges(self) -> list[Urge]:
        """Return the urges that the department has neither answered nor done, newest first, where this person may read them."""
        rows = Urge.objects.visible_to(self.access).filter(task=self.task).unanswered()
        return list(rows.select_related("notice__by", "department", "period", "task__period", "report_duty", "instruction_duty"))

    @property
    def open(self) -> list[tuple[Urge, list[MoveForm]]]:
        """Return the open urges; what this person may do about it stands at the newest, the others are a link away."""
        return [(urge, [] if place else urge_moves(urge, self.access)) for place, urge in enumerate(self.urges)]

    @cached_property
    def stages(self) -> Stages:
        """Return the stages by the names that are in use."""
        return Stages()

    @cached_property
    def step(self) -> Escalation | None:
        """Return the step that the task stands at."""
        return present_step(self.task, self.access.on)

    @property
    def may_urge(self) -> bool:
        """Say whether this person is offered to urge."""
        if not self.access.may(Capability.SUPERVISE):
            return False
        return not not_urgeable(Act(Urge(task=self.task), self.access, before=NEW))


def urge_moves(urge: Urge, access: Access, failed: MoveForm | None = None) -> list[MoveForm]:
    """Return a form for each move of an urge that is open to this person; `failed` is the one that was just refused."""
    moves = table_of(urge).open_to(urge, access)
    return [failed if failed and failed.move is move else UrgeMoveForm(move, urge, access) for move in moves]
