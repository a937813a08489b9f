"""A month of acts by everybody: each evening the numbers are those of the raw rows, and asked for later, the evening says the same."""

import datetime as dt
import random
from collections import Counter
from functools import cache

import chinese_calendar
import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from departments.access import Capability
from departments.models import Department
from federation_tasks.dashboard.gaps import GapBoard
from federation_tasks.dashboard.reporting import Reporting, Standing, standing_of
from federation_tasks.dashboard.review import ReviewQueue
from federation_tasks.dashboard.supervising import Supervising
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.exceptions import put_off
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Problem, Report, ReportVersion
from federation_tasks.reports.noting import note
from federation_tasks.reports.withdrawing import mark_opened
from federation_tasks.supervision.escalating import escalate
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.moves import WrongState, perform, table_of

FIRST = dt.date(2026, 10, 9)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(20)]
PARTS = ("principal", "office", "deputy", "head", "ysa_head")
ACTORS = ("head", "acting_head", "other_head", "kfyy_head", "ysa_head", "deputy", "other_deputy", "principal", "office")
WITHIN = 3  # working days, as the installation starts with, for a decision and for an answer
CHARGE = {"kfb": "副理事长乙", "kfyy": "副理事长乙", "jjb": "副理事长丙", "ysa": "理事长"}


def moment(day, hour, minute=0):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def workdays(since, day):
    return sum(chinese_calendar.is_workday(since + dt.timedelta(days=n)) for n in range(1, (day - since).days + 1))


def departments_of(access):
    return None if access.everywhere(Capability.READ_DASHBOARD) else access.departments(Capability.READ_DASHBOARD)


class Evening:
    """Everything that the sections say to one person of one day, without addresses."""

    def __init__(self, access, period, day):
        about = (access, period, day, departments_of(access))
        self.reporting, self.queue, self.gaps, self.loop = (kind(*about) for kind in (Reporting, ReviewQueue, GapBoard, Supervising))

    def told(self):
        reporting, queue, gaps = self.reporting, self.queue, self.gaps
        return {
            "counts": reporting.counts,
            "reporting": (reporting.words, [(row.duty.department.code, row.duty.mode, row.standing, row.state, row.words) for row in reporting.rows]),
            "named": {cell: [(row.duty.department.code, row.words) for row in rows] for cell, rows in reporting.named.items()},
            "queue": (queue.words, queue.total, queue.late, [(row.department, row.since, row.days, row.is_long, row.whom) for row in queue.rows]),
            "gaps": (gaps.words, [(row.goal.number, row.problems, row.departments, row.without_measure, row.came_back) for row in gaps.ranked]),
            "by department": [(name, cells, total) for name, _, cells, total in gaps.by_department],
            "unmeasured": [(name, told) for name, _, told in gaps.unmeasured],
            "returned": [(name, told) for name, _, _, told in gaps.returned],
            "loop": (self.loop.words, [(line.name, line.open, line.late, line.late_words, line.note) for line in self.loop.lines]),
        }


# --- The numbers a second time, in plain Python over the raw rows -----------------------------------------------------


def check(evening, access, period, day):
    allowed = departments_of(access)
    codes = {row.code for row in (Department.objects.all() if allowed is None else allowed)}
    check_reporting(evening.reporting, [row for row in ReportDuty.objects.select_related("department", "period") if row.department.code in codes], day)
    check_queue(evening.queue, access, period, codes, day)
    check_gaps(evening.gaps, period, codes)
    check_loop(evening.loop, period, codes, day)


def check_reporting(found, duties, day):
    reports = {row.department_id: row for row in Report.objects.filter(period=found.period)}
    expected = Counter()
    for duty in (row for row in duties if row.period == found.period):
        report = reports.get(duty.department_id)
        state = report.state if report and (report.revision or report.standing_id) else None
        expected[(duty.mode, standing_of(duty, day), state)] += 1
    assert found.counts == expected
    assert {cell: len(rows) for cell, rows in found.named.items()} == Counter((mode, standing) for (mode, standing, _), n in expected.items() for _ in range(n))
    assert len(found.rows) == found.total == expected.total()
    assert len(found.first(Standing.MISSING, 2)) == min(2, found.number(Standing.MISSING))


