"""The page of one task for one person: how it stands, what happened, and what he may do about it."""

from functools import cached_property

from django.db.models import QuerySet

from departments.access import Access, Capability
from federation_tasks.plan.lights import Lamps, elapsed_percent
from federation_tasks.plan.models import Task
from federation_tasks.plan.progress import done_of_planned
from federation_tasks.plan.states import OUT_OF_COUNT, TaskState
from federation_tasks.supervision.chasing import Chasing
from federation_tasks.supervision.deciding import who_decides
from federation_tasks.supervision.extension_page import Extensions
from federation_tasks.supervision.forms import UpdateForm
from federation_tasks.supervision.timeline import Timeline
from federation_tasks.supervision.updates import may_update, refusal_of_updates
from federation_tasks.workflow.forms import MoveForm, move_forms
from federation_tasks.workflow.models import HistoryRow


def readable(access: Access) -> QuerySet[Task]:
    """Return the tasks whose page this person may open, with what the page shows of them."""
    tasks: QuerySet[Task] = Task.objects.visible_to(access)
    beside = ("period", "department", "goal", "target__initiative", "target__policy", "clause__document", "assignee", "claimed_by")
    return tasks.select_related(*beside, "carried_from__period", "carried_to__period").prefetch_related("supporting", "milestones")


class TaskPage:
    """What the template shows. `failed` is the form that this person just sent and that was refused: nothing typed is lost."""

    def __init__(self, task: Task, access: Access, failed: UpdateForm | MoveForm | None = None, timeline: Timeline | None = None) -> None:
        self.task, self.access, self.failed = task, access, failed
        self.timeline = timeline or Timeline(task, access)

    @cached_property
    def lamps(self) -> Lamps:
        """Return today's lights."""
        return Lamps(self.access.on)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return self.failed.summary if self.failed else []

    @property
    def done(self) -> str:
        """Return 6 / 8 所."""
        return done_of_planned(self.task)

    @property
    def is_running(self) -> bool:
        """Say whether time still counts for this task."""
        return self.task.state not in (*OUT_OF_COUNT, TaskState.COMPLETED)

    @property
    def elapsed(self) -> int | None:
        """Return how many percent of the task's days are gone by; None where time no longer counts."""
        return elapsed_percent(self.task, self.access.on) if self.is_running else None

    @cached_property
    def sent_back(self) -> HistoryRow | None:
        """Return the leader's refusal of the last claim while the work goes on after it."""
        return self._said("send_back") if self.task.state == TaskState.IN_PROGRESS else None

    @cached_property
    def remarked(self) -> HistoryRow | None:
        """Return what a leader said last of the claim that waits, where it was more than agreement: the claim stays, the work goes on."""
        return self._said("remark") if self.task.is_claim_waiting else None

    def _said(self, move: str) -> HistoryRow | None:
        last = HistoryRow.objects.of(self.task).filter(move__in=["claim", "remark", "send_back"]).select_related("actor").first()
        return last if last and last.move == move else None

    @cached_property
    def extensions(self) -> Extensions:
        """Return how it stands with putting the task off."""
        return Extensions(self.task, self.access)

    @property
    def awaited(self) -> str:
        """Return who decides on the claim that waits (待核)."""
        return who_decides(self.task.department, self.access.on)

    @cached_property
    def may_update(self) -> bool:
        """Say whether this person adds updates to this task at all."""
        return may_update(self.task, self.access)

    @property
    def refusal(self) -> str:
        """Return why there is no form for updates, to someone who would otherwise have one."""
        return refusal_of_updates(self.task) if self.may_update else ""

    @cached_property
    def update_form(self) -> UpdateForm | None:
        """Return the form for updates, where this person may add one now."""
        if isinstance(self.failed, UpdateForm):
            return self.failed
        return UpdateForm(self.task, self.access) if self.may_update and not self.refusal else None

    @cached_property
    def moves(self) -> list[MoveForm]:
        """Return the moves open to this person."""
        return move_forms(self.task, self.access, self.failed if isinstance(self.failed, MoveForm) else None)

    @cached_property
    def chasing(self) -> Chasing:
        """Return how the task is being chased: urges and escalation."""
        return Chasing(self.task, self.access)

    @property
    def may_instruct(self) -> bool:
        """Say whether this person may require something of the department."""
        return self.access.may(Capability.DECIDE, self.task.department_id)

    @property
    def is_update_first(self) -> bool:
        """Say whether the update is the main thing to do here: not before the task is acknowledged."""
        return self.task.state != TaskState.ASSIGNED or not self.moves
