"""The tasks that a department owes: which of them are urgent, and what is to be done about each."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.home.worklist.pieces import SHOWN, Item, Section
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.progress import done_of_planned
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.escalating import step_words, with_task_step

OVERDUE = Q(light=Light.RED) & ~Q(state=TaskState.CLAIMED)
SOON = Q(light__in=[Light.YELLOW, Light.BLUE])
UNACKNOWLEDGED = Q(light=Light.GREEN, state=TaskState.ASSIGNED)
CLAIMED = Q(state=TaskState.CLAIMED)


class OwnTasks:
    """The tasks of the running half-years that this person's departments lead, or that he carries out himself (经办人)."""

    def __init__(self, access: Access, lamps: Lamps) -> None:
        self.access, self.lamps = access, lamps
        places = {row.department_id for row in access.memberships}
        self.whole = [pk for pk in places if access.may(Capability.UPDATE_TASKS, pk)]
        self.heading = [pk for pk in places if access.may(Capability.ANSWER_FOR, pk)]
        self.places = list(places)

    @property
    def tasks(self) -> TaskQuerySet:
        """Return them, each with its light of the day."""
        mine = Q(department__in=self.whole) | Q(assignee=self.access.user.pk, department__in=self.places)
        tasks: TaskQuerySet = Task.objects.filter(mine, period__state=Period.State.OPEN)
        return tasks.with_light(self.access.on, self.lamps)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return how many there are of each light, and of each kind of thing to do: one query."""
        kinds = {"overdue": OVERDUE, "soon": SOON, "unacknowledged": UNACKNOWLEDGED, "claimed": CLAIMED}
        kinds |= {light.value: Q(light=light.value) for light in Light}
        return self.tasks.aggregate(**{name: Count("pk", filter=condition) for name, condition in kinds.items()})

    def sections(self) -> list[Section]:
        """Return what is to be done, the most urgent first: at most three queries."""
        found = [self._section("今天就办", "overdue", OVERDUE), self._section("抓紧办", "soon", SOON)]
        if self.heading:
            found.append(self._section("待签收", "unacknowledged", UNACKNOWLEDGED))
        return [section for section in found if section.total]

    def waiting(self) -> list[Section]:
        """Return the claims that await a leader."""
        return [self._section("申请办结，等领导确认", "claimed", CLAIMED)] if self.numbers["claimed"] else []

    def _section(self, title: str, name: str, condition: Q) -> Section:
        total = self.numbers[name]
        if not total:
            return Section(title, [], 0)
        rows = with_task_step(self.tasks.filter(condition)).worst_first().select_related("department").prefetch_related("milestones")[:SHOWN]
        return Section(title, [self.item(task) for task in rows], total, reverse("supervision:tasks"))

    def item(self, task: Any) -> Item:
        """Return a task as something to do."""
        gone_up = f"{step_words(task.step)}。" if task.light == Light.RED and task.step else ""
        return Item(task.title, task.get_absolute_url(), where_and_when(task) + gone_up, self._action(task), task)

    def _action(self, task: Task) -> str:
        if task.state == TaskState.CLAIMED:
            return "看办理情况"
        if task.state == TaskState.ASSIGNED and task.department_id in self.heading:
            return "签收"
        if task.progress == 100 and task.department_id in self.heading:
            return "申请办结"
        return "填报进展"


def where_and_when(task: Task) -> str:
    """Return whose task it is, how much is done, and when it is due."""
    done = done_of_planned(task) or f"进度 {task.progress}%"
    extended = f"（原定 {task.original_due.month}月{task.original_due.day}日）" if task.was_extended else ""
    return f"{task.department}，{done}，{task.due.month}月{task.due.day}日到期{extended}。"
