"""What happened, as events in plain words: moves, statements of progress and escalations. Every timeline is made of these.

A kind of thing that moves has one `Story`: of which kind its moves are, how one is told, and where it leads. Rooms to the right add
theirs. Things are read by kind, one query each, so that no timeline asks more often because more happened.
"""

import datetime as dt
import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.files.models import Attachment
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.progress import number_words
from federation_tasks.supervision.models import Escalation, Extension, InstructionDuty, Urge, UrgeStage
from federation_tasks.workflow.models import HistoryRow, Moving
from federation_tasks.workflow.moves import TABLES


class Kind(enum.StrEnum):
    """What a timeline can be narrowed down to. One event may be of two kinds: an extension that is granted is a decision too."""

    DECISIONS = "decisions"
    PROGRESS = "progress"
    CHASING = "chasing"
    REQUIREMENTS = "requirements"
    REPORTS = "reports"
    CHARGE = "charge"


WORDS = {
    Kind.DECISIONS: "领导的决定",
    Kind.PROGRESS: "办理和进展",
    Kind.CHASING: "催办、升级、延期",
    Kind.REQUIREMENTS: "要求",
    Kind.REPORTS: "半年汇报",
    Kind.CHARGE: "分管",
}
FOLLOWS_BY_ITSELF = {"lapse"}  # granted to whoever ends the task, and decided by nobody


@dataclass(frozen=True)
class Evidence:
    """One file where it is shown; `may_withdraw` and `may_remove` say whether this person is offered to take it back, or away."""

    row: Attachment
    may_withdraw: bool = False
    may_remove: bool = False


@dataclass(frozen=True)
class Event:
    """One thing that happened: on which day, what it is called, what was said, and who it was."""

    on: dt.date
    at: dt.datetime
    title: str
    text: str = ""
    figure: str = ""
    reason: str = ""
    who: str = ""
    kinds: frozenset[Kind] = frozenset()
    files: list[Evidence] = field(default_factory=list)
    subject: str = ""  # what it happened to
    href: str = ""  # where that is read; empty where it has no page for this person

    @property
    def is_decision(self) -> bool:
        """Say whether a leader decided."""
        return Kind.DECISIONS in self.kinds

    @property
    def is_requirement(self) -> bool:
        """Say whether it is about what a leader requires, which has a page of its own."""
        return Kind.REQUIREMENTS in self.kinds

    @property
    def about(self) -> str:
        """Return 10月21日进展: for those who hear a link alone."""
        return f"{day_words(self.on, self.on)}{self.title}"


def address_of(thing: Any, _access: Access | None = None) -> str:
    """Return where a thing is read."""
    return str(thing.get_absolute_url())


def nothing(_row: HistoryRow, _thing: Any) -> str:
    """Say nothing beside the title."""
    return ""


@dataclass(frozen=True)
class Story:
    """How the moves of one kind of thing are told.

    `title` and `text` are made of the history row and the thing; `title` gets the move's label too. `beside` is read with the things;
    `searched` are the fields in which a keyword is looked for; `department` leads to whose they are; `needs` is what a person must be
    allowed for a department to hear of them. `prepare` reads for all things at once what their titles are made of.
    """

    kind: Kind
    title: Callable[[HistoryRow, Any, str], str]
    text: Callable[[HistoryRow, Any], str] = nothing
    beside: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    department: str = "department"
    needs: Capability = Capability.READ_TASKS
    subject: Callable[[Any], str] = str
    address: Callable[[Any, Access], str] = address_of
    prepare: Callable[[list[Any]], None] | None = None

    def read(self, rows: models.QuerySet[Any]) -> list[Any]:
        """Return these things with what their events say of them."""
        things = list(rows.select_related(*self.beside))
        if self.prepare and things:
            self.prepare(things)
        return things


STORIES: dict[type[Moving], Story] = {}


def register_story(model: type[Moving], story: Story) -> None:
    """Say how the moves of a kind of thing are told. Called once, when the site starts, by the room that the model belongs to."""
    STORIES[model] = story


def kinds_of(model: type[Moving], move: str) -> frozenset[Kind]:
    """Return of which kinds a move is: its thing's, and a decision where only a leader makes it."""
    found = {STORIES[model].kind}
    if TABLES[model][move].capability is Capability.DECIDE and move not in FOLLOWS_BY_ITSELF:
        found.add(Kind.DECISIONS)
    return frozenset(found)


