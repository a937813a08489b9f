"""Putting off a task for one person: what was asked and decided so far, and what he may do about it now."""

from functools import cached_property

from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import UNFINISHED
from federation_tasks.supervision.deciding import who_decides
from federation_tasks.supervision.models import Extension, ExtensionState
from federation_tasks.supervision.timeline import earlier
from federation_tasks.workflow.forms import MoveForm, move_forms
from federation_tasks.workflow.moves import Act, table_of


def extensions_of(task: Task) -> list[Extension]:
    """Return all extensions of a task, the newest first, through the half-years that it was carried over from."""
    ids = [row.pk for row in (task, *earlier(task))]
    return list(Extension.objects.filter(task__in=ids).select_related("asked_by", "decided_by").order_by("-pk"))


class Extensions:
    """How it stands with putting off a task: what its own page and the extension's page say of it."""

    def __init__(self, task: Task, access: Access) -> None:
        self.task, self.access = task, access

    @cached_property
    def every(self) -> list[Extension]:
        """Return all of them, the newest first."""
        return extensions_of(self.task)

    @cached_property
    def waiting(self) -> Extension | None:
        """Return the one that awaits a leader."""
        found = next((row for row in self.every if row.state == ExtensionState.ASKED), None)
        if found:
            found.task = self.task
        return found

    @property
    def refused(self) -> Extension | None:
        """Return the newest one where a leader refused it and the work goes on."""
        last = next(iter(self.every), None)
        return last if last and last.state == ExtensionState.REFUSED and self.task.state in UNFINISHED else None

    @cached_property
    def decider(self) -> str:
        """Return who decides on what is asked."""
        return who_decides(self.task.department, self.access.on)

    @property
    def may_ask(self) -> bool:
        """Say whether this person answers for the department."""
        return self.access.may(Capability.ANSWER_FOR, self.task.department_id)

    @property
    def may_decide(self) -> bool:
        """Say whether this person decides for the department."""
        return self.access.may(Capability.DECIDE, self.task.department_id)

    @property
    def link(self) -> str:
        """Return what this person finds behind the link to the extension's page; empty where there is nothing."""
        is_open = self.task.state in UNFINISHED
        if self.waiting and self.may_decide:
            return "审定延期申请"
        if self.waiting:
            return "看延期申请"
        if is_open and self.may_decide:
            return "直接延期"
        if is_open and self.may_ask:
            return "申请延期"
        return "看延期经过" if self.every else ""


class ExtensionPage(Extensions):
    """The page of a task's extensions. `failed` is the form that this person just sent and that was refused: nothing typed is lost."""

    def __init__(self, task: Task, access: Access, failed: MoveForm | None = None) -> None:
        super().__init__(task, access)
        self.failed = failed

    @cached_property
    def lamps(self) -> Lamps:
        """Return today's lights."""
        return Lamps(self.access.on)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return self.failed.summary if self.failed else []

    @cached_property
    def thing(self) -> Extension:
        """Return what can be moved: the extension that waits, else one that is not there yet."""
        return self.waiting or Extension(task=self.task)

    @property
    def base(self) -> str:
        """Return the address below which the moves are posted."""
        if self.waiting:
            return f"{reverse('supervision:extensions')}{self.waiting.pk}/"
        return reverse("supervision:extension", args=[self.task.pk])

    @cached_property
    def forms(self) -> list[MoveForm]:
        """Return the moves open to this person."""
        return move_forms(self.thing, self.access, self.failed)

    @property
    def refusal(self) -> str:
        """Return why nothing can be asked or set now, to someone who otherwise could; one sentence is enough for whoever could do both."""
        if self.forms:
            return ""
        act = Act(self.thing, self.access, before=self.thing.state)
        moves = [move for move in table_of(self.thing) if move.offered and self.thing.state in move.sources and move.allowed_to(self.thing, self.access)]
        return next((sentence for move in moves if move.refusal and (sentence := move.refusal(act))), "")
