"""What happened to a task (来龙去脉), newest first, through all half-years: the work, the leaders' decisions, chasing and requirements."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from departments.access import Access
from federation_tasks.files.models import Attachment
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.events import STORIES, WORDS, Event, Evidence, Kind, of_escalation, of_move, of_update
from federation_tasks.supervision.evidence import is_tied, speaks_for
from federation_tasks.supervision.listing import Chip
from federation_tasks.supervision.models import Escalation, Extension, InstructionDuty, Urge
from federation_tasks.workflow.models import HistoryRow, Moving

AT_FIRST = 30  # events; the older ones are one link away
OFFERED = (Kind.DECISIONS, Kind.PROGRESS, Kind.CHASING, Kind.REQUIREMENTS)


class Timeline:
    """What one person may read of what happened to a task: a number of queries that does not grow with what happened.

    `show` is one of the kinds that are offered, anything else is all; `whole` shows the older events too.
    """

    def __init__(self, task: Task, access: Access, show: str = "", whole: bool = False) -> None:
        self.task, self.access, self.whole = task, access, whole
        self.show = Kind(show) if show in OFFERED else None

    @cached_property
    def every(self) -> list[Event]:
        """Return all that happened; last, how it came to be."""
        events = sorted([*self._moves(), *self._updates(), *self._escalations()], key=attrgetter("on", "at"), reverse=True)
        return [*events, beginning(self.rows[-1], events)]

    @cached_property
    def chosen(self) -> list[Event]:
        """Return what is of the kind that was asked for."""
        return [event for event in self.every if self.show is None or self.show in event.kinds]

    @property
    def shown(self) -> list[Event]:
        """Return what the page shows at first, or all of it."""
        return self.chosen if self.whole else self.chosen[:AT_FIRST]

    @property
    def folded(self) -> int:
        """Return how many older events are not shown."""
        return len(self.chosen) - len(self.shown)

    @property
    def address_of_all(self) -> str:
        """Return the address that shows the older ones too."""
        return f"?{f'show={self.show}&' if self.show else ''}all=1#timeline"

    @property
    def chips(self) -> list[Chip]:
        """Return the links that narrow it down, each with its number; what has nothing is left out."""
        found = [Chip(f"全部 {len(self.every)}", "?show=all#timeline", self.show is None)]
        for kind in OFFERED:
            number = sum(kind in event.kinds for event in self.every)
            if number or self.show is kind:
                found.append(Chip(f"{WORDS[kind]} {number}", f"?show={kind}#timeline", self.show is kind))
        return found

    @cached_property
    def rows(self) -> list[Task]:
        """Return the task and the rows that it was carried over from."""
        return [self.task, *earlier(self.task)]

    @cached_property
    def ids(self) -> list[int]:
        """Return the ids of all these rows."""
        return [row.pk for row in self.rows]

    @cached_property
    def things(self) -> dict[tuple[int, int], Moving]:
        """Return what moves about this task, by content type and id: itself, and what was asked, required and urged about it."""
        asked = Extension.objects.visible_to(self.access).filter(Q(task__in=self.ids) | Q(task__carried_from=self.task.pk))
        required = InstructionDuty.objects.visible_to(self.access).filter(instruction__task__in=self.ids)
        urged = Urge.objects.visible_to(self.access).filter(task__in=self.ids)
        found: list[Moving] = list(self.rows)
        for model, rows in ((Extension, asked), (InstructionDuty, required), (Urge, urged)):
            found += STORIES[model].read(rows)
        return {(ContentType.objects.get_for_model(thing).pk, thing.pk): thing for thing in found}

    def _moves(self) -> list[Event]:
        rows = HistoryRow.objects.filter(self._about).select_related("actor")
        shown = [row for row in rows if not self._is_double(row)]
        files = evidence(HistoryRow, shown)
        return [of_move(row, self.things[row.content_type_id, row.object_id], self.access, files[row.pk]) for row in shown]

    @property
    def _about(self) -> Q:
        by_kind: dict[int, list[int]] = defaultdict(list)
        for kind, pk in self.things:
            by_kind[kind].append(pk)
        # What happened in a later half-year to an extension that went along stands with the later task.
        later = {ContentType.objects.get_for_model(Extension).pk: Q(period__in={row.period.code for row in self.rows})}
        wanted = Q(pk__in=[])
        for kind, ids in by_kind.items():
            wanted |= Q(content_type=kind, object_id__in=ids) & later.get(kind, Q())
        return wanted

    def _is_double(self, row: HistoryRow) -> bool:
        """Say whether an earlier row's end is told by the row that it was carried over to."""
        thing = self.things[row.content_type_id, row.object_id]
        return isinstance(thing, Task) and thing.pk != self.task.pk and row.to_state == TaskState.CARRIED_OVER

    def _updates(self) -> list[Event]:
        said = list(ProgressUpdate.objects.filter(task__in=self.ids).select_related("author"))
        files, tied = evidence(ProgressUpdate, said), is_tied(self.task)
        found = []
        for row in said:
            mine = not tied and row.task_id == self.task.pk and speaks_for(row, self.access)
            found.append(of_update(row, self.task, self.access, [Evidence(file, mine) for file in files[row.pk]]))
        return found

    def _escalations(self) -> list[Event]:
        duties = [pk for (kind, pk), thing in self.things.items() if isinstance(thing, InstructionDuty)]
        rows = Escalation.objects.visible_to(self.access).filter(Q(task__in=self.ids) | Q(instruction_duty__in=duties))
        return [of_escalation(row, self.access) for row in rows.select_related("leader", "task", *(f"instruction_duty__{name}" for name in BESIDE_DUTIES))]


BESIDE_DUTIES = ("department", "instruction__period")


def evidence(model: type[models.Model], rows: Iterable[models.Model]) -> dict[int, list[Attachment]]:
    """Return the files of these rows by the row's id: one query, however many there are."""
    found: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.of(model, [row.pk for row in rows]).select_related("uploaded_by", "withdrawn_by"):
        found[int(file.object_id or 0)].append(file)
    return found


def earlier(task: Task) -> list[Task]:
    """Return the rows that a task was carried over from, the last half-year's first: one query for each."""
    found: list[Task] = []
    before = task.carried_from
    while before is not None:
        found.append(before)
        before = Task.objects.select_related("period").get(pk=before.carried_from_id) if before.carried_from_id else None
    return found


def beginning(task: Task, events: list[Event]) -> Event:
    """Return how a task came to be, not later than anything that happened to it."""
    created = timezone.localdate(task.created_at)
    day = min([created, *(event.on for event in events)])
    return Event(day, task.created_at, "下达", text=f"来源：{task.get_source_display()}", kinds=frozenset({Kind.PROGRESS}))
