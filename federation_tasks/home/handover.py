"""The handover page (接手清单): all that came with the departments that a leader took over on one day, as it stands today.

The numbers are those of the lists: lights from the one place that counts, what waits by the rules of supervision/awaiting.py.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from departments.access import Access, Capability
from departments.models import Department, Leader
from federation_tasks.home.takeovers import Taken
from federation_tasks.home.worklist.tasks import where_and_when
from federation_tasks.plan.counts import Counts, count_by, total_of
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.states import UNFINISHED
from federation_tasks.reports.models import Report
from federation_tasks.supervision.awaiting import Patience, Waiting, claims_of, extensions_of
from federation_tasks.supervision.events import address_of, day_words
from federation_tasks.supervision.models import DutyState, Escalation, Extension, InstructionDuty, Urge, UrgeState
from federation_tasks.supervision.models.urge import UrgeQuerySet

SHOWN = 20  # rows of a list; the rest is one link away
URGED = ("notice", "period", "department", "task", "report_duty", "instruction_duty__department", "instruction_duty__instruction__period")
STEPS = ("leader", "department", "task", "instruction_duty__department", "instruction_duty__instruction__period")


@dataclass(frozen=True)
class Line:
    """One thing that came along. `mark` tells it from others of the same name, for those who hear the link alone."""

    title: str
    href: str
    text: str = ""
    flag: str = ""
    task: Task | None = None  # whose light stands beside it
    mark: str = ""


@dataclass(frozen=True)
class Listing:
    """Things of one kind: `total` of them, of which `lines` are shown; `more` leads to the others."""

    title: str
    lines: list[Line]
    total: int
    more: str = ""

    @property
    def unlisted(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.lines)


@dataclass
class Came:
    """One department that was taken over, with all that came with it."""

    taken: Taken
    halves: list[tuple[Period, Counts, str]] = field(default_factory=list)  # each with the address of its list
    late: list[Task] = field(default_factory=list)  # overdue and behind, the worst first
    claims: list[Waiting[Task]] = field(default_factory=list)
    extensions: list[Waiting[Extension]] = field(default_factory=list)
    reports: list[Waiting[Report]] = field(default_factory=list)
    duties: list[InstructionDuty] = field(default_factory=list)
    answers: int = 0  # of these duties, how many wait for the new leader to close them
    urges: list[Urge] = field(default_factory=list)
    steps: list[Escalation] = field(default_factory=list)
    today: dt.date = dt.date.min

    @property
    def department(self) -> Department:
        """Return the department."""
        return self.taken.row.department

    @property
    def counts(self) -> Counts:
        """Return the tasks by light, over all open half-years."""
        return total_of(counts for _period, counts, _href in self.halves)

    @property
    def open_tasks(self) -> int:
        """Return how many tasks are not finished: neither completed nor suspended."""
        counts = self.counts
        return counts.total - counts.lights[Light.DONE] - counts.lights[Light.GREY]

    @property
    def waiting(self) -> int:
        """Return how many decisions are wanted."""
        return len(self.claims) + len(self.extensions) + len(self.reports) + self.answers

    @property
    def listings(self) -> list[Listing]:
        """Return the lists that have something in them."""
        late = self.counts.lights[Light.RED] + self.counts.lights[Light.YELLOW]
        decisions = [*map(_claim, self.claims), *map(_extension, self.extensions), *map(_report, self.reports)]
        here = urlencode({"department": self.department.code})
        found = [
            Listing("逾期和滞后的任务", [_late(task) for task in self.late], late, self._late_address()),
            Listing("待审定的办结、延期和汇报", decisions, len(decisions)),  # all of them: each one is asked of the leader
            _cut("没有销号的要求", [_duty(duty, self.today) for duty in self.duties], f"/instructions/?{here}"),
            _cut("没有了结的催办", [_urge(urge) for urge in self.urges], self._history("chasing")),
            _cut("还在逾期的升级", [_step(step) for step in self.steps], self._history("chasing")),
        ]
        return [listing for listing in found if listing.total]

    def _late_address(self) -> str:
        return next((href for _period, counts, href in self.halves if counts.lights[Light.RED] or counts.lights[Light.YELLOW]), "")

    def _history(self, show: str) -> str:
        return f"{reverse('home:department_timeline', args=[self.department.code])}?show={show}"


def _cut(title: str, lines: list[Line], more: str) -> Listing:
    return Listing(title, lines[:SHOWN], len(lines), more)


class Handover:
    """What one person may read of what a leader took over on one day. The number of queries does not grow with what came along."""

    def __init__(self, leader: Leader, day: dt.date, taken: list[Taken], access: Access) -> None:
        self.leader, self.day, self.access = leader, day, access
        self.taken = [one for one in taken if access.may(Capability.READ_TASKS, one.row.department_id)]
        self.gone = [one for one in taken if one not in self.taken]  # handed on since, and no more this person's to read

    @property
    def today(self) -> dt.date:
        """Return the day on which the facts stand."""
        return self.access.on

    @property
    def names(self) -> str:
        """Return the departments by name."""
        return "、".join(str(one.row.department) for one in self.taken)

    @cached_property
    def lamps(self) -> Lamps:
        """Return today's lights."""
        return Lamps(self.today)

    @cached_property
    def ids(self) -> list[int]:
        """Return the ids of the departments."""
        return [one.row.department_id for one in self.taken]

    @cached_property
    def deciding(self) -> list[int]:
        """Return the ids of those for which the leader decides: not of one that he heads himself."""
        if self.leader.user is None:
            return self.ids
        his = Access(self.leader.user, self.today)
        return [pk for pk in self.ids if his.may(Capability.DECIDE, pk)]

    @cached_property
    def departments(self) -> list[Came]:
        """Return each department with what came with it."""
        found = {one.row.department_id: Came(one, today=self.today) for one in self.taken}
        if found:
            self._count(found)
            self._decisions(found)
            self._requirements(found)
            self._chasing(found)
        return list(found.values())

    @property
    def tasks(self) -> TaskQuerySet:
        """Return the tasks of the open half-years."""
        tasks: TaskQuerySet = Task.objects.filter(department__in=self.ids, period__state=Period.State.OPEN)
        return tasks

    def _count(self, found: dict[int, Came]) -> None:
        counted = count_by(self.tasks, self.today, "department_id", "period_id", lamps=self.lamps)
        for period in Period.objects.filter(state=Period.State.OPEN).order_by("-starts_on"):
            for pk, came in found.items():
                counts = counted.get((pk, period.pk))
                if counts:
                    came.halves.append((period, counts, _tasks(period, came.department)))
        for task in self._worst():
            found[task.department_id].late.append(task)

    def _worst(self) -> list[Task]:
        """Return the overdue tasks and those behind, at most SHOWN of each department: one query."""
        lit = self.tasks.with_light(self.today, self.lamps).filter(light__in=[Light.RED, Light.YELLOW])  # type: ignore[misc]
        worst = lit.worst_first()
        order: Any = worst.query.order_by
        rows: Any = worst.annotate(place=Window(RowNumber(), partition_by=F("department"), order_by=order)).filter(place__lte=SHOWN)
        return list(rows.select_related("department").prefetch_related("milestones"))

    def _decisions(self, found: dict[int, Came]) -> None:
        """Read what waits for the leader, without what he claimed, asked or submitted himself."""
        patience, himself = Patience(self.today), self.leader.user_id
        for task in _but_not(claims_of(self.deciding), "claimed_by", himself):
            found[task.department_id].claims.append(patience.since(task, task.claimed_on or self.today))
        for asked in _but_not(extensions_of(self.deciding), "asked_by", himself):
            found[asked.task.department_id].extensions.append(patience.since(asked, asked.asked_on or self.today))
        reports = Report.objects.awaiting().filter(department__in=self.deciding).select_related("period", "department", "submitted_by")
        for report in _but_not(reports.order_by("submitted_at", "pk"), "submitted_by", himself):
            found[report.department_id].reports.append(patience.since(report, timezone.localdate(report.submitted_at)))

    def _requirements(self, found: dict[int, Came]) -> None:
        rows = InstructionDuty.objects.still_open().filter(department__in=self.ids).order_by("instruction__due", "pk")
        for duty in rows.select_related("instruction__leader", "instruction__period", "department"):
            came = found[duty.department_id]
            came.duties.append(duty)
            came.answers += self._closes(duty)

    def _closes(self, duty: InstructionDuty) -> bool:
        """Say whether an answer waits for the leader: what the principal required is not a deputy's to close."""
        if duty.state != DutyState.ANSWERED or duty.department_id not in self.deciding:
            return False
        if self.leader.user_id and duty.answered_by_id == self.leader.user_id:
            return False
        is_principal = self.leader.rank == Leader.Rank.PRINCIPAL
        return is_principal or duty.instruction.leader_id == self.leader.pk or duty.instruction.leader.rank == Leader.Rank.DEPUTY

    def _chasing(self, found: dict[int, Came]) -> None:
        urges: UrgeQuerySet = Urge.objects.filter(department__in=self.ids, period__state=Period.State.OPEN, state__in=[UrgeState.SENT, UrgeState.ANSWERED])
        for urge in urges.select_related(*URGED).order_by("pk"):
            found[urge.department_id].urges.append(urge)
        for step in self._highest_steps():
            found[step.department_id].steps.append(step)

    def _highest_steps(self) -> Iterable[Escalation]:
        """Return for each thing that is still late the highest step that it has reached: one query."""
        late_task = Q(task__state__in=UNFINISHED, task__period__state=Period.State.OPEN, due=F("task__due"))
        late_duty = Q(instruction_duty__isnull=False, due=F("instruction_duty__instruction__due")) & ~Q(instruction_duty__state=DutyState.CLOSED)
        rows = Escalation.objects.filter(late_task | late_duty, department__in=self.ids, due__lt=self.today).select_related(*STEPS)
        highest: dict[tuple[int | None, int | None], Escalation] = {}
        for row in rows.order_by("-step", "due", "pk"):
            highest.setdefault((row.task_id, row.instruction_duty_id), row)
        return highest.values()