def read_things(rows: Iterable[HistoryRow]) -> dict[int, Any]:
    """Return by each row's id the thing that was moved: one query for each kind of thing."""
    by_kind: dict[type[Moving], list[HistoryRow]] = {}
    for row in rows:
        model: Any = ContentType.objects.get_for_id(row.content_type_id).model_class()
        by_kind.setdefault(model, []).append(row)
    found: dict[int, Any] = {}
    for model, of_kind in by_kind.items():
        wanted = model._base_manager.filter(pk__in={row.object_id for row in of_kind})
        things = {thing.pk: thing for thing in STORIES[model].read(wanted)}
        found |= {row.pk: things[row.object_id] for row in of_kind if row.object_id in things}
    return found


def of_move(row: HistoryRow, thing: Any, access: Access, files: Iterable[Attachment] = ()) -> Event:
    """Return a move as an event."""
    story, label = STORIES[type(thing)], TABLES[type(thing)][row.move].label
    return Event(
        on=row.on,
        at=row.at,
        title=story.title(row, thing, label),
        text=story.text(row, thing),
        reason=row.reason,
        who=who(row.actor, row.acting_as),
        kinds=kinds_of(type(thing), row.move),
        files=[Evidence(file) for file in files],
        subject=story.subject(thing),
        href=story.address(thing, access),
    )


def of_update(row: ProgressUpdate, task: Task, access: Access, files: Iterable[Evidence] = ()) -> Event:
    """Return a statement of progress as an event; `task` says in which unit."""
    return Event(
        on=row.on,
        at=row.created_at,
        title=_update_title(row),
        text=row.text,
        figure=_figure(row, task),
        reason=f"比上次低的原因：{row.reason}" if row.reason and not row.is_from_report else row.reason,
        who=who(row.author, row.acting_as),
        kinds=frozenset({Kind.PROGRESS}),
        files=list(files),
        subject=str(task),
        href=address_of(task, access),
    )


def of_escalation(row: Escalation, access: Access) -> Event:
    """Return a step of an escalation as an event."""
    about = row.task or row.instruction_duty
    step = "逾期提醒负责人" if row.step == Escalation.Step.HEAD else f"逾期升级到{row.get_step_display()}"
    return Event(
        on=row.on,
        at=row.at,
        title=f"{step}（{row.leader}）" if row.leader else step,
        text=f"{day_words(row.due, row.on)}到期，到这一天逾期 {(row.on - row.due).days} 天。",
        who="按督查规则",
        kinds=frozenset({Kind.CHASING}),
        subject=str(about),
        href=address_of(about, access),
    )


def who(person: object, acting_as: str) -> str:
    """Return who it was, and in what capacity."""
    if not person:
        return acting_as
    return f"{person} · {acting_as}" if acting_as else str(person)


def day_words(day: dt.date, beside: dt.date) -> str:
    """Return a day as it is said beside another: 12月10日, with its year where that is another one."""
    return f"{day.month}月{day.day}日" if day.year == beside.year else f"{day.year}年{day.month}月{day.day}日"


def _update_title(row: ProgressUpdate) -> str:
    made = timezone.localdate(row.created_at)
    if row.is_from_report:
        return "半年汇报中的进展"
    return f"进展（{made.month}月{made.day}日补记）" if row.on < made else "进展"


def _figure(row: ProgressUpdate, task: Task) -> str:
    if row.quantity_done is not None:
        return f"累计 {number_words(row.quantity_done)} {task.unit}（{row.progress}%）"
    return f"进度 {row.progress}%"


# --- The stories of this room ----------------------------------------------------------------------------------------


def _task_title(row: HistoryRow, _task: Task, label: str) -> str:
    if row.move == "carry_over":
        return "结转到下一期" if row.from_state else f"结转到 {row.period}"
    if row.move == "claim":
        return f"{label}（进度 {row.facts.get('progress')}%{'' if row.facts.get('in_time', True) else '，已过到期日'}）"
    return label


