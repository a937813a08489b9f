"""What one overdue digest says (domain.md, The overdue digest): sections, numbers, and the facts for the next one."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from departments.access import Access
from departments.models import Leader
from federation_tasks.digests.briefing import Briefing
from federation_tasks.digests.comparison import Changes, compare
from federation_tasks.digests.deciding import awaiting_section
from federation_tasks.digests.facts import Facts
from federation_tasks.digests.models import Letter
from federation_tasks.digests.requiring import TITLE as REQUIRED
from federation_tasks.digests.requiring import required_section
from federation_tasks.digests.rows import Rows
from federation_tasks.digests.sections import SHOWN, Link, Section, address, month_day, rest_of_tasks, section_of
from federation_tasks.digests.shares import Share, shares_of
from federation_tasks.plan.counts import Counts, count_by, total_of
from federation_tasks.plan.lights import Light, days_overdue
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.models.tasks import TaskQuerySet
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.awaiting import awaiting
from federation_tasks.supervision.listing import latest_updates


@dataclass(frozen=True)
class Digest:
    """One leader's digest of one day."""

    leader: Leader
    day: dt.date
    since: Letter | None
    counts: Counts
    by_period: dict[Period, Counts]
    changes: Changes
    overdue: list[Task]
    awaiting: Section
    facts: Facts
    units: int | None  # departments in the portfolio; None for the whole federation
    remembered: int  # how many were overdue in the last letter
    shares: list[Share] = field(default_factory=list)
    clear: list[str] = field(default_factory=list)  # departments or leaders without anything overdue
    sections: list[Section] = field(default_factory=list)
    soon: Section | None = None

    @property
    def has_something_to_say(self) -> bool:
        """Say whether there is anything beside what falls due within days: else there is a row and no letter."""
        return any(section.total for section in self.sections)

    @property
    def is_whole(self) -> bool:
        """Say whether it covers the whole federation."""
        return self.units is None

    @property
    def filled(self) -> list[Section]:
        """Return the sections that have rows, in their order, after what awaits the leader."""
        every = [*self.sections[1:], *([self.soon] if self.soon else [])]
        return [section for section in every if section.total]

    @property
    def has_overdue_instructions(self) -> bool:
        """Say whether the letter has to explain what 逾期要求 means."""
        return any(section.title == REQUIRED and section.total for section in self.sections)

    @property
    def new(self) -> int:
        """Return how many are newly overdue."""
        return len(self.changes.new)

    @property
    def longest(self) -> int:
        """Return for how many days the longest overdue task has been so; 0 for none."""
        return max((days_overdue(task, self.day) for task in self.overdue), default=0)

    @property
    def headline(self) -> str:
        """Return the heading: how many are overdue, how many await the leader."""
        where = "全会" if self.is_whole else "分管单位"
        return f"{where}逾期 {len(self.overdue)} 项，待您审定 {self.awaiting.total} 项"

    @property
    def summary(self) -> str:
        """Return the first sentence: the total, what is new, how long, what waits."""
        where = "全会" if self.is_whole else f"您分管的 {self.units} 个单位"
        said = f"{where} {self.counts.total} 项任务，逾期 {len(self.overdue)} 项，新增 {self.new} 项"
        if self.overdue:
            said += f"，最久的 {self.longest} 天"
        return said + (f"；有 {self.awaiting.total} 项待您审定。" if self.awaiting.total else "；没有待您审定的事项。")

    @property
    def balance(self) -> str:
        """Return how the number came about since the last letter; empty in a first one."""
        if self.since is None:
            return ""
        changes = self.changes
        return (
            f"上次（{month_day(self.since.day)}）逾期 {self.remembered} 项，新增 {self.new} 项，接手 {len(changes.came)} 项，"
            f"已解决 {len(changes.resolved)} 项，移出 {len(changes.left)} 项，现在 {len(self.overdue)} 项。"
        )

    @property
    def periods(self) -> str:
        """Return the numbers of each period where more than one is open, since a page shows one; else empty."""
        if len(self.by_period) < 2:
            return ""
        return "其中" + "，".join(f"{period}逾期 {counts.overdue} 项" for period, counts in self.by_period.items()) + "。"

    @property
    def links(self) -> list[Link]:
        """Return the ways on, one for each thing a leader does next."""
        found = [Link("看亮灯总览", address("dashboard:dashboard", on=self.day.isoformat()))]
        return [*found, Link("历次信函", address("digests:letters"))]


