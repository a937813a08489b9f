"""What the office urges stands above everything else in a department's 待办, until it is answered or done."""

import datetime as dt

import pytest
import time_machine

from departments.access import Access
from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.reports.drafts import start_report
from federation_tasks.supervision.models import Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.moves import perform

MORNING = dt.datetime(2026, 10, 21, 1, tzinfo=dt.UTC)
LATE = dt.date(2026, 10, 11)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(MORNING, tick=False):
        yield


def urge(cast, stage="blue", note="请周五前办完", **about):
    [thing] = about.values()
    notice = UrgeNotice.objects.create(by=cast.office, acting_as="办公室（督查）", note=note, on=TODAY)
    row = Urge(notice=notice, stage=stage, department=thing.department, period=thing.period, days_late=10, **about)
    perform(row, "issue", cast.access("office"))
    return row


def home(cast, part):
    return cast.client(part).get("/").content.decode()


def test_it_comes_before_the_report_and_the_tasks_the_strongest_stage_first(plan, cast):
    tasks = [plan.task(cast.kfb, title=title, due=LATE, state="in_progress") for title in ("办证", "建台账")]
    urge(cast, task=tasks[0])
    urge(cast, stage="red", note="再不办要通报", task=tasks[1])
    page = home(cast, "head")
    order = [page.index(words) for words in ("办公室催办（2）", "红色督办", "再不办要通报", "蓝色提示", "请周五前办完", 'id="main-task"', "今天就办")]
    assert order == sorted(order)
    assert f'<a href="/tasks/{tasks[0].pk}/">办证<span' in page
    assert "申请办结以后自动了结" in page
    assert '<use href="#l-red"/></svg>红色督办' in page
    assert "待办（4 件）" in page  # two urges, two overdue tasks


@pytest.mark.parametrize(("part", "sees"), [("head", True), ("acting_head", True), ("clerk", True), ("staff", False), ("other_head", False), ("office", False)])
def test_who_sees_it(plan, cast, part, sees):
    urge(cast, task=plan.task(cast.kfb, due=LATE, state="in_progress"))
    assert ("办公室催办（1）" in home(cast, part)) is sees


def test_staff_see_what_is_urged_of_their_own_tasks(plan, cast):
    urge(cast, task=plan.task(cast.kfb, due=LATE, state="in_progress", assignee=cast.staff))
    assert "由康复部负责人回应" in home(cast, "staff")


def test_it_goes_when_it_is_answered(plan, cast):
    row = urge(cast, task=plan.task(cast.kfb, due=LATE, state="in_progress"))
    perform(row, "answer", cast.access("head"), reason="周四")
    assert "办公室催办" not in home(cast, "head")


def test_it_goes_when_the_task_is_claimed(plan, cast):
    task = plan.task(cast.kfb, due=LATE, state="in_progress", progress=100)
    row = urge(cast, task=task)
    perform(task, "claim", cast.access("head"))
    row.refresh_from_db()
    assert row.state == "settled"
    assert "办公室催办" not in home(cast, "head")


def test_submitting_the_report_settles_its_urges_answered_ones_too(plan, cast):
    duty = ReportDuty.objects.get(department=cast.kfb)
    rows = [urge(cast, report_duty=duty) for _ in range(2)]
    perform(rows[0], "answer", cast.access("head"), reason="明天报")
    assert '<a href="/reports/2026H2/kfb/edit/">2026年下半年工作汇报<span' in home(cast, "head")
    report = start_report(plan.period, cast.kfb, cast.head)
    report.items.update(narrative="按计划推进。", reason="无")
    report.arrangements, report.revision = "继续推进。", 1
    report.save()
    perform(report, "submit", Access(cast.head, TODAY))
    assert {row.state for row in Urge.objects.all()} == {"settled"}
    assert "办公室催办" not in home(cast, "head")


def test_an_answer_to_an_instruction_settles_its_urges(plan, cast):
    leader = Leader.objects.get(user=cast.principal)
    row = Instruction.objects.create(leader=leader, period=plan.period, number=1, text="补齐", due=LATE, made_by=cast.principal, made_on=LATE)
    duty = InstructionDuty.objects.create(instruction=row, department=cast.kfb, period=plan.period, state="acknowledged")
    urge(cast, instruction_duty=duty)
    assert "第 1 号要求" in home(cast, "head")
    perform(duty, "answer", cast.access("head"), reason="补齐了")
    assert Urge.objects.get().state == "settled"


def test_what_a_closed_half_year_left_undone_is_not_waited_for(plan, cast):
    urge(cast, report_duty=ReportDuty.objects.get(department=cast.kfb))
    Period.objects.update(state=Period.State.CLOSED)
    assert "办公室催办" not in home(cast, "head")


def test_many_urges_are_ten_and_a_link_in_as_few_queries_as_one(plan, cast, django_assert_max_num_queries):
    for n in range(12):
        urge(cast, task=plan.task(cast.kfb, title=str(n), due=LATE, state="in_progress"))
    assert Task.objects.count() == 12
    client = cast.client("head")
    with django_assert_max_num_queries(32):
        page = client.get("/").content.decode()
    assert "另有 2 件催办等回应" in page
