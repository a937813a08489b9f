"""One page of a list of tasks, with its numbers: what the template of /tasks/ shows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils.text import Truncator

from departments.access import Access, Capability
from departments.models import Department, Leader, Portfolio
from federation_tasks.plan.counts import Counts, count_by, count_past_by
from federation_tasks.plan.lights import Lamps, Light, elapsed_percent
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.past import end_of, lit, task_of, tasks_as_of
from federation_tasks.plan.progress import done_of_planned
from federation_tasks.plan.states import OUT_OF_COUNT, TaskState
from federation_tasks.plan.tally import Tally
from federation_tasks.supervision.acknowledging import Acknowledging
from federation_tasks.supervision.events import day_words
from federation_tasks.supervision.filters import ASSIGNED, CLAIMED, STATES, SUPPORTED, TaskFilter

ON_A_PAGE = 50
SAID = 40  # characters of what was last said of a task


@dataclass(frozen=True)
class Chip:
    """A link that narrows the list down, or a condition that can be taken off."""

    label: str
    href: str
    is_current: bool = False
    light: str = ""  # then the template prints the light with `number`
    number: int = 0


@dataclass(frozen=True)
class Row:
    """One task of the list."""

    task: Task
    done: str  # 6 / 8 所
    elapsed: int | None  # percent; None where time no longer counts
    latest: ProgressUpdate | None
    is_flagged: bool  # a claim awaits a leader, and the light does not say so
    is_unsigned: bool = False  # it should have been acknowledged by now; said where the list is about that

    @property
    def due(self) -> str:
        """Return the due date, with the year where it is not that of the half-year."""
        return day_words(self.task.due, self.task.period.starts_on)

    @property
    def original_due(self) -> str:
        """Return the first due date."""
        return words_of(self.task.original_due)

    @property
    def supporting(self) -> str:
        """Return the supporting departments."""
        return "、".join(str(row) for row in self.task.supporting.all())

    @property
    def said(self) -> str:
        """Return what was last said of it."""
        return f"{words_of(self.latest.on)} {Truncator(self.latest.text).chars(SAID)}" if self.latest else "还没有填过"


class TaskList:
    """The tasks that fit a filter. Each part is one query, whatever the number of tasks and departments."""

    def __init__(self, form: TaskFilter, access: Access, page: str) -> None:
        self.form, self.access, self.page_typed = form, access, page
        chosen = form.cleaned_data
        self.period, self.department, self.goal = chosen["period"], chosen["department"], chosen["goal"]
        self.day, self.light, self.words, self.role = chosen["on"], chosen["light"], chosen["q"], chosen["role"]
        self.leader: Leader | None = chosen["leader"]

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.day)

    @property
    def is_of_today(self) -> bool:
        """Say whether the lights are today's."""
        return self.day == self.access.on

    @property
    def is_past(self) -> bool:
        """Say whether the day is over: the list then shows what stood at its end."""
        return self.day < self.access.on

    @property
    def shows_departments(self) -> bool:
        """Say whether tasks of more than one department may stand in the list."""
        return self.department is None and len(self.form.departments) > 1

    @cached_property
    def tally(self) -> Tally:
        """Return the numbers of what the departments lead."""
        scope = Department.objects.filter(pk=self.department.pk) if self.department else self.readable
        if self.leader:
            charges = Portfolio.objects.on(self.day).filter(leader=self.leader)
            scope = (Department.objects.all() if scope is None else scope).filter(pk__in=charges.values("department"))
        return Tally(self.period, self.day, self.access.on, scope, lamps=self.lamps)

    @property
    def readable(self) -> QuerySet[Department] | None:
        """Return the departments whose tasks this person reads; None for all of them."""
        return None if self.access.everywhere(Capability.READ_TASKS) else self.access.departments(Capability.READ_TASKS)

    @property
    def _conditions(self) -> Q:
        """Return all conditions but the light and whose tasks they are: the numbers are about what fits them."""
        found = Q(goal=self.goal) if self.goal else Q()
        if self.role == SUPPORTED:
            found &= self._supported
        return found & (Q(title__icontains=self.words) | Q(description__icontains=self.words)) if self.words else found

    @property
    def _supported(self) -> Q:
        mine = [self.department] if self.department else self.access.departments(Capability.READ_TASKS)
        return Q(id__in=Task.supporting.through.objects.filter(department__in=mine).values("task"))

    @cached_property
    def tasks(self) -> Any:
        """Return the tasks that fit all conditions but the light, or their states at the end of a day that is over."""
        # Led by default, as on the dashboard, so that both show the same numbers; a supported task counts for its leading department.
        whose = Q() if self.role == SUPPORTED else self.tally.scope
        if self.is_past:
            return tasks_as_of(self.day, whose, self._conditions, period=self.period)
        return Task.objects.filter(whose, self._conditions, period=self.period)

    @cached_property
    def counts(self) -> Counts:
        """Return the numbers by light: from the counts that are kept, unless the list is narrowed down by what they do not know."""
        if self.period is None:
            return Counts()
        if self.words or self.role == SUPPORTED:
            count = count_past_by if self.is_past else count_by
            return count(self.tasks, self.day, lamps=self.lamps).get((), Counts())
        return self.tally.by(where=self._conditions).get((), Counts())

    @property
    def number(self) -> int:
        """Return how many tasks the list has, on all its pages."""
        if not self.light:
            return self.counts.total
        return self._by_state[self.light] if self.light in STATES else self.counts.lights[Light(self.light)]

    @property
    def _by_state(self) -> dict[str, int]:
        return {CLAIMED: self.counts.claims, ASSIGNED: self.counts.unacknowledged}

    @cached_property
    def page(self) -> Page:
        """Return the page that was asked for; the last one where there are fewer."""
        return page_of(_WorstFirst(self), self.number, self.page_typed)

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the page."""
        tasks = self._with_what_is_shown(list(self.page.object_list))
        latest = latest_updates(tasks, self.day if self.is_past else None)
        return [self._row(task, latest.get(task.pk)) for task in tasks]

    def _with_what_is_shown(self, found: list[Any]) -> list[Task]:
        """Return the tasks of a page with what stands in their rows: three queries."""
        tasks = [task_of(state, self.lamps) for state in found] if self.is_past else found
        prefetch_related_objects(tasks, "department", "supporting", *([] if self.is_past else ["milestones"]))
        return tasks

    def _row(self, task: Task, latest: ProgressUpdate | None) -> Row:
        running = task.state not in (*OUT_OF_COUNT, TaskState.COMPLETED)
        light = self.lamps.of(task).light
        elapsed = elapsed_percent(task, self.day) if running else None
        task.period = self.period  # of each row of this list
        done = "" if self.is_past and task.measure == Task.Measure.MILESTONES else done_of_planned(task)  # milestones are known as of now only
        return Row(task, done or "按百分比", elapsed, latest, task.is_claim_waiting and light is Light.RED, self._is_unsigned(task))

    @cached_property
    def acknowledging(self) -> Acknowledging:
        """Return how long acknowledging may take."""
        return Acknowledging(self.access.on)

    def _is_unsigned(self, task: Task) -> bool:
        if self.light != ASSIGNED:
            return False
        return self.acknowledging.is_late(task)

    @property
    def light_chips(self) -> list[Chip]:
        """Return the links to each light, with its number; lights without a task are left out."""
        every = Chip(f"全部 {self.counts.total}", self.form.address(light=""), not self.light)
        lights = [
            Chip("", self.form.address(light=light), self.light == light, light.value, number)
            for light, number in self.counts.lights.items()
            if number or self.light == light
        ]
        states = [
            Chip(f"{STATES[state]} {number}", self.form.address(light=state), self.light == state)
            for state, number in self._by_state.items()
            if number or self.light == state
        ]
        return [every, *lights, *states]

    @property
    def conditions(self) -> list[Chip]:
        """Return the conditions in force, each with the link that takes it off."""
        found = [
            ("on", "" if self.is_of_today else f"{self.day:%Y-%m-%d} 的灯"),
            ("department", str(self.department or "")),
            ("leader", f"{self.leader}分管" if self.leader else ""),
            ("goal", str(self.goal or "")),
            ("role", "配合" if self.role == SUPPORTED else ""),
            ("q", f"含“{self.words}”" if self.words else ""),
        ]
        return [Chip(label, self.form.address(**{name: ""})) for name, label in found if label]

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages."""
        return page_chips(self.page, self.form.address)


