"""/departments/<code>/timeline/: all that happened in a department in a half-year, newest first."""

import datetime as dt

import pytest
import time_machine

from departments.models import Department, Leader, Portfolio
from departments.testing import TODAY
from federation_tasks.home.tests.world import submitted
from federation_tasks.home.timeline.page import NEWEST, ON_A_PAGE
from federation_tasks.plan.models import Period, ProgressUpdate, Task
from federation_tasks.reports.drafts import start_report
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

AT = "/departments/kfb/timeline/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def busy(plan, cast):
    """康复部 with something of every kind, and a task of 教就部 beside it."""
    task = plan.task(cast.kfb, title="康复楼", progress=0)
    perform(task, "acknowledge", cast.access("head", dt.date(2026, 7, 6)))
    record_update(task, cast.access("clerk", dt.date(2026, 9, 1)), text="打地基", progress=30)
    asked = Extension(task=task)
    perform(asked, "ask", cast.access("head", dt.date(2026, 10, 1)), reason="台风", asked_due=dt.date(2026, 12, 10), standing="一半")
    perform(asked, "approve", cast.access("deputy", dt.date(2026, 10, 2)), new_due=dt.date(2026, 12, 10), reason="")
    notice = UrgeNotice.objects.create(by=cast.office, note="汇报请抓紧", on=dt.date(2026, 10, 10))
    urge = Urge(notice=notice, stage="blue", department=cast.kfb, period=plan.period, days_late=-3, report_duty=plan.period.duties.get(department=cast.kfb))
    perform(urge, "issue", cast.access("office", dt.date(2026, 10, 10)))
    leader = Leader.objects.get(user=cast.deputy)
    instruction = Instruction.objects.create(
        leader=leader, period=plan.period, number=1, text="每周报一次", due=dt.date(2026, 10, 12), made_by=cast.deputy, made_on=dt.date(2026, 10, 5)
    )
    duty = InstructionDuty(instruction=instruction, department=cast.kfb, period=plan.period)
    perform(duty, "issue", cast.access("deputy", dt.date(2026, 10, 5)))
    step = {"department": cast.kfb, "period": plan.period, "due": instruction.due, "step": 2, "leader": leader, "on": dt.date(2026, 10, 20)}
    Escalation.objects.create(instruction_duty=duty, **step)
    submitted(start_report(plan.period, cast.kfb, cast.head), cast, "head")
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=dt.date(2026, 8, 1))
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfb, valid_from=dt.date(2026, 8, 1), valid_to=TODAY)
    Portfolio.objects.create(leader=leader, department=cast.kfb, valid_from=TODAY)
    other = plan.task(cast.jjb, title="教就部的事")
    perform(other, "acknowledge", cast.access("other_head"))
    return task


TOLD = [
    "汇报报送第 1 稿",
    "半年汇报中的进展",
    "分管由副理事长丙移交给副理事长乙",
    "逾期升级到分管领导（副理事长乙）",
    "催办（蓝色提示）",
    "催办了结（蓝色提示）",  # by the report
    "向康复部提出第 1 号要求，10月12日前办",
    "签收：康复部的第 1 号要求",
    "康复部的第 1 号要求，2026年下半年汇报第 1 稿：部分落实",
    "同意延期到 12月10日（原来 11月30日到期）",
    "申请延期到 12月10日（现在 11月30日到期）",
    "进展（10月21日补记）",
    "开始办理",
    "分管由副理事长乙移交给副理事长丙",
    "签收",
]


def told(client, query=""):
    answer = client.get(f"{AT}{query}")
    assert answer.status_code == 200
    return [event.title for event in answer.context["timeline"].events]


def test_everything_stands_in_one_line_newest_first(busy, cast):
    events = cast.client("office").get(AT).context["timeline"].events
    assert sorted(event.title for event in events) == sorted(TOLD)
    assert [event.on for event in events] == sorted((event.on for event in events), reverse=True)


def test_each_leads_to_the_thing(busy, cast):
    page = cast.client("head").get(AT).content.decode()
    for href in (f"/tasks/{busy.pk}/", "/reports/2026H2/kfb/"):
        assert f'<a class="pad" href="{href}"' in page
    assert "教就部" not in page


@pytest.mark.parametrize("kind", ["", "decisions", "progress", "chasing", "requirements", "reports", "charge"])
def test_each_kind_lists_as_many_as_its_link_says(busy, cast, kind):
    page = cast.client("office").get(f"{AT}?show={kind}")
    timeline = page.context["timeline"]
    assert len(timeline.events) == timeline.number > 0
    assert [chip.label.split()[-1] for chip in timeline.chips if chip.is_current] == [str(timeline.number)]
    assert all(not kind or kind in event.kinds for event in timeline.events)


@pytest.mark.parametrize(
    ("words", "number"), [("康复楼", 6), ("台风", 1), ("每周", 4), ("副理事长丙", 1), ("打地基", 1), ("抓紧", 2), ("康复部联络员", 2), ("无", 0)]
)
def test_a_keyword_is_looked_for_in_names_texts_and_people(busy, cast, words, number):
    page = cast.client("office").get(f"{AT}?q={words}")
    assert len(page.context["timeline"].events) == page.context["timeline"].number == number
    assert ("没有符合条件的记录" in page.content.decode()) == (number == 0)