def _but_not(rows: Any, name: str, person: int | None) -> Any:
    """Leave out what one person did himself; for a leader without an account nothing."""
    return rows.exclude(**{name: person}) if person else rows


def _tasks(period: Period, department: Department) -> str:
    return f"{reverse('supervision:tasks')}?{urlencode({'period': period.code, 'department': department.code})}"


def _waited(one: Waiting[Any]) -> str:
    return f"已等 {one.days} 天" if one.days else "今天送来"


def _numbered(thing: Any) -> str:
    return f"（{thing.department}，第 {thing.pk} 号）"


def _late(task: Task) -> Line:
    return Line(task.title, task.get_absolute_url(), where_and_when(task), task=task, mark=_numbered(task))


def _claim(one: Waiting[Task]) -> Line:
    return Line(f"办结申请：{one.thing.title}", one.thing.get_absolute_url(), f"{where_and_when(one.thing)}{_waited(one)}。", "待核", mark=_numbered(one.thing))


def _extension(one: Waiting[Extension]) -> Line:
    asked, task = one.thing, one.thing.task
    until = f"申请延到{day_words(asked.asked_due, task.due)}" if asked.asked_due else ""
    text = f"{until}（现在{day_words(task.due, task.due)}到期），{_waited(one)}。"
    return Line(f"延期申请：{task.title}", asked.get_absolute_url(), text, "延期", mark=_numbered(task))


