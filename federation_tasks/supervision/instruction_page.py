"""The page of one instruction for one person: what is required, and how it stands in each department that he may read of."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.files.models import Attachment
from federation_tasks.plan.models import Task
from federation_tasks.supervision.events import Event, Evidence, kinds_of, said_in_report, who
from federation_tasks.supervision.models import DutyState, Instruction, InstructionDuty
from federation_tasks.supervision.timeline import evidence
from federation_tasks.workflow.forms import MoveForm, move_forms
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import table_of

ANSWERS = {"answer", "supplement"}
NOT_ASKED_FOR = {"release", "supplement"}  # what may be done and is nobody's turn
FEW = 6  # departments whose parts stand open


def within(duty: InstructionDuty) -> str:
    """Return what goes before the names of a duty's fields: several duties stand on one page."""
    return f"duty-{duty.pk}"


@dataclass(frozen=True)
class DutyPart:
    """One department's part of the page."""

    duty: InstructionDuty
    days_overdue: int  # calendar days; 0 where it is not
    events: list[Event]  # newest first
    files: list[Evidence]  # of the answer that stands
    answered_on: dt.date | None  # the day of the answer that stands
    moves: list[MoveForm]
    is_open: bool  # not folded

    @property
    def is_quiet(self) -> bool:
        """Say whether it is not this person's turn: what a leader requires no more is not what the page is for."""
        return all(form.move.name in NOT_ASKED_FOR for form in self.moves)

    @property
    def base(self) -> str:
        """Return the address below which its moves are posted."""
        return f"{reverse('supervision:instructions')}duties/{self.duty.pk}/"

    @property
    def sent_back(self) -> Event | None:
        """Return the leader's refusal of the last answer, while the department works on it."""
        return self.events[0] if self.duty.state == DutyState.SENT_BACK and self.events else None


class InstructionPage:
    """What the template shows: a bounded number of queries, however many departments there are. `failed` is the refused form."""

    def __init__(self, pk: int, access: Access, failed: MoveForm | None = None) -> None:
        self.access, self.failed = access, failed
        beside = ("instruction__leader", "instruction__period", "instruction__made_by", "department", "period", "answered_by")
        of_source = ("instruction__task__department", "instruction__report_duty__department", "instruction__report_duty__period")
        duties = InstructionDuty.objects.visible_to(access).filter(instruction=pk).select_related(*beside, *of_source)
        self.duties: list[InstructionDuty] = list(duties.order_by("department__order", "pk"))
        if not self.duties:
            raise Http404
        self.instruction: Instruction = self.duties[0].instruction

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return self.failed.summary if self.failed else []

    @cached_property
    def source_task(self) -> Task | None:
        """Return the task that it is about, where this person may read it."""
        task = self.instruction.task
        return task if task and Task.objects.visible_to(self.access).filter(pk=task.pk).exists() else None

    @property
    def reads_report(self) -> bool:
        """Say whether this person may read the report that it is about."""
        duty = self.instruction.report_duty
        return duty is not None and self.access.may(Capability.READ_SUBMITTED, duty.department_id)

    @property
    def closers(self) -> str:
        """Return in words who closes it."""
        leader = self.instruction.leader
        if leader.rank == leader.Rank.PRINCIPAL:
            return f"由{leader.federation_post} {leader.name}销号。"
        return f"由{leader.federation_post} {leader.name}、接任分管的领导或者主要领导销号。"

    @cached_property
    def parts(self) -> list[DutyPart]:
        """Return each department's part: two queries for all of them."""
        kind = ContentType.objects.get_for_model(InstructionDuty)
        history: dict[int, list[HistoryRow]] = defaultdict(list)
        rows = HistoryRow.objects.filter(content_type=kind, object_id__in=[duty.pk for duty in self.duties]).select_related("actor").order_by("-on", "-id")
        for row in rows:
            history[row.object_id].append(row)
        files = evidence(HistoryRow, [row for found in history.values() for row in found])
        return [self._part(duty, history[duty.pk], files) for duty in self.duties]

    def _part(self, duty: InstructionDuty, history: list[HistoryRow], files: dict[int, list[Attachment]]) -> DutyPart:
        failed = self.failed if self.failed and self.failed.thing.pk == duty.pk else None
        moves = move_forms(duty, self.access, failed, within=within(duty))
        standing = next((row for row in history if row.move in ANSWERS), None) if duty.answer else None
        events = [_event(duty, row, [] if row is standing else files[row.pk], is_standing=row is standing) for row in history]
        shown = [Evidence(file) for file in files[standing.pk]] if standing else []
        is_open = len(self.duties) <= FEW or failed is not None
        return DutyPart(duty, duty.days_overdue_on(self.access.on), events, shown, standing.on if standing else None, moves, is_open)


def _event(duty: InstructionDuty, row: HistoryRow, files: list[Attachment], *, is_standing: bool) -> Event:
    """Return one move as it is told; the answer that stands is shown above, not twice."""
    move = table_of(duty)[row.move]
    title = f"转到{duty.period}" if row.move == "carry_over" and row.period == duty.period.code else said_in_report(row) or move.label
    reason = "" if is_standing else row.reason
    kinds = kinds_of(InstructionDuty, row.move)
    return Event(row.on, row.at, title, reason=reason, who=who(row.actor, row.acting_as), kinds=kinds, files=[Evidence(file) for file in files])
