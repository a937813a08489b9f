"""One thing that may be urged, as pages and the act of urging see it: how late it is, how often it was urged, how strongly it may be."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone

from departments.access import Access
from departments.models import Department, Leader
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.models import InstructionDuty, Urge, UrgeStage
from federation_tasks.supervision.moves.urges import not_urgeable
from federation_tasks.supervision.urgeable import BESIDE, MODELS, Day, with_earlier
from federation_tasks.workflow.moves import NEW, Act

# What a thing is called in addresses and forms -> what it is called on an urge.
FIELDS = {"task": "task", "duty": "report_duty", "instruction": "instruction_duty"}
SHORT = {field: short for short, field in FIELDS.items()}
LONGEST = 60  # characters of an instruction in a list
NOT_YET = "还没到可以催办的条件；条件在管理里的“催办级别”看。"


@dataclass
class Candidate:
    """A task, a report that is owed, or what a department owes on an instruction."""

    field: str
    thing: Any
    day: Day
    urges: list[Urge] = dataclasses.field(default_factory=list)  # about it so far, newest first, also withdrawn ones
    is_namesake: bool = False  # another one of the page is called the same

    @property
    def key(self) -> str:
        """Return what a form calls it: task-12."""
        return f"{SHORT[self.field]}-{self.thing.pk}"

    @property
    def department(self) -> Department:
        """Return who is urged."""
        found: Department = self.thing.department
        return found

    @property
    def period(self) -> Period:
        """Return the half-year in which it stands."""
        found: Period = self.thing.period
        return found

    @property
    def title(self) -> str:
        """Return what it is called."""
        if isinstance(self.thing, ReportDuty):
            return f"{self.period}工作汇报"
        if isinstance(self.thing, InstructionDuty):
            text = " ".join(self.thing.instruction.text.split())
            return f"第 {self.thing.instruction.number} 号要求：{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}"
        return str(self.thing)

    @property
    def where(self) -> str:
        """Return whose it is, with the number where another one is called the same: 康复部, or 康复部，第 12 号."""
        return f"{self.department}，第 {self.thing.pk} 号" if self.is_namesake else str(self.department)

    @property
    def name(self) -> str:
        """Return what it is called and whose it is; no two of a page are called the same."""
        return f"{self.title}（{self.where}）"

    @property
    def href(self) -> str:
        """Return the address where it is read."""
        return str(self.department.get_absolute_url() if isinstance(self.thing, ReportDuty) else self.thing.get_absolute_url())

    @property
    def leader(self) -> Leader | None:
        """Return who is in charge of the department today."""
        return self.day.leaders.get(self.thing.department_id)

    @cached_property
    def days_late(self) -> int:
        """Return by how many calendar days it is late; negative is how many are left. A report without a deadline counts as due today."""
        thing, today = self.thing, self.day.today
        if isinstance(thing, ReportDuty):
            return (today - timezone.localdate(thing.deadline)).days if thing.deadline else 0
        return int((today - thing.due).days)

    @property
    def lateness(self) -> str:
        """Return how late it is in words, and for how long nobody acknowledged it."""
        if isinstance(self.thing, ReportDuty) and not self.thing.deadline:
            return "没有定截止时间"
        late = f"逾期 {self.days_late} 天" if self.days_late > 0 else (f"还有 {-self.days_late} 天到期" if self.days_late else "今天到期")
        if not isinstance(self.thing, Task) or self.thing.state != TaskState.ASSIGNED:
            return late
        since = max(timezone.localdate(self.thing.created_at), self.period.starts_on)
        return f"{late}，下达 {self.day.workdays_since(since)} 个工作日没有签收"

    @property
    def earlier(self) -> int:
        """Return how often it was urged, without what was withdrawn."""
        return int(self.thing.earlier)

    @property
    def last(self) -> Urge | None:
        """Return the newest urge about it that was not withdrawn."""
        return next((urge for urge in self.urges if urge.state != Urge.State.WITHDRAWN), None)

    @cached_property
    def choices(self) -> list[UrgeStage]:
        """Return the stages that may be used, mildest first."""
        return self.day.stages.open_to(self.days_late, self.earlier)

    @property
    def proposed(self) -> UrgeStage | None:
        """Return the strongest stage that may be used."""
        return self.choices[-1] if self.choices else None

    def urge(self) -> Urge:
        """Return an urge about it that is not written yet."""
        about: dict[str, Any] = {self.field: self.thing}
        return Urge(department=self.department, period=self.period, days_late=self.days_late, **about)

    def refusal(self, access: Access) -> str:
        """Return why it is not to be urged now; empty where it is."""
        return not_urgeable(Act(self.urge(), access, before=NEW)) or ("" if self.choices else NOT_YET)


def candidates(field: str, rows: Iterable[Any], day: Day) -> list[Candidate]:
    """Return these rows, which have `earlier`, with the urges about them: one query."""
    found = list(rows)
    before = {row.carried_from_id: row.pk for row in found if field == "task" and row.carried_from_id}
    ids = [row.pk for row in found]
    urges: dict[int, list[Urge]] = {pk: [] for pk in ids}
    for urge in Urge.objects.filter(**{f"{field}__in": [*ids, *before]}).select_related("notice").order_by("-pk") if ids else ():
        about = getattr(urge, f"{field}_id")
        urges[about if about in urges else before[about]].append(urge)
    return [Candidate(field, row, day, urges[row.pk]) for row in found]


def chosen(keys: Iterable[str], day: Day) -> list[Candidate]:
    """Return the things of these keys in the order of the keys; what no key of ours names is left out: two queries for each sort."""
    wanted = list(dict.fromkeys(keys))
    found: dict[str, Candidate] = {}
    for field, ids in by_field(wanted).items():
        rows = with_earlier(field, MODELS[field].objects.filter(pk__in=ids)).select_related(*BESIDE[field])
        found |= {one.key: one for one in candidates(field, rows, day)}
    return tell_apart([found[key] for key in wanted if key in found])


def by_field(keys: Iterable[str]) -> dict[str, list[int]]:
    """Return the ids that keys name, by what their things are called on an urge, always in the same order of sorts."""
    found: dict[str, list[int]] = {field: [] for field in FIELDS.values()}
    for key in keys:
        short, _, number = key.partition("-")
        if short in FIELDS and number.isascii() and number.isdecimal() and len(number) < 19:
            found[FIELDS[short]].append(int(number))
    return {field: sorted(ids) for field, ids in found.items() if ids}


def tell_apart(found: list[Candidate]) -> list[Candidate]:
    """Give those that are called the same a number."""
    names = Counter(one.name for one in found)
    for one in found:
        one.is_namesake = names[one.name] > 1
    return found


def locked(keys: Iterable[str]) -> None:
    """Lock the things of these keys, always in the same order, so that two who urge the same wait for each other and never in a circle."""
    for field, ids in by_field(keys).items():
        list(MODELS[field].objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