def _report(one: Waiting[Report]) -> Line:
    return Line(str(one.thing), one.thing.get_absolute_url(), f"{one.thing.submitted_by}报送，{_waited(one)}。", "汇报")


def _duty(duty: InstructionDuty, today: dt.date) -> Line:
    days = duty.days_overdue_on(today)
    late = f"逾期 {days} 天" if days else "没有逾期"
    made = f"{duty.instruction.leader}提出，{duty.instruction.due.month}月{duty.instruction.due.day}日前办，{late}；{DutyState(duty.state).label}。"
    text = duty.instruction.text if len(duty.instruction.text) <= 60 else f"{duty.instruction.text[:60]}……"
    return Line(f"第 {duty.instruction.number} 号要求：{text}", address_of(duty), made, late if days else "要求", mark=f"（{duty.instruction.period}）")


def _urge(urge: Urge) -> Line:
    what = f"{urge.period}工作汇报" if urge.report_duty else str(urge.subject)
    text = f"{urge.on.month}月{urge.on.day}日催办：{urge.notice.note}（{UrgeState(urge.state).label}）"
    return Line(f"催办：{what}", address_of(urge), text, "催办", mark=f"（第 {urge.pk} 号催办）")


def _step(step: Escalation) -> Line:
    about = step.task or step.instruction_duty
    text = f"{step.on.month}月{step.on.day}日升级到{step.get_step_display()}，{step.due.month}月{step.due.day}日到期。"
    return Line(str(about), address_of(about), text, "升级", mark=f"（{step.department}，第 {step.pk} 次升级）")