def check_queue(found, access, period, codes, day):
    shown = access.leader or access.may(Capability.SUPERVISE)
    mine = codes if access.everywhere(Capability.READ_SUBMITTED) else {row.code for row in Department.objects.filter(pk__in=access.portfolio)}
    waiting = [row for row in Report.objects.filter(period=period, state="submitted").order_by("submitted_at") if row.department.code in mine and shown]
    days = [workdays(timezone.localdate(row.submitted_at), day) for row in waiting]
    assert [(row.department, row.days, row.is_long, row.whom.split("（")[0]) for row in found.rows] == [
        (row.department.name, n, n > WITHIN, CHARGE[row.department.code]) for row, n in zip(waiting, days, strict=True)
    ]
    assert (found.total, found.late) == (len(waiting), sum(n > WITHIN for n in days))


def check_gaps(found, period, codes):
    before, now = (
        {row.report.department.code: row.gaps for row in ReportVersion.objects.filter(report__period__in=periods, report__standing__isnull=False)
         if row.report.standing_id == row.pk and row.report.department.code in codes}
        for periods in (Period.objects.filter(year=2026, half=1), [period])
    )  # fmt: skip
    for row in found.ranked:
        named = {code: gaps[key] for code, gaps in now.items() if (key := str(row.goal.number)) in gaps}
        assert row.problems == sum(n for n, _ in named.values())
        assert (row.departments, row.without_measure) == (len(named), sum(bare for _, bare in named.values()))
        assert row.came_back == sum(str(row.goal.number) in before.get(code, {}) for code in named)
    assert [total for *_, total in found.by_department] == sorted((n for gaps in now.values() if (n := sum(of for of, _ in gaps.values()))), reverse=True)
    assert len(found.unmeasured) == sum(any(bare for _, bare in gaps.values()) for gaps in now.values())
    assert len(found.returned) == sum(bool(set(gaps) & set(before.get(code, {}))) for code, gaps in now.items())


def check_loop(found, period, codes, day):
    def late(since):
        return workdays(since, day) > WITHIN

    tasks = [row for row in Task.objects.filter(period=period).select_related("department") if row.department.code in codes]
    claims, assigned = ([row for row in tasks if row.state == state] for state in ("claimed", "assigned"))
    urges = [row for row in Urge.objects.filter(period=period).select_related("notice") if row.department.code in codes]
    asked = [row for row in Extension.objects.filter(task__in=tasks) if row.state == "asked" and row.task.state != "suspended"]
    owed = [row for row in InstructionDuty.objects.filter(period=period).exclude(state="closed") if row.department.code in codes]
    silent = [row for row in urges if row.state == "sent"]
    gone_up = Counter()
    for step in Escalation.objects.all():
        if step.task in tasks and step.task.state in ("assigned", "acknowledged", "in_progress") and step.due == step.task.due < day:
            gone_up[step.step] += 1
        if step.instruction_duty in owed and step.instruction_duty.state != "answered" and step.due < day:
            gone_up[step.step] += 1
    since = [max(timezone.localdate(row.created_at), row.period.starts_on) for row in assigned]
    assert [(line.open, line.late) for line in found.lines] == [
        (len(assigned), sum(map(late, since))),
        (len(silent), sum(late(row.notice.on) for row in silent)),
        (len(owed), sum(row.instruction.due < day for row in owed)),
        (len(asked), sum(late(row.asked_on) for row in asked)),
        (len(claims), sum(late(row.claimed_on) for row in claims)),
        (gone_up[1], gone_up[2]),
    ]
    assert (found.urges["answered"], found.instructions["answered"]) == (
        sum(row.state == "answered" for row in urges), sum(row.state == "answered" for row in owed),
    )  # fmt: skip
    assert found.extensions["granted"] == Extension.objects.filter(task__in=tasks, state="granted").count()


