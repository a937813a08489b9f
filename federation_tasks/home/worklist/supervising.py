"""待办 of the supervision office: who has not reported, what nobody has acknowledged, whom nobody is in charge of."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from departments.access import Access
from departments.models import Department, Leader, Portfolio
from federation_tasks.dashboard.reporting import Owed, Reporting, Standing
from federation_tasks.dashboard.summary import Summary, summarise
from federation_tasks.home.worklist.pieces import SHOWN, Fact, Item, Link, Main, Part, Section
from federation_tasks.home.worklist.tasks import where_and_when
from federation_tasks.plan.models import Period, Task
from federation_tasks.supervision.acknowledging import Acknowledging, unacknowledged
from federation_tasks.supervision.filters import ASSIGNED

LAST_CLOSED = 2  # half-years whose circular is asked for


def supervising_part(access: Access, period: Period | None) -> Part:
    """Return what the office has to chase in the running half-year, and where nobody is in charge."""
    part = Part(calm="没有要催的：该报的都报了，任务都已签收。")
    unled = _without_leader(access)
    if period:
        _add_period(part, summarise(access, period, access.on))
    part.sections += [found for found in (_to_close(access), _to_issue()) if found.total]
    if unled.total:
        part.sections.append(unled)
    return part


def _add_period(part: Part, summary: Summary) -> None:
    part.lights = summary.counts.lights
    part.lights_of = f"全会 {summary.counts.total} 项任务"
    reporting = summary.reporting
    part.facts.append(Fact(f"{summary.period}汇报", f"{reporting.submitted} / {reporting.total} 个单位", "已报送"))
    part.main = _main(reporting.number(Standing.MISSING))
    late, in_time = _unacknowledged(summary)
    part.sections += [found for found in (_reports("没有按期报送汇报", reporting, Standing.MISSING, "未报"), late) if found.total]
    if in_time.total:
        part.waiting.append(in_time)
    if reporting.number(Standing.OPEN):
        part.waiting.append(_reports("还没到截止时间、没有报送的", reporting, Standing.OPEN, "待报"))
    part.links.append(Link("催办", reverse("supervision:urges"), "逾期的任务和要求、没有签收的任务、没有报送的汇报，选一件或者几件一起催。"))
    part.links.append(Link("看亮灯总览", reverse("dashboard:dashboard"), "各部室、各目标亮灯，逾期清单，差距排序。"))


def _main(missing: int) -> Main | None:
    if not missing:
        return None
    return Main(f"{missing} 个单位没有按期报送汇报", reverse("reports:reports"), "看谁还没有报", tone="bad")


def _reports(title: str, reporting: Reporting, standing: Standing, flag: str) -> Section:
    items = [
        Item(str(row.duty.department), row.duty.department.get_absolute_url(), _state(row), "看这个单位", flag=flag) for row in reporting.first(standing, SHOWN)
    ]
    return Section(title, items, reporting.number(standing), reverse("reports:reports"))


def _state(row: Owed) -> str:
    mode = row.duty.get_mode_display()
    return f"{mode}，{row.words}。" if row.words else f"{mode}，还没有起草。"


def _unacknowledged(summary: Summary) -> tuple[Section, Section]:
    """Return the tasks that should have been acknowledged by now, and those that still have time: at most five queries."""
    rule, every = Acknowledging(summary.day), unacknowledged(summary.tally.tasks)
    number = every.filter(rule.late).count() if summary.counts.unacknowledged else 0
    late = _tasks(f"没有按期签收，超过 {rule.within} 个工作日", every.filter(rule.late), number)
    return late, _tasks("待签收，还没到期限", every.exclude(rule.late), summary.counts.unacknowledged - number)


def _tasks(title: str, rows: Any, number: int) -> Section:
    shown = rows.select_related("department").prefetch_related("milestones")[:SHOWN] if number else []
    items = [Item(row.title, row.get_absolute_url(), f"{where_and_when(row)}{_assigned(row)}", "看任务", row) for row in shown]
    return Section(title, items, number, f"{reverse('supervision:tasks')}?light={ASSIGNED}")


def _assigned(task: Task) -> str:
    day = timezone.localdate(task.created_at)
    return f"{day.month}月{day.day}日下达，还没有签收。"


def _to_close(access: Access) -> Section:
    """Return the half-years that are over, or whose meeting is, and are still open."""
    rows = list(Period.objects.to_close(access.on))
    items = [Item(f"关闭{row}", reverse("meetings:close", args=[row.code]), _why(row, access), "看还有什么没办完") for row in rows]
    return Section("可以关闭的半年", items, len(rows))


def _to_issue() -> Section:
    """Return the closed half-years whose circular is still to be issued, of the two last: who works with older ones knows why."""
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("-year", "-half")[:LAST_CLOSED]
    rows = [row for row in closed.select_related("circular").defer("circular__content") if not hasattr(row, "circular")]
    items = [Item(f"{row}通报", reverse("meetings:circular", args=[row.code]), f"{row}已经关闭，通报还没有印发。", "看通报的数字，印发") for row in rows]
    return Section("可以印发的通报", items, len(rows))


def _why(period: Period, access: Access) -> str:
    if period.ends_on < access.on:
        return f"{period}已于{period.ends_on.month}月{period.ends_on.day}日结束，还没有关闭。"
    return f"{period}的汇报会已经开过，还没有关闭。"


def _without_leader(access: Access) -> Section:
    led = Portfolio.objects.on(access.on).filter(Leader.in_office_on(access.on, "leader__")).values("department")
    rows = Department.objects.open_on(access.on).exclude(pk__in=led)
    items = [
        Item(row.name, row.get_absolute_url(), "今天没有分管领导，由主要领导审定。分管由系统管理员登记。", "看这个单位", flag="未分管") for row in rows[:SHOWN]
    ]
    return Section("未分管的单位", items, rows.count() if items else 0)
