"""Who is being chased: what of the supervision loop stands open on a day, and what of it is late.

Now it is read from the things themselves, of a day that is over from the rows of their moves and the saved states of tasks. Both are
queries with the same columns: `then`, the state on the day, and `since` or `due_on`.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, DateField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import BigIntegerField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.dashboard.waits import Waits
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.past import end_of, tasks_as_of
from federation_tasks.plan.states import WAITING, TaskState
from federation_tasks.plan.tally import within
from federation_tasks.supervision.acknowledging import late_since
from federation_tasks.supervision.filters import ASSIGNED, CLAIMED
from federation_tasks.supervision.instruction_filters import OPEN
from federation_tasks.supervision.models import DutyState, Escalation, Extension, ExtensionState, InstructionDuty, Urge, UrgeState
from federation_tasks.workflow.past import rows_as_of, state_as_of

IN_HAND = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)  # what the department can do something about
OWED = (DutyState.ASSIGNED, DutyState.ACKNOWLEDGED, DutyState.SENT_BACK)  # the same of what is owed on an instruction
Numbers = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One sort of things: what it is called, how many stand open, how many of them are late and by what, what else is said, and their list."""

    name: str
    open: int
    unit: str
    late: int
    late_words: str
    note: str = ""
    href: str = ""


class Supervising:
    """The supervision loop of a period on a day: seven queries, whatever the number of things.

    `scope` says of which departments; None is the whole federation.
    """

    def __init__(self, access: Access, period: Period, day: dt.date, scope: QuerySet[Department] | None, waits: Waits | None = None) -> None:
        self.access, self.period, self.day, self.scope = access, period, day, scope
        self.waits = waits or Waits(day)

    # --- Numbers -----------------------------------------------------------------------------------------------------

    @cached_property
    def tasks(self) -> Numbers:
        """Return `claims`, `claims_late`, `claimed_since`, `unacknowledged`, `unacknowledged_late`."""
        claimed, assigned = Q(state=TaskState.CLAIMED), Q(state=TaskState.ASSIGNED)
        return dict(
            self._tasks.filter(state__in=WAITING).aggregate(
                claims=Count("state", filter=claimed),
                claims_late=Count("state", filter=claimed & Q(claimed_on__lt=self.waits.decide_since)),
                claimed_since=Min("claimed_on", filter=claimed),
                unacknowledged=Count("state", filter=assigned),
                unacknowledged_late=Count("state", filter=late_since(self.waits.acknowledge_since)),
            )
        )

    @cached_property
    def urges(self) -> Numbers:
        """Return `open`, what nobody has answered, `late`, and `answered`, what was answered and is not done."""
        silent = Q(then=UrgeState.SENT)
        return dict(
            self._urges.aggregate(
                open=Count("pk", filter=silent),
                late=Count("pk", filter=silent & Q(since__lt=self.waits.acknowledge_since)),
                answered=Count("pk", filter=Q(then=UrgeState.ANSWERED)),
            )
        )

    @cached_property
    def extensions(self) -> Numbers:
        """Return `open`, what awaits a leader, `late`, `waiting_since`, and `granted`, how many were in the period."""
        asked = Q(then=ExtensionState.ASKED)
        return dict(
            self._extensions.aggregate(
                open=Count("pk", filter=asked),
                late=Count("pk", filter=asked & Q(since__lt=self.waits.decide_since)),
                waiting_since=Min("since", filter=asked),
                granted=Count("pk", filter=Q(then=ExtensionState.GRANTED)),
            )
        )

    @cached_property
    def instructions(self) -> Numbers:
        """Return `open`, what no leader has closed, `late`, what is overdue, and `answered`, what awaits a leader."""
        owed = ~Q(then=DutyState.CLOSED)
        return dict(
            self._instructions.aggregate(
                open=Count("pk", filter=owed),
                late=Count("pk", filter=owed & Q(due_on__lt=self.day)),
                answered=Count("pk", filter=Q(then=DutyState.ANSWERED)),
            )
        )

    @cached_property
    def escalations(self) -> dict[int, int]:
        """Return how many overdue things have gone up at least to each step."""
        return dict(self._escalations.order_by().values_list("step").annotate(Count("pk")))

    # --- In words ----------------------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        """Return one line for each sort of things, those for the departments to do first."""
        silent, undecided = (f"超过 {days} 个工作日" for days in (self.waits.acknowledge_within, self.waits.decide_within))
        tasks, urges, asked, owed = self.tasks, self.urges, self.extensions, self.instructions
        return [
            Line("没有签收的任务", tasks["unacknowledged"], "项", tasks["unacknowledged_late"], silent, "", self._task_list(ASSIGNED)),
            Line("没有回应的催办", urges["open"], "件", urges["late"], silent, _more("已回应、还没办到", urges["answered"], "件"), self._urge_list),
            Line("未销号的要求", owed["open"], "项", owed["late"], "过了办理期限", _more("已答复、待销号", owed["answered"], "项"), self._instruction_list),
            Line("待审定的延期", asked["open"], "件", asked["late"], undecided, self._asked_note, self._extension_list),
            Line("待核的办结申请", tasks["claims"], "项", tasks["claims_late"], undecided, self._longest(tasks["claimed_since"]), self._task_list(CLAIMED)),
            self._gone_up,
        ]

    @property
    def _gone_up(self) -> Line:
        head, deputy, principal = (self.escalations.get(step, 0) for step in Escalation.Step)
        return Line("逾期升级", head, "项", deputy, "升级到领导", _more("升级到主要领导", principal, "项"))

    @property
    def words(self) -> str:
        """Return what stands open and what is late, in a sentence."""
        told = [f"{line.name} {line.open} {line.unit}{_late(line)}" for line in self.lines if line.open]
        return f"{'，'.join(told)}。" if told else "没有挂着的催办、延期、办结申请和要求，任务都已签收。"

    @property
    def _asked_note(self) -> str:
        return "；".join(part for part in (self._longest(self.extensions["waiting_since"]), _more("本期已同意", self.extensions["granted"], "件")) if part)

    def _longest(self, since: dt.date | None) -> str:
        return f"最久的已等 {self.waits.days(since)} 个工作日" if since else ""

    # --- Where one may go --------------------------------------------------------------------------------------------

    @property
    def _is_listed(self) -> bool:
        """Say whether the lists show what is counted here: they are of today, all but that of tasks."""
        return not self.is_past and self.access.may(Capability.READ_TASKS)

    def _task_list(self, light: str) -> str:
        if not self.access.may(Capability.READ_TASKS):
            return ""
        on = {"on": self.day.isoformat()} if self.day != self.access.on else {}
        return f"{reverse('supervision:tasks')}?{urlencode({'period': self.period.code, **on, 'light': light})}"

    @property
    def _urge_list(self) -> str:
        return f"{reverse('supervision:urges_sent')}?{urlencode({'state': UrgeState.SENT.value})}" if self._is_listed else ""

    @property
    def _instruction_list(self) -> str:
        return f"{reverse('supervision:instructions')}?{urlencode({'period': self.period.code, 'state': OPEN})}" if self._is_listed else ""

    @property
    def _extension_list(self) -> str:
        query = urlencode({"period": self.period.code, "state": ExtensionState.ASKED.value})
        return f"{reverse('supervision:extensions')}?{query}" if self._is_listed else ""

    # --- What stood on the day ---------------------------------------------------------------------------------------

    @property
    def is_past(self) -> bool:
        """Say whether the day is over: everything is then told as it stood at its end."""
        return self.day < self.access.on

    @property
    def _end(self) -> dt.datetime:
        return end_of(self.day)

    def _mine(self, column: str = "department") -> Q:
        return within(self.scope, column)

    @property
    def _tasks(self) -> QuerySet[Any]:
        if self.is_past:
            return tasks_as_of(self.day, self._mine(), period=self.period)
        return Task.objects.filter(self._mine(), period=self.period).order_by()

    @property
    def _urges(self) -> QuerySet[Any]:
        if not self.is_past:
            return Urge.objects.filter(self._mine(), period=self.period).annotate(then=F("state"), since=F("notice__on")).order_by()
        urge = Urge.objects.filter(pk=OuterRef("object_id"))
        return self._moved(Urge).annotate(since=Subquery(urge.values("notice__on")[:1]))

    @property
    def _extensions(self) -> QuerySet[Any]:
        """Return those asked for and granted. What a suspended task asks for awaits nobody."""
        asked = Q(then=ExtensionState.ASKED)
        if not self.is_past:
            rows = Extension.objects.filter(self._mine("task__department"), task__period=self.period).order_by()
            return rows.annotate(then=F("state"), since=F("asked_on")).exclude(asked, task__state=TaskState.SUSPENDED)
        extension = Extension.objects.filter(pk=OuterRef("object_id"))
        rows = self._moved(Extension).annotate(since=Subquery(extension.values("asked_on")[:1]), task=Cast(KT("facts__task"), BigIntegerField()))
        # A task moves to a new row with the half-year; the row of the move tells which one it was.
        of_task = Case(When(asked, then=Coalesce(state_as_of(Task, self._end, "task"), Value(""))), default=Value(""))
        return rows.annotate(of_task=of_task).exclude(of_task=TaskState.SUSPENDED.value)

    @property
    def _instructions(self) -> QuerySet[Any]:
        if not self.is_past:
            rows = InstructionDuty.objects.filter(self._mine(), period=self.period).order_by()
            return rows.annotate(then=F("state"), due_on=F("instruction__due"))
        duty = InstructionDuty.objects.filter(pk=OuterRef("object_id"))
        return self._moved(InstructionDuty).annotate(due_on=Subquery(duty.values("instruction__due")[:1], output_field=DateField()))

    def _moved(self, kind: Any) -> QuerySet[Any]:
        return rows_as_of(kind, self._end, period=self.period.code).filter(self._mine()).annotate(then=F("to_state"))

    @property
    def _escalations(self) -> QuerySet[Any]:
        """Return the steps of what is still overdue by the same due date and in the department's hands: a row for each step taken."""
        rows = Escalation.objects.filter(self._mine(), due__lt=self.day, on__lte=self.day)
        if self.is_past:
            return rows.filter(self._task_was | self._duty_was)
        task = Q(task__period=self.period, task__state__in=IN_HAND, task__due=F("due"))
        return rows.filter(task | Q(instruction_duty__period=self.period, instruction_duty__state__in=OWED))

    @property
    def _task_was(self) -> Q:
        """Return the condition that the task was in hand then; a step goes along when its task is carried over, so it may now be at a later row."""
        found = Q()
        for key in ("task", "task__carried_from", "task__carried_from__carried_from"):
            then = tasks_as_of(self.day, Q(id=OuterRef(key), due=OuterRef("due")), state__in=IN_HAND, period=self.period)
            found |= Q(Exists(then))
        return found

    @property
    def _duty_was(self) -> Q:
        then = rows_as_of(InstructionDuty, self._end, period=self.period.code, to_state__in=OWED)
        return Q(instruction_duty__in=then.values("object_id"))


def _more(words: str, number: int, unit: str) -> str:
    return f"{words} {number} {unit}" if number else ""


def _late(line: Line) -> str:
    return f"（{line.late_words} {line.late} {line.unit}）" if line.late else ""