def _extension_title(row: HistoryRow, asked: Extension, label: str) -> str:
    """Return what was asked or decided, with both dates."""
    new, old = _day_of(row, "new_due") or asked.new_due or asked.asked_due, _day_of(row, "old_due") or asked.old_due
    until, due = day_words(new, row.on) if new else "", day_words(old, row.on)
    wanted = day_words(asked.asked_due, row.on) if asked.asked_due else until
    titles = {
        "ask": f"申请延期到 {wanted}（现在 {due}到期）",
        "grant": f"直接延期到 {until}（原来 {due}到期）",
        "approve": f"同意延期到 {until}（原来 {due}到期{'' if until == wanted else f'，申请的是 {wanted}'}）",
        "refuse": f"不同意延期到 {wanted}（仍是 {due}到期）",
        "withdraw": f"撤回延期到 {wanted}的申请（仍是 {due}到期）",
        "lapse": f"延期到 {wanted}的申请不再需要（{due}到期）",
        "carry_over": f"延期到 {wanted}的申请随任务结转（{due}到期）",
    }
    return titles.get(row.move, label)


def _day_of(row: HistoryRow, fact: str) -> dt.date | None:
    return dt.date.fromisoformat(row.facts[fact]) if row.facts.get(fact) else None


def _standing(row: HistoryRow, _asked: Extension) -> str:
    return f"目前进展：{row.facts['standing']}" if row.facts.get("standing") else ""


def _duty_title(row: HistoryRow, duty: InstructionDuty, label: str) -> str:
    which = f"第 {duty.instruction.number} 号要求"
    if row.move == "issue":
        return f"向{duty.department}提出{which}，{day_words(duty.instruction.due, row.on)}前办"
    if row.move == "carry_over":
        return f"{duty.department}的{which}结转到 {row.period}"
    late = "" if row.facts.get("in_time", True) else "（已过办理期限）"
    if said := said_in_report(row):
        return f"{duty.department}的{which}，{said}{late}"
    return f"{label}：{duty.department}的{which}{late}"


def said_in_report(row: HistoryRow) -> str:
    """Return 2026年下半年汇报第 2 稿：部分落实, for what a department said of an instruction in a report; empty for everything else."""
    said = row.facts
    return f"{said['half']}汇报第 {said['version']} 稿：{said['outcome']}" if said.get("version") and "outcome" in said else ""


def _duty_text(row: HistoryRow, duty: InstructionDuty) -> str:
    return duty.instruction.text if row.move == "issue" else ""


def _name_stages(urges: list[Any]) -> None:
    """Give each urge the name under which its stage is in use."""
    stages = UrgeStage.objects.by_stage()
    for urge in urges:
        urge.stage_name = stages[urge.stage].name


def _urge_title(_row: HistoryRow, urge: Any, label: str) -> str:
    return f"{label}（{urge.stage_name}）"


def _urge_text(row: HistoryRow, urge: Urge) -> str:
    if row.move != "issue":
        return ""
    late = f"已逾期 {urge.days_late} 天" if urge.days_late > 0 else f"离到期还有 {-urge.days_late} 天" if urge.days_late else "今天到期"
    return f"{urge.notice.note}\n（催办时{late}）"


def _urge_subject(urge: Urge) -> str:
    return f"{urge.department}{urge.period}工作汇报" if urge.report_duty else str(urge.subject)


URGED = ("notice", "period", "department", "task", "report_duty", "instruction_duty__department", "instruction_duty__instruction__period")


def register_stories() -> None:
    """Say how tasks, extensions, instructions and urges are told."""
    register_story(Task, Story(Kind.PROGRESS, _task_title, searched=("title",)))
    register_story(
        Extension,
        Story(
            Kind.CHASING,
            _extension_title,
            _standing,
            beside=("task",),
            searched=("task__title", "standing"),
            department="task__department",
            subject=lambda asked: str(asked.task),
        ),
    )
    register_story(
        InstructionDuty,
        Story(Kind.REQUIREMENTS, _duty_title, _duty_text, beside=("department", "instruction__period"), searched=("instruction__text",)),
    )
    register_story(
        Urge,
        Story(
            Kind.CHASING,
            _urge_title,
            _urge_text,
            beside=URGED,
            searched=("notice__note", "task__title", "instruction_duty__instruction__text"),
            subject=_urge_subject,
            prepare=_name_stages,
        ),
    )