def test_those_read_it_who_read_the_department_and_of_reports_only_those_who_read_them(busy, cast):
    hears = {"head", "acting_head", "clerk", "deputy", "principal", "office"}
    readers = hears | {"staff", "plan_admin"}
    for part in cast.everyone():
        answer = cast.client(part).get(AT)
        assert answer.status_code == (200 if part in readers else 404), part
        if part in readers:
            assert ("汇报报送第 1 稿" in answer.content.decode()) == (part in hears), part
            assert ("汇报报送第 1 稿" in cast.client(part).get("/departments/kfb/").content.decode()) == (part in hears), part


def test_of_what_was_taken_back_a_leader_reads_that_it_was_and_has_no_link(busy, cast, plan):
    report = plan.period.reports.get(department=cast.kfb)
    perform(report, "withdraw", cast.access("head"))
    for part, has_link in (("deputy", False), ("office", False), ("head", True)):
        event = next(event for event in cast.client(part).get(AT).context["timeline"].events if event.title.startswith("汇报撤回"))
        assert bool(event.href) == has_link, part


def test_half_years_do_not_mix(busy, cast, plan):
    Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    assert told(cast.client("office"), "?period=2026H1") == []
    assert "还没有记录" in cast.client("office").get(f"{AT}?period=2026H1").content.decode()


def test_a_half_year_that_does_not_exist_is_answered_with_a_sentence_and_those_that_do(busy, cast):
    answer = cast.client("office").get(f"{AT}?period=1999H1&q=台风")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "<title>错误：" in page
    assert page.count("没有“1999H1”这个周期") == 2
    assert 'value="台风"' in page


def test_before_any_half_year_the_page_says_so(cast):
    assert "还没有进行中的半年" in cast.client("office").get(AT).content.decode()
    assert "这个半年还没有记录" in cast.client("office").get("/departments/kfb/").content.decode()


def test_the_departments_own_page_shows_the_newest_and_leads_on(busy, cast):
    page = cast.client("head").get("/departments/kfb/")
    assert [event.title for event in page.context["page"].newest] == told(cast.client("head"))[:NEWEST]
    assert f'href="{AT}"' in page.content.decode()


def test_a_charge_that_nobody_took_over_ended_and_one_to_come_has_not_begun(plan, cast):
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=dt.date(2026, 9, 1))
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.deputy), department=cast.kfb, valid_from=TODAY + dt.timedelta(days=1))
    assert told(cast.client("office")) == ["副理事长乙不再分管"]


def fill(plan, cast, departments, tasks):
    """Make so many departments with so many tasks, each of them moved, spoken about, asked to be put off and escalated."""
    have = Department.objects.count()
    Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=n) for n in range(have, departments))
    days = {"start": dt.date(2026, 7, 1), "due": dt.date(2026, 9, 30)}
    made = Task.objects.bulk_create(
        Task(period=plan.period, department=department, goal=plan.goals[2], title="任务", **days)
        for department in Department.objects.all()
        for _ in range(tasks if department == cast.kfb else 1)
    )
    ProgressUpdate.objects.bulk_create(
        ProgressUpdate(task=task, department=task.department, author=cast.head, on=TODAY, text="进展", progress=0) for task in made
    )
    mine = [task for task in made if task.department_id == cast.kfb.pk]
    Escalation.objects.bulk_create(Escalation(task=task, department=cast.kfb, period=plan.period, due=task.due, step=1, on=TODAY) for task in mine)
    row = HistoryRow.objects.filter(move="acknowledge").first()
    HistoryRow.objects.bulk_create(
        HistoryRow(
            content_type=row.content_type, object_id=task.pk, move="acknowledge", from_state="assigned", to_state="acknowledged",
            department=cast.kfb, period="2026H2", on=TODAY, actor=cast.head,
        )
        for task in mine
    )  # fmt: skip


def test_fifty_on_a_page_and_every_one_on_some_page_once(busy, plan, cast):
    fill(plan, cast, 4, 40)
    client, seen = cast.client("office"), []
    number = client.get(AT).context["timeline"].number
    pages = -(-number // ON_A_PAGE)
    for n in range(1, pages + 1):
        page = client.get(f"{AT}?page={n}")
        seen += page.context["timeline"].events
        assert len(page.context["timeline"].events) == min(ON_A_PAGE, number - (n - 1) * ON_A_PAGE)
    assert pages == 3
    assert len(seen) == number
    assert [event.on for event in seen] == sorted((event.on for event in seen), reverse=True)
    assert 'href="?period=2026H2&amp;page=3"' in client.get(AT).content.decode()
    for odd in ("0", "99", "x"):
        assert client.get(f"{AT}?page={odd}").status_code == 200


def test_the_number_of_queries_does_not_grow(busy, plan, cast, django_assert_max_num_queries):
    client, seen = cast.client("office"), {}
    for departments, tasks in ((20, 10), (200, 100)):
        fill(plan, cast, departments, tasks)
        for path in (AT, f"{AT}?show=chasing", f"{AT}?q=任务", "/departments/kfb/"):
            client.get(path)
            with django_assert_max_num_queries(40) as queries:
                assert client.get(path).status_code == 200
            seen.setdefault(path, []).append(len(queries))
    assert all(large <= small for small, large in seen.values()), seen
