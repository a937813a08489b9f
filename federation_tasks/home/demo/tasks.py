"""Make the targets and tasks of the demo, and note in the diary what becomes of each."""

import datetime as dt
import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q

from departments.models import User
from federation_tasks.home.demo.diary import Diary
from federation_tasks.home.demo.fates import PACE, Fate, Step
from federation_tasks.home.demo.people import People
from federation_tasks.home.demo.works import Work
from federation_tasks.plan.lights import elapsed_percent
from federation_tasks.plan.models import Goal, Initiative, Milestone, Period, PolicyClause, Target, Task
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.moves import perform

AHEAD_OF_PACE = 3  # points of percent
MOST_AT_PACE = 95
TARGET_IN_TASKS = 2  # a year's target is two half-years' tasks


@dataclass
class Chapter:
    """One half-year of the demo: its tasks are dated from the anchor."""

    period: Period
    anchor: dt.date


@dataclass
class Story:
    """Everything that the demo tells."""

    people: People
    diary: Diary
    closed: Chapter
    running: Chapter
    goals: dict[int, Goal] = field(default_factory=lambda: {row.number: row for row in Goal.objects.all()})
    initiatives: dict[tuple[int, str], Initiative] = field(default_factory=lambda: {(row.goal.number, row.name): row for row in _initiatives()})
    clauses: dict[str, PolicyClause] = field(default_factory=lambda: {row.subject: row for row in PolicyClause.objects.all()})

    def actor(self, code: str, by: str) -> User:
        """Return who acts for a unit: its head, the leader in charge, or the supervision office."""
        return {"head": self.people.heads[code], "leader": self.people.in_charge[code], "office": self.people.office}[by]


def tell(story: Story, work: Work, fate: Fate, chapter: Chapter) -> None:
    """Make the task of one work, and note what becomes of it."""
    task = _make(story, work, fate, chapter)
    days, codes = story.diary, work.department
    if fate.acknowledged is not None:
        days.note(chapter.anchor + dt.timedelta(days=fate.acknowledged), lambda day: _move(story, task, codes, Step(0, "acknowledge", "head"), day))
    for order, (offset, percent) in enumerate(fate.updates):
        days.note(chapter.anchor + dt.timedelta(days=offset), _update(story, task, work, percent, order))
    for step in fate.steps:
        days.note(chapter.anchor + dt.timedelta(days=step.day), _step(story, task, codes, step))


def _make(story: Story, work: Work, fate: Fate, chapter: Chapter) -> Task:
    due, period = chapter.period.ends_on, chapter.period
    if fate.due is not None:
        due = min(due, chapter.anchor + dt.timedelta(days=fate.due))
    if due < period.starts_on:
        period = story.closed.period  # it was due in the closed half and comes over when that is closed
    start = min(due, chapter.anchor + dt.timedelta(days=fate.start))
    target = _target(story, work, period.year) if work.initiative else None
    task = Task.objects.create(
        period=period,
        department=story.people.departments[work.department],
        goal=story.goals[work.goal],
        target=target,
        clause=story.clauses[work.clause] if work.clause else None,
        assignee=story.people.clerks[work.department],
        title=work.title,
        description=f"{work.title}，按年度目标的完成标准推进；每有进展及时登记，遇到需要协调的事项写进半年汇报。",
        source=Task.Source.DOCUMENT if work.clause else Task.Source.MEETING if target else Task.Source.INSTRUCTION,
        start=start,
        due=due,
        **_measure(work),
    )
    task.supporting.set(story.people.departments[code] for code in work.supporting)
    Milestone.objects.bulk_create(Milestone(task=task, name=name, order=order) for order, name in enumerate(work.stages, 1))
    return task


def _measure(work: Work) -> dict[str, Any]:
    if work.quantity:
        return {"measure": Task.Measure.QUANTITY, "quantity": Decimal(work.quantity), "unit": work.unit}
    return {"measure": Task.Measure.MILESTONES if work.stages else Task.Measure.PERCENT}


def _target(story: Story, work: Work, year: int) -> Target:
    initiative = story.initiatives[work.goal, work.initiative]
    return Target.objects.create(
        department=story.people.departments[work.department],
        goal=initiative.goal,
        initiative=initiative,
        policy=story.clauses[work.clause].document if work.clause else None,
        year=year,
        indicator=work.title,
        quantity=Decimal(work.quantity * TARGET_IN_TASKS) if work.quantity else None,
        unit=work.unit,
        standard="数量足额、资料齐全、台账与现场一致，经分管领导确认。" if work.quantity else "各阶段成果有书面记录，经分管领导确认。",
        is_breakthrough=work.is_breakthrough,
    )


def current(task: Task) -> Task:
    """Return the row that stands for a task now: the one it was carried over into, if it was."""
    rows = Task.objects.filter(Q(pk=task.pk) | Q(carried_from=task.pk)).select_related("department", "period")
    found: Task = rows.latest("pk")
    return found


def _step(story: Story, task: Task, code: str, step: Step) -> Any:
    return lambda day: _move(story, task, code, step, day)


def _move(story: Story, task: Task, code: str, step: Step, day: dt.date) -> None:
    perform(current(task), step.move, story.diary.access(story.actor(code, step.by), day), reason=step.reason)


def _update(story: Story, task: Task, work: Work, percent: int, order: int) -> Any:
    def act(day: dt.date) -> None:
        row = current(task)
        wanted = min(MOST_AT_PACE, elapsed_percent(row, day) + AHEAD_OF_PACE) if percent == PACE else percent
        clerk = story.people.clerks[work.department]
        record_update(row, story.diary.access(clerk, day), text=_text(work, wanted, order), **_figures(row, work, wanted))

    return act


def _figures(task: Task, work: Work, percent: int) -> dict[str, Any]:
    """Return the figure of the task's own measure that makes at least this progress."""
    if work.quantity:
        return {"quantity_done": Decimal(math.ceil(work.quantity * percent / 100))}
    if work.stages:
        ids = list(task.milestones.values_list("pk", flat=True))
        return {"milestones_done": ids[: math.ceil(len(ids) * percent / 100)]}
    return {"progress": percent}


def _text(work: Work, percent: int, order: int) -> str:
    if percent >= 100:
        return f"{work.title}已全部完成，资料已归档，正在整理佐证材料。"
    if work.quantity:
        return f"累计完成 {math.ceil(work.quantity * percent / 100)} {work.unit}，其余按计划推进。"
    if work.stages:
        return "已完成前一阶段，下一阶段的方案已经拟好。" if order else "前期准备已经就绪，开始按阶段推进。"
    return "主要环节已经完成，正在做收尾和检查。" if order else "已经摸清底数、明确分工，开始推进。"


def _initiatives() -> Any:
    return Initiative.objects.select_related("goal")
