"""What got worse is said in a sentence that leads to the thing; where nothing did, that is said."""

import datetime as dt

import pytest
import time_machine

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.dashboard.board import Board
from federation_tasks.dashboard.shape import Shape
from federation_tasks.dashboard.summary import summarise
from federation_tasks.plan.keeping import keep_from, refresh
from federation_tasks.plan.models import Period, Task

BEFORE = dt.date(2026, 10, 20)


@pytest.fixture(params=[False, True], ids=["counted", "kept"])
def settled(request, today):
    """Return a function after which the counts of both days are kept, or leave them to be counted."""
    return lambda: request.param and keep_from(BEFORE, TODAY)


def on(day):
    return time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


def yesterday(plan, department, **fields):
    with on(BEFORE):
        return plan.task(department, **fields)


def said(cast, plan, part="principal", day=TODAY, leader=None):
    board = Board(summarise(cast.access(part, TODAY), plan.period, day, leader), Shape())
    return [row.lead + row.rest for row in board.sentences] or [board.nothing_worse]


RED_FROM_TODAY = {"due": BEFORE, "progress": 95}  # never behind, so that it was blue the day before
YELLOW_FROM_TODAY = {"start": dt.date(2026, 10, 11), "due": dt.date(2026, 10, 30), "progress": 35}  # half of its days are gone today


def test_the_facts_turn_as_these_tests_say(plan, cast, today):
    task = plan.task(cast.kfb, **YELLOW_FROM_TODAY)
    assert task.yellow_from == TODAY


@pytest.mark.parametrize(
    ("tasks", "sentences"),
    [
        ([("kfb", {})], ["与上一工作日（10月20日）相比，没有变差的单位和目标。"]),
        ([("kfb", {"due": dt.date(2026, 10, 1)})], ["与上一工作日（10月20日）相比，没有变差的单位和目标。"]),
        (
            [("kfb", RED_FROM_TODAY), ("kfb", RED_FROM_TODAY), ("kfb", {"due": dt.date(2026, 10, 1)}), ("jjb", {})],
            [
                "全会：逾期比上一工作日多 2 项，共 3 项。",
                "落实任务：逾期比上一工作日多 2 项，共 3 项。",
                "康复部：逾期比上一工作日多 2 项，共 3 项。",
            ],
        ),
        (
            [("kfb", YELLOW_FROM_TODAY), ("jjb", RED_FROM_TODAY)],
            [
                "全会：逾期比上一工作日多 1 项，共 1 项；滞后比上一工作日多 1 项，共 1 项。",
                "落实任务：逾期比上一工作日多 1 项，共 1 项；滞后比上一工作日多 1 项，共 1 项。",
                "教就部：逾期比上一工作日多 1 项，共 1 项。",
                "康复部：滞后比上一工作日多 1 项，共 1 项。",
            ],
        ),
    ],
)
def test_what_got_worse_since_the_working_day_before(plan, cast, settled, tasks, sentences):
    for code, fields in tasks:
        yesterday(plan, getattr(cast, code), **fields)
    settled()
    assert said(cast, plan) == sentences


def test_where_there_was_no_task_the_day_before_nothing_is_compared(plan, cast, settled):
    plan.task(cast.kfb, due=dt.date(2026, 10, 1))
    settled()
    assert said(cast, plan) == ["上一工作日（10月20日）还没有本期任务，没有可比的数字。"]


def test_a_department_that_got_its_first_tasks_today_did_not_get_worse(plan, cast, settled):
    yesterday(plan, cast.kfb)
    plan.task(cast.jjb, goal=plan.goals[0], due=dt.date(2026, 10, 1))
    settled()
    assert said(cast, plan) == ["全会：逾期比上一工作日多 1 项，共 1 项。"]


def test_what_was_finished_meanwhile_is_not_worse(plan, cast, settled):
    yesterday(plan, cast.kfb, **RED_FROM_TODAY)
    done = yesterday(plan, cast.kfb, due=dt.date(2026, 10, 1))
    done.state, done.claimed_on, done.completed_on, done.progress = "completed", TODAY, TODAY, 100
    done.save()
    settled()
    assert said(cast, plan) == ["与上一工作日（10月20日）相比，没有变差的单位和目标。"]


def test_of_one_department_it_is_said_once_and_others_are_not_told_of(plan, cast, settled):
    for department in (cast.kfb, cast.jjb):
        yesterday(plan, department, **RED_FROM_TODAY)
    settled()
    assert said(cast, plan, "head") == ["康复部：逾期比上一工作日多 1 项，共 1 项。", "落实任务：逾期比上一工作日多 1 项，共 1 项。"]
    leader = cast.access("other_deputy").leader
    assert said(cast, plan, "office", leader=leader)[0] == "教就部：逾期比上一工作日多 1 项，共 1 项。"
    assert len(said(cast, plan, "deputy")) == 3


