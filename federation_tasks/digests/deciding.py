"""What awaits the leader (待您审定), first in the letter: reports, claims of completion, extensions, answers to instructions."""

from typing import Any

from federation_tasks.digests.rows import Rows
from federation_tasks.digests.sections import Line, Link, Section, address, due_words, full, month_day, section_of
from federation_tasks.plan.models import Task
from federation_tasks.reports.awaiting import Awaiting
from federation_tasks.supervision.models import Extension, InstructionDuty

TITLE = "待您审定"


def awaiting_section(waiting: Awaiting | None, rows: Rows) -> Section:
    """Return the section of what only this leader can move on, reports first."""
    things: list[Any] = [*waiting.reports, *waiting.claims, *waiting.extensions, *waiting.answers] if waiting else []
    more = [Link("其余待您审定的", address("home:worklist"))]
    return section_of(TITLE, things, lambda thing: _line(thing, rows), more, head="已等")


def _line(waiting: Any, rows: Rows) -> Line:
    thing = waiting.thing
    waited = f"{waiting.days} 天" if waiting.days else "今天"
    if isinstance(thing, Task):
        label = rows.label(f"办结待核：{thing.title}", thing.department, thing.pk)
        return Line(waited, label, full(thing.get_absolute_url()), f"{rows.where(thing.department)}，{due_words(thing)}", is_waiting=True)
    if isinstance(thing, Extension):
        label = rows.label(f"延期申请：{thing.task.title}", thing.task.department, thing.pk)
        wanted = f"，申请延到{month_day(thing.asked_due)}" if thing.asked_due else ""
        detail = f"{rows.where(thing.task.department)}，{due_words(thing.task)}{wanted}"
        return Line(waited, label, full(thing.get_absolute_url()), detail, is_waiting=True)
    if isinstance(thing, InstructionDuty):
        label = rows.label(f"要求的答复：{thing}", thing.department, thing.pk)
        return Line(waited, label, full(thing.get_absolute_url()), f"{rows.where(thing.department)}，{month_day(thing.due)}到期", is_waiting=True)
    label = rows.label(f"半年汇报：{thing}", thing.department, thing.pk)
    return Line(waited, label, full(thing.get_absolute_url()), rows.where(thing.department), is_waiting=True)