# --- What happens -----------------------------------------------------------------------------------------------------


class Month:
    """What everybody does, chosen by a seed: whatever the tables of moves offer, and what brings things into being."""

    def __init__(self, plan, cast, seed):
        self.plan, self.cast, self.pick = plan, cast, random.Random(seed)  # noqa: S311 - a test
        self.departments = [cast.kfb, cast.jjb, cast.kfyy, cast.ysa]
        self.heads = dict(zip(self.departments, ("head", "other_head", "kfyy_head", "ysa_head"), strict=True))
        self.done = Counter()

    def act(self, day):
        beginnings = (self.write, self.urge, self.instruct, self.ask, self.put_off, self.open_one, self.assign)
        todo = self.pick.choice([*beginnings, *[self.move] * 12])
        try:
            todo(day)
        except (PermissionDenied, ValidationError, WrongState):
            self.done["refused"] += 1

    @cache  # noqa: B019 - lives as long as the test
    def access(self, part, day):
        return self.cast.access(part, day)

    def write(self, day):
        department = self.pick.choice(self.departments)
        access = self.access(self.heads[department], day)
        report = start_report(self.plan.period, department, access.user)
        if not report.is_editable:
            return
        if self.pick.random() < 0.2:
            return  # only opened
        for item in report.items.all():
            item.narrative, item.reason = "办了", "有原因"
            item.save()
        for goal in self.pick.sample(self.plan.goals, 2):
            Problem.objects.create(report=report, goal=goal, text="问题", measure="措施", owner="张三", due=day)
        for answer in Filing(report, day).answers:
            answer.outcome, answer.text = "not_done", "还没有"
            answer.save()
        report.arrangements = "安排"
        report.save()
        note(report, access, {"arrangements": ["", "安排"]})
        self.done["write"] += 1

    def urge(self, day):
        office = self.access("office", day)
        notice = UrgeNotice.objects.create(by=self.cast.office, note="请抓紧", on=day)
        kind = self.pick.choice(["task", "report_duty", "instruction_duty"])
        rows = {"task": Task, "report_duty": ReportDuty, "instruction_duty": InstructionDuty}[kind].objects.order_by("pk")
        if not rows:
            return
        thing = self.pick.choice(list(rows))
        perform(Urge(notice=notice, stage="blue", department=thing.department, period=thing.period, days_late=0, **{kind: thing}), "issue", office)
        self.done["urge"] += 1

    def instruct(self, day):
        part = self.pick.choice(["principal", "deputy"])
        access = self.access(part, day)
        number = Instruction.objects.count() + 1
        due = day + dt.timedelta(days=self.pick.randint(1, 8))
        instruction = Instruction.objects.create(
            leader=access.leader, period=self.plan.period, number=number, text="办好", due=due, made_by=access.user, made_on=day
        )
        department = self.pick.choice(self.departments if part == "principal" else self.departments[::2])
        perform(InstructionDuty(instruction=instruction, department=department, period=self.plan.period), "issue", access)
        self.done["instruct"] += 1

    def ask(self, day):
        task = self.pick.choice(list(Task.objects.filter(period=self.plan.period).order_by("pk")))
        if self.pick.random() < 0.8:
            access, move = self.access(self.heads[task.department], day), "ask"
        else:
            access, move = self.access("principal", day), "grant"
        due = max(task.due, day) + dt.timedelta(days=3)
        perform(Extension(task=task), move, access, reason="要延", asked_due=due, new_due=due, standing="一半")
        self.done[move] += 1

    def put_off(self, day):
        duty = self.pick.choice(list(ReportDuty.objects.filter(period=self.plan.period).order_by("pk")))
        until = self.pick.choice([moment(day + dt.timedelta(days=9), 17), None])
        put_off(duty, until, "出差", self.access("office", day))
        self.done["put off"] += 1

    def open_one(self, day):
        if report := Report.objects.filter(state="submitted").select_related("standing").order_by("?").first():
            mark_opened(report, self.access("principal", day))

    def assign(self, day):
        self.plan.task(self.pick.choice(self.departments), due=day + dt.timedelta(days=self.pick.randint(1, 20)))

    def move(self, day):
        kind = self.pick.choice([Report, Report, Report, Task, Extension, InstructionDuty, Urge])
        things = list(kind.objects.order_by("pk"))
        if not things:
            return
        thing = self.pick.choice(things)
        accesses = [self.access(part, day) for part in self.pick.sample(ACTORS, len(ACTORS))]
        offered = ((access, table_of(thing).open_to(thing, access)) for access in accesses)
        access, moves = next(((who, moves) for who, moves in offered if moves), (None, []))
        if not moves:
            return
        move = self.pick.choice([move for move in moves if move.name != "suspend" or self.pick.random() < 0.3] or moves)
        data = {"new_due": max(thing.task.due, day) + dt.timedelta(days=2)} if kind is Extension else {}
        perform(thing, move.name, access, reason="同意" if move.name in ("confirm", "close", "approve") else "理由", **data)
        self.done[f"{kind.__name__} {move.name}"] += 1