def test_twelve_departments_are_named_the_worst_first_and_the_rest_is_counted(plan, cast, settled):
    rows = Department.objects.bulk_create(Department(code=f"xian{n}", name=f"县{n}", kind="county", order=100 + n) for n in range(15))
    with on(BEFORE):
        for n, row in enumerate(rows):
            for _ in range(2 if n == 14 else 1):
                plan.task(row, **RED_FROM_TODAY)
    settled()
    board = Board(summarise(cast.access("principal"), plan.period, TODAY), Shape())
    named = [row.lead.split("：")[0] for row in board.sentences][2:]
    assert named == ["县14", *(f"县{n}" for n in range(11))]
    assert board.summary.worsening.unlisted == 3
    with on(TODAY):
        assert "另有 3 个单位也变差了" in cast.client("principal").get("/dashboard/").content.decode()


def test_each_sentence_leads_to_as_many_tasks_as_it_names(plan, cast, settled):
    for department, fields in ((cast.kfb, RED_FROM_TODAY), (cast.jjb, YELLOW_FROM_TODAY)):
        yesterday(plan, department, **fields)
    settled()
    client = cast.client("principal")
    leads = {row.lead: row.href for row in Board(summarise(cast.access("principal"), plan.period, TODAY), Shape()).sentences}
    assert leads["落实任务：逾期比上一工作日多 1 项，共 1 项"] == "/goals/3/?period=2026H2"
    for lead in ("全会：逾期比上一工作日多 1 项，共 1 项", "康复部：逾期比上一工作日多 1 项，共 1 项", "教就部：滞后比上一工作日多 1 项，共 1 项"):
        assert client.get(leads[lead]).context["list"].number == 1


def earlier(plan, cast, year, half, day, *tasks):
    """Let an earlier half-year have had these tasks on a day: (goal, fields)."""
    period = Period.objects.create(year=year, half=half, state=Period.State.OPEN)
    with on(day):
        for goal, fields in tasks:
            given = {"start": period.starts_on, "due": period.ends_on, "progress": 70} | fields
            Task.objects.create(period=period, department=cast.kfb, goal=plan.goals[goal], title="任务", **given)
    return period


def test_against_the_end_of_the_last_period_and_the_same_day_last_year(plan, cast, today):
    last_year, point = dt.date(2025, 7, 1), dt.date(2025, 10, 21)
    earlier(plan, cast, 2025, 2, last_year, (2, {"progress": 80}), (2, {"progress": 80}), (0, {}))
    earlier(plan, cast, 2026, 1, dt.date(2026, 1, 1), (2, {}), (2, {}), (2, {}), (2, {"due": dt.date(2026, 3, 1)}), (0, {}))
    yesterday(plan, cast.kfb, due=dt.date(2026, 10, 1))
    yesterday(plan, cast.kfb, progress=71)
    yesterday(plan, cast.kfb, goal=plan.goals[0])
    keep_from(point, TODAY)
    assert said(cast, plan) == [
        "全会：逾期占 33%，比上一期期末多 13 个百分点；逾期占 33%，比去年同期多 33 个百分点；平均完成 70%，比去年同期少 6 个百分点。",
        "落实任务：逾期占 50%，比上一期期末多 25 个百分点；逾期占 50%，比去年同期多 50 个百分点；平均完成 70%，比去年同期少 10 个百分点。",
    ]


def test_a_period_whose_days_were_not_kept_is_not_compared(plan, cast, today):
    earlier(plan, cast, 2026, 1, dt.date(2026, 1, 1), (2, {}))
    yesterday(plan, cast.kfb)
    refresh(TODAY)
    assert said(cast, plan) == ["与上一工作日（10月20日）相比，没有变差的单位和目标。"]


def test_what_is_compared_with_and_not_worse_is_named(plan, cast, today):
    earlier(plan, cast, 2026, 1, dt.date(2026, 1, 1), (2, {}))
    yesterday(plan, cast.kfb)
    keep_from(dt.date(2026, 6, 30), TODAY)
    assert said(cast, plan) == ["与上一工作日（10月20日）、上一期期末相比，没有变差的单位和目标。"]


def test_a_past_day_says_what_it_said_then(plan, cast, settled):
    task = yesterday(plan, cast.kfb, due=dt.date(2026, 10, 1))
    settled()
    task.delete()
    assert said(cast, plan, day=BEFORE) == ["上一工作日（10月19日）还没有本期任务，没有可比的数字。"]
