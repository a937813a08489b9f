"""One page of a list of tasks, with its numbers: what the template of /tasks/ shows."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, Subquery

from departments.access import Access, Capability
from federation_tasks.plan.counts import Counts, count_by
from federation_tasks.plan.lights import Lamps, Light, elapsed_percent
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.past import end_of
from federation_tasks.plan.progress import done_of_planned
from federation_tasks.plan.states import OUT_OF_COUNT, TaskState
from federation_tasks.supervision.acknowledging import Acknowledging
from federation_tasks.supervision.filters import ASSIGNED, CLAIMED, STATES, SUPPORTED, TaskFilter

ON_A_PAGE = 50


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


class TaskList:
    """The tasks that fit a filter. Each part is one query, whatever the number of tasks and departments."""

    def __init__(self, form: TaskFilter, access: Access, page: str) -> None:
        self.form, self.access, self.page_typed = form, access, page
        chosen = form.cleaned_data
        self.period, self.department, self.goal = chosen["period"], chosen["department"], chosen["goal"]
        self.day, self.light, self.words, self.role = chosen["on"], chosen["light"], chosen["q"], chosen["role"]

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day."""
        return Lamps(self.day)

    @property
    def is_of_today(self) -> bool:
        """Say whether the lights are today's."""
        return self.day == self.access.on

    @property
    def shows_departments(self) -> bool:
        """Say whether tasks of more than one department may stand in the list."""
        return self.department is None and len(self.form.departments) > 1

    @cached_property
    def tasks(self) -> TaskQuerySet:
        """Return the tasks that fit all conditions but the light: the ones that the numbers are about."""
        tasks: TaskQuerySet = Task.objects.visible_to(self.access).filter(self._of_departments, period=self.period)
        if self.goal:
            tasks = tasks.filter(goal=self.goal)
        if self.words:
            tasks = tasks.filter(Q(title__icontains=self.words) | Q(description__icontains=self.words))
        return tasks

    @property
    def _of_departments(self) -> Q:
        # Led by default, as on the dashboard, so that both show the same numbers; a supported task counts for its leading department.
        mine = [self.department] if self.department else self.form.departments
        if self.role == SUPPORTED:
            return Q(pk__in=Task.supporting.through.objects.filter(department__in=mine).values("task"))
        if self.department is None and self.access.everywhere(Capability.READ_TASKS):
            return Q()
        return Q(department__in=mine)

    @cached_property
    def counts(self) -> Counts:
        """Return the numbers by light."""
        return count_by(self.tasks, self.day, lamps=self.lamps).get((), Counts())

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
        return page_of(self._lit(), self.number, self.page_typed)

    def _lit(self) -> TaskQuerySet:
        tasks = self.tasks.with_light(self.day, self.lamps)
        if self.light in STATES:
            tasks = tasks.filter(state=self.light)
        elif self.light:
            tasks = tasks.filter(Q(("light", self.light)))
        return tasks.worst_first().select_related("department").prefetch_related("supporting", "milestones")

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the page."""
        tasks: list[Task] = list(self.page.object_list)
        latest = latest_updates(tasks, self.day if self.day < self.access.on else None)
        return [self._row(task, latest.get(task.pk)) for task in tasks]

    def _row(self, task: Task, latest: ProgressUpdate | None) -> Row:
        running = task.state not in (*OUT_OF_COUNT, TaskState.COMPLETED)
        light = self.lamps.of(task).light
        elapsed = elapsed_percent(task, self.day) if running else None
        return Row(task, done_of_planned(task), elapsed, latest, task.is_claim_waiting and light is Light.RED, self._is_unsigned(task))

    @cached_property
    def acknowledging(self) -> Acknowledging:
        """Return how long acknowledging may take."""
        return Acknowledging(self.access.on)

    def _is_unsigned(self, task: Task) -> bool:
        if self.light != ASSIGNED:
            return False
        task.period = self.period
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
            ("goal", str(self.goal or "")),
            ("role", "配合" if self.role == SUPPORTED else ""),
            ("q", f"含“{self.words}”" if self.words else ""),
        ]
        return [Chip(label, self.form.address(**{name: ""})) for name, label in found if label]

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages."""
        return page_chips(self.page, self.form.address)


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


def latest_updates(tasks: list[Task], past: dt.date | None = None) -> dict[int, ProgressUpdate]:
    """Return the newest update of each of these tasks that has one, or had one at the end of a past day: one query.

    What was said before a task was carried over is still said.
    """
    own_or_before = Q(task=OuterRef("pk")) | Q(task=OuterRef("carried_from"))
    if past is not None:
        own_or_before &= Q(created_at__lt=end_of(past))
    newest = ProgressUpdate.objects.filter(own_or_before).newest_first().values("pk")[:1]
    ids = Task.objects.filter(pk__in=[task.pk for task in tasks]).order_by().annotate(newest=Subquery(newest)).values("newest")
    said = {row.task_id: row for row in ProgressUpdate.objects.filter(pk__in=ids)}
    return {task.pk: row for task in tasks if (row := said.get(task.pk) or said.get(task.carried_from_id or 0))}