@pytest.fixture
def half(plan, cast):
    """The running half-year with a deadline in the middle of the walk, tasks of each kind of trouble, and the reports of the half-year before."""
    plan.period.report_deadline = moment(FIRST + dt.timedelta(days=8), 17, 30)
    plan.period.save()
    plan.period.history.update(report_deadline=plan.period.report_deadline, history_date=moment(dt.date(2026, 7, 1), 9))
    with time_machine.travel(moment(dt.date(2026, 7, 1), 10), tick=False):
        for n, department in enumerate([cast.kfb, cast.jjb, cast.kfyy, cast.ysa] * 2):
            plan.task(department, due=FIRST + dt.timedelta(days=n - 4), progress=60)
        before = Period.objects.create(year=2026, half=1, state="closed")
        for department, gaps in ((cast.kfb, {"1": [2, 0], "3": [1, 0]}), (cast.jjb, {"2": [1, 1]}), (cast.ysa, {})):
            report = Report.objects.create(period=before, department=department, state="archived", revision=1, submissions=1)
            report.standing = ReportVersion.objects.create(report=report, number=1, content={}, gaps=gaps, submitted_by=cast.head, submitted_at=timezone.now())
            report.save()
    return plan


@pytest.mark.parametrize("seed", range(2))
def test_each_evening_is_that_of_the_raw_rows_and_is_told_the_same_ever_after(half, cast, seed):
    month, told = Month(half, cast, seed), {}
    for day in DAYS:
        for minute in range(18):
            with time_machine.travel(moment(day, 9, minute), tick=False):
                month.act(day)
        if day == DAYS[-4]:
            with time_machine.travel(moment(day, 12), tick=False):
                close_period(half.period, cast.access("office", day))
        if half.period.state == "open":
            with time_machine.travel(moment(day, 11), tick=False):
                escalate(day)
                ReportVersion.objects.filter(pk__in=ReportVersion.objects.order_by("pk").values("pk")[:1]).update(gaps={"1": [3, 1], "2": [1, 0]})
        with time_machine.travel(moment(day, 23, 59), tick=False):
            for part in PARTS:
                access = cast.access(part, day)
                evening = Evening(access, half.period, day)
                told[day, part] = evening.told()
                check(evening, access, half.period, day)
    later = DAYS[-1] + dt.timedelta(days=30)
    with time_machine.travel(moment(later, 10), tick=False):
        for (day, part), then in told.items():
            now = Evening(cast.access(part, later), half.period, day).told()
            for what, said in then.items():
                assert now[what] == said, (day, part, what)
    assert {"Report submit", "Report return", "Report approve", "Task claim", "Task suspend", "Urge answer", "ask"} <= month.done.keys(), month.done