def words_of(day: dt.date) -> str:
    """Return a day within its year: 10月20日."""
    return f"{day.month}月{day.day}日"


class _WorstFirst:
    """The tasks of a list in the order of their lights, worst first, cut into pages without sorting those of other lights.

    How many stand in each light is known, so a page says which lights it is about; an index finds the overdue ones.
    """

    def __init__(self, found: TaskList) -> None:
        self.found = found

    def __getitem__(self, cut: slice) -> list[Any]:
        found, start, stop = self.found, cut.start, cut.stop
        if found.light in STATES:
            return list(self._in(None).filter(state=found.light).order_by("due", "id")[start:stop])
        if found.light:
            return list(self._in(Light(found.light))[start:stop])
        rows: list[Any] = []
        before = 0
        for light, number in found.counts.lights.items():
            first, last = max(start, before) - before, min(stop, before + number) - before
            rows += self._in(light)[first:last] if first < last else []
            before += number
        return rows

    def _in(self, light: Light | None) -> Any:
        found = self.found
        if light is Light.RED and not found.is_past:
            return found.tasks.overdue_on(found.day)
        rows = lit(found.tasks, found.day, found.lamps) if found.is_past else found.tasks.with_light(found.day, found.lamps)
        if light is None:
            return rows
        return rows.filter(light=light).order_by("due", "id")


def page_of(rows: Any, number: int, typed: str) -> Page:
    """Return the page that was asked for of so many rows, which are not counted again; the last one where there are fewer."""
    paginator = Paginator(rows, ON_A_PAGE)
    paginator.count = number
    return paginator.get_page(typed)


def page_chips(page: Page, address: Callable[..., str]) -> list[Chip]:
    """Return the links to the pages of a list, with gaps; none where there is only one. `address` gives that of a page."""
    if page.paginator.num_pages < 2:
        return []
    numbers = page.paginator.get_elided_page_range(page.number)
    return [Chip(str(number), address(page=str(number)) if isinstance(number, int) else "", number == page.number) for number in numbers]


def own_or_before(past: dt.date | None) -> Q:
    """Return, for a query over tasks or their saved states, the updates of each and of what it was carried over from; by the end of a past day."""
    said = Q(task=OuterRef("id")) | Q(task=OuterRef("carried_from_id"))
    return said if past is None else said & Q(created_at__lt=end_of(past))


def latest_updates(tasks: list[Task], past: dt.date | None = None) -> dict[int, ProgressUpdate]:
    """Return the newest update of each of these tasks that has one, or had one at the end of a past day: one query.

    What was said before a task was carried over is still said.
    """
    newest = ProgressUpdate.objects.filter(own_or_before(past)).newest_first().values("pk")[:1]
    ids = Task.objects.filter(pk__in=[task.pk for task in tasks]).order_by().annotate(newest=Subquery(newest)).values("newest")
    said = {row.task_id: row for row in ProgressUpdate.objects.filter(pk__in=ids)}
    return {task.pk: row for task in tasks if (row := said.get(task.pk) or said.get(task.carried_from_id or 0))}
