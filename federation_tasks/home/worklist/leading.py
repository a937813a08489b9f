"""待办 of a leader: what awaits a decision, what has become overdue, who has not reported."""

from typing import Any

from django.urls import reverse

from departments.access import Access, Capability
from departments.models import Leader, Portfolio
from federation_tasks.dashboard.reporting import Standing
from federation_tasks.dashboard.summary import Summary, summarise
from federation_tasks.home.worklist.escalated import escalated_section
from federation_tasks.home.worklist.pieces import SHOWN, Fact, Item, Link, Main, Part, Section
from federation_tasks.home.worklist.tasks import asked_words, where_and_when
from federation_tasks.plan.models import Period, Task
from federation_tasks.reports.awaiting import Awaiting, awaiting
from federation_tasks.reports.models import Report
from federation_tasks.supervision.awaiting import Waiting
from federation_tasks.supervision.models import Extension, InstructionDuty

AnyWaiting = Waiting[Any]


def leading_part(access: Access, period: Period | None) -> Part:
    """Return what awaits this leader: for a deputy the portfolio, for the principal the whole federation."""
    found = awaiting(access)
    mine, others = _split(access, found)
    part = Part(main=_main(mine), calm="没有汇报、办结申请、延期申请和要求的答复等您审定。")
    part.sections += [section for section in _by_patience(mine, found.decide_within) if section.total]
    if (escalated := escalated_section(access)).total:
        part.sections.append(escalated)
    if others:
        part.waiting.append(Section("分管领导正在审的，您也可以审定", [_item(one) for one in others[:SHOWN]], len(others)))
    if period:
        _add_period(part, summarise(access, period, access.on))
    if access.may(Capability.DECIDE):
        part.links.append(Link("提出明确要求", reverse("supervision:instruct"), "发给一个或者几个单位，写清办理期限；整段带编号的可以直接粘贴。"))
    return part


def _split(access: Access, found: Awaiting) -> tuple[list[AnyWaiting], list[AnyWaiting]]:
    """Divide what waits, oldest first, into what nobody else is in charge of and what another leader will probably decide."""
    waiting: list[AnyWaiting] = sorted([*found.reports, *found.claims, *found.extensions, *found.answers], key=lambda one: one.since)
    if not access.is_principal:
        return waiting, []
    in_charge = Portfolio.objects.on(access.on).filter(Leader.in_office_on(access.on, "leader__")).exclude(leader=access.leader)
    elsewhere = set(in_charge.values_list("department_id", flat=True))
    mine = [one for one in waiting if one.thing.moving_department().pk not in elsewhere]
    return mine, [one for one in waiting if one.thing.moving_department().pk in elsewhere]


def _by_patience(mine: list[AnyWaiting], decide_within: int) -> list[Section]:
    """Return what has waited for longer than a decision may take, in a section of its own, before the rest."""
    late, rest = [one for one in mine if one.is_long], [one for one in mine if not one.is_long]
    named = ((f"等您超过 {decide_within} 个工作日", late), ("待您审定", rest))
    return [Section(title, [_item(one) for one in rows[:SHOWN]], len(rows)) for title, rows in named]


def _item(one: AnyWaiting) -> Item:
    thing, day = one.thing, one.since
    waited = f"已等 {one.days} 天" if one.days else "今天送来"
    if isinstance(thing, Report):
        text = f"{day.month}月{day.day}日由{thing.submitted_by}报送，{waited}。"
        return Item(str(thing), thing.get_absolute_url(), text, "审阅", flag="汇报")
    if isinstance(thing, Extension):
        return Item(f"延期申请：{thing.task.title}", thing.get_absolute_url(), f"{asked_words(thing)}{waited}。", "审定", flag="延期")
    if isinstance(thing, InstructionDuty):
        text = f"{day.month}月{day.day}日答复，{thing.due.month}月{thing.due.day}日到期，{waited}。"
        return Item(f"要求的答复：{thing}", thing.get_absolute_url(), text, "核对", flag="答复")
    return Item(f"办结申请：{thing.title}", thing.get_absolute_url(), f"{where_and_when(thing)}{waited}。", "核对", flag="待核")


def _main(mine: list[AnyWaiting]) -> Main | None:
    if not mine:
        return None
    oldest = _item(mine[0])
    return Main(f"先看等得最久的：{oldest.title}", oldest.href, f"去{oldest.action}", text=oldest.text, tone="wait")


def _add_period(part: Part, summary: Summary) -> None:
    """Add the running half-year: its lights, what turned red since the working day before, who has not reported."""
    part.lights = summary.counts.lights
    part.lights_of = f"{'全会' if summary.is_whole else '分管范围'} {summary.counts.total} 项任务"
    reporting = summary.reporting
    part.facts.append(Fact(f"{summary.period}汇报", f"{reporting.submitted} / {reporting.total} 个单位", "已报送"))
    part.sections += [found for found in (_newly_overdue(summary), _missing(summary)) if found.total]
    part.links.append(Link("看亮灯总览", reverse("dashboard:dashboard"), "各部室、各目标亮灯，逾期清单，谁还没有报送。"))


def _newly_overdue(summary: Summary) -> Section:
    number = summary.counts.newly_overdue
    rows = summary.tally.tasks.overdue_on(summary.day).filter(red_from__gt=summary.since) if number else Task.objects.none()
    rows = rows.select_related("department").prefetch_related("milestones")[:SHOWN]
    items = [Item(row.title, row.get_absolute_url(), where_and_when(row), "看任务", row) for row in rows]
    return Section(f"{summary.since.month}月{summary.since.day}日以后新增逾期", items, number, f"{reverse('supervision:tasks')}?light=red")


def _missing(summary: Summary) -> Section:
    reporting = summary.reporting
    where = reverse("reports:reports")
    items = [
        Item(str(row.duty.department), row.duty.department.get_absolute_url(), "已过截止时间，还没有报送。", "看这个单位", flag="未报")
        for row in reporting.first(Standing.MISSING, SHOWN)
    ]
    return Section("没有按期报送汇报", items, reporting.number(Standing.MISSING), where)