def compose(leader: Leader, briefing: Briefing) -> Digest:
    """Return what a leader's digest says on a day, from the facts as they stand now: a bounded number of queries."""
    day, scope = briefing.day, briefing.scope(leader)
    tasks: TaskQuerySet = Task.objects.filter(period__in=briefing.periods)
    if scope is not None:
        tasks = tasks.filter(department__in=scope)
    overdue = list(tasks.overdue_on(day).select_related("department", "period"))
    suspended = tasks.filter(state=TaskState.SUSPENDED).order_by("pk").values_list("pk", flat=True)
    facts = Facts.of(scope, overdue, suspended)
    since = Letter.objects.before(day, leader)
    before = Facts.read(since.facts) if since else None
    changes = compare(before, facts, overdue)
    waiting = awaiting(Access(leader.user, day)) if leader.user else None
    counted = count_by(tasks, day, "period_id", lamps=briefing.lamps)
    by_period = {period: counted.get((period.pk,), Counts()) for period in briefing.periods}
    rows = Rows(briefing, latest_updates(_shown(changes)), show_leader=scope is None)
    first = awaiting_section(waiting, rows)
    shares, clear = shares_of(briefing, scope, overdue, {task.pk for task in changes.new})
    return Digest(
        leader=leader,
        day=day,
        since=since,
        counts=total_of(by_period.values()),
        by_period=by_period,
        changes=changes,
        overdue=overdue,
        awaiting=first,
        facts=facts,
        units=None if scope is None else len(scope),
        remembered=len(before.overdue) if before else 0,
        shares=shares,
        clear=clear,
        sections=[first, *_changed(changes, rows), required_section(leader, briefing, rows), _missing(briefing, scope, rows)],
        soon=_soon(tasks, briefing, rows, sum(counts.lights[Light.BLUE] for counts in by_period.values())),
    )


def _shown(changes: Changes) -> list[Task]:
    return [*changes.new[:SHOWN], *changes.still[:SHOWN], *(came.task for came in changes.came_by_themselves[:SHOWN])]


def _changed(changes: Changes, rows: Rows) -> list[Section]:
    """Return the sections about what is overdue and what no longer is."""
    moved = [*changes.taken_over, *changes.came_by_themselves, *changes.left]
    number = len(changes.came) + len(changes.left)
    elsewhere = [Link("其余的接手和移出，在任务清单里看", address("supervision:tasks"))]
    done = [Link("其余已解决的，在任务清单里看", address("supervision:tasks", light=Light.DONE))]
    return [
        section_of("新增逾期", changes.new, rows.overdue, rest_of_tasks("新增逾期", changes.new, Light.RED), head="逾期"),
        section_of("仍逾期", changes.still, rows.overdue, rest_of_tasks("仍逾期", changes.still, Light.RED), head="逾期"),
        section_of("已解决", changes.resolved, rows.resolved, done),
        section_of("接手 / 移出", moved, rows.moved, elsewhere, total=number),
    ]


def _missing(briefing: Briefing, scope: frozenset[int] | None, rows: Rows) -> Section:
    """Return who owes a report whose deadline has passed (未按期报送)."""
    duties = ReportDuty.objects.missing().filter(period__in=briefing.periods).select_related("department", "period")
    if scope is not None:
        duties = duties.filter(department__in=scope)
    late = [duty for duty in duties if duty.is_missing_on(briefing.day)]
    more = [Link(f"其余未报送的（{period}）", address("reports:reports", period=period.code)) for period in briefing.periods]
    return section_of("未按期报送", late, rows.missing, more)


def _soon(tasks: TaskQuerySet, briefing: Briefing, rows: Rows, total: int) -> Section:
    """Return what falls due within days: the blue lights, as the dashboard counts them."""
    lit: Any = tasks.with_light(briefing.day, briefing.lamps)
    blue = lit.filter(light=Light.BLUE).order_by("due", "pk").select_related("department", "period")
    more = [Link(f"其余临期的（{period}）", address("supervision:tasks", period=period.code, light=Light.BLUE)) for period in briefing.periods]
    soon = f"{briefing.lamps.thresholds[1]} 日内到期" if briefing.lamps.thresholds[1] != 7 else "七日内到期"
    return section_of(soon, list(blue[:SHOWN]), rows.soon, more, total=total, head="临期")
