"""The tasks that a department owes: which of them are urgent, and what is to be done about each."""

import datetime as dt
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.home.worklist.pieces import SHOWN, Item, Section
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.progress import done_of_planned
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.escalating import step_words, with_task_step
from federation_tasks.supervision.models import Extension, ExtensionState
from federation_tasks.workflow.models import last_move

OVERDUE = Q(light=Light.RED) & ~Q(state=TaskState.CLAIMED)
SOON = Q(light__in=[Light.YELLOW, Light.BLUE])
UNACKNOWLEDGED = Q(light=Light.GREEN, state=TaskState.ASSIGNED)
CLAIMED = Q(state=TaskState.CLAIMED)
NEWS_DAYS = 7  # for which a refusal is shown


class OwnTasks:
    """The tasks of the running half-years that this person's departments lead, or that he carries out himself (经办人)."""

    def __init__(self, access: Access, lamps: Lamps) -> None:
        self.access, self.lamps = access, lamps
        places = {row.department_id for row in access.places}
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

    @cached_property
    def extensions(self) -> list[Extension]:
        """Return the extensions that wait, and those that were refused in the last days and are the newest word on their task: one query."""
        since = self.access.on - dt.timedelta(days=NEWS_DAYS)
        newer = Extension.objects.filter(task=OuterRef("task"), pk__gt=OuterRef("pk"))
        refused = Q(state=ExtensionState.REFUSED, decided_on__gt=since, task__state__in=UNFINISHED) & ~Exists(newer)
        rows = Extension.objects.filter(Q(state=ExtensionState.ASKED) | refused, task__in=self.tasks.order_by().values("pk"))
        return list(rows.select_related("task__department", "decided_by").order_by("asked_on", "pk"))

    def sections(self) -> list[Section]:
        """Return what is to be done, the most urgent first: at most five queries."""
        found = [self._section("今天就办", "overdue", OVERDUE), self._remarked(), self._section("抓紧办", "soon", SOON)]
        if self.heading:
            found.append(self._section("待签收", "unacknowledged", UNACKNOWLEDGED))
            found.append(self._refused())
        return [section for section in found if section.total]

    def waiting(self) -> list[Section]:
        """Return the claims and the extensions that await a leader."""
        found = [self._section("申请办结，等领导确认", "claimed", CLAIMED)]
        rows = [row for row in self.extensions if row.state == ExtensionState.ASKED]
        items = [Item(f"延期：{row.task.title}", row.get_absolute_url(), asked_words(row), "看延期申请", flag="延期") for row in rows[:SHOWN]]
        found.append(Section("申请延期，等领导审定", items, len(rows), reverse("supervision:extensions")))
        return [section for section in found if section.total]

    def _remarked(self) -> Section:
        """Return the claims on which a leader said more than that he agrees: they wait for the department, not for him."""
        if not self.numbers["claimed"]:
            return Section("领导有意见，接着办", [], 0)
        rows = list(self.tasks.filter(CLAIMED).annotate(last=last_move(Task)).filter(last="remark").select_related("department").order_by("claimed_on", "pk"))
        items = [Item(row.title, row.get_absolute_url(), f"{row.department}，申请了办结，领导提出意见。", "看意见", row) for row in rows[:SHOWN]]
        return Section("领导有意见，接着办", items, len(rows), reverse("supervision:tasks"))

    def _refused(self) -> Section:
        rows = [row for row in self.extensions if row.state == ExtensionState.REFUSED and row.task.department_id in self.heading]
        items = [Item(f"延期：{row.task.title}", row.get_absolute_url(), _refusal_words(row), "看延期经过", flag="不同意") for row in rows[:SHOWN]]
        return Section(f"最近 {NEWS_DAYS} 天没有同意的延期", items, len(rows), reverse("supervision:extensions"), is_news=True)

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
    return f"{task.department}，{done}，{_day(task.due)}到期{_first_due(task)}。"


def asked_words(row: Extension) -> str:
    """Return whose task is to be put off, from which day to which, and which day was the first."""
    return f"{row.task.department}，从{_day(row.old_due)}延到{_day(row.asked_due)}{_first_due(row.task)}。"


def _refusal_words(row: Extension) -> str:
    return f"{row.task.department}，仍是{_day(row.task.due)}到期{_first_due(row.task)}。{row.decided_by}：“{row.decision}”"


def _first_due(task: Task) -> str:
    return f"（原定 {_day(task.original_due)}）" if task.was_extended else ""


def _day(day: dt.date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
