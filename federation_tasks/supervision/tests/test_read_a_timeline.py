"""What happened to a task stands in one line: the work, the leaders' decisions, chasing and requirements (来龙去脉)."""

import datetime as dt

import pytest
import time_machine

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice, UrgeStage
from federation_tasks.supervision.page import readable
from federation_tasks.supervision.timeline import AT_FIRST, Timeline, earlier
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.moves import perform


def on(month, day):
    return dt.date(2026, month, day)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def task(plan, cast):
    """A task of 康复部 to which everything happened once."""
    task = plan.task(cast.kfb, title="康复楼", due=on(9, 30), progress=0)
    perform(task, "acknowledge", cast.access("head", on(7, 6)))
    record_update(task, cast.access("clerk", on(8, 3)), text="开工", progress=30)
    first = Extension(task=task)
    perform(first, "ask", cast.access("head", on(9, 1)), reason="下雨", asked_due=on(10, 31), standing="主体完成")
    perform(first, "refuse", cast.access("deputy", on(9, 2)), reason="抓紧")
    second = Extension(task=task)
    perform(second, "ask", cast.access("head", on(9, 28)), reason="台风", asked_due=on(10, 12), standing="封顶")
    perform(second, "approve", cast.access("deputy", on(9, 29)), new_due=on(10, 8), reason="就这一次")
    Escalation.objects.create(
        task=task, department=cast.kfb, period=plan.period, due=on(10, 8), step=2, leader=Leader.objects.get(user=cast.deputy), on=on(10, 16)
    )
    perform(urged(cast, plan, task=task), "answer", cast.access("head", on(10, 17)), reason="本月办完")
    require(cast, plan, task)
    third = Extension(task=task)
    perform(third, "grant", cast.access("deputy", on(10, 19)), new_due=on(12, 10), reason="再给两个月")
    perform(task, "claim", cast.access("head", on(10, 20)), reason="提前")
    return task


def urged(cast, plan, **about):
    day = on(10, 16)
    notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=day)
    urge = Urge(notice=notice, stage="yellow", department=cast.kfb, period=plan.period, days_late=8, **about)
    perform(urge, "issue", cast.access("office", day))
    return urge


def require(cast, plan, task, *departments):
    leader = Leader.objects.get(user=cast.deputy)
    number = Instruction.objects.count() + 1
    instruction = Instruction.objects.create(
        leader=leader, period=plan.period, number=number, text="每周报一次", due=on(11, 20), source="task", task=task, made_by=cast.deputy, made_on=on(10, 18)
    )
    for department in departments or (cast.kfb,):
        duty = InstructionDuty(instruction=instruction, department=department, period=plan.period)
        perform(duty, "issue", cast.access("deputy" if department == cast.kfb else "principal", on(10, 18)))
    return instruction


TOLD = [
    "申请办结（进度 30%）",
    "催办了结（黄色预警）",
    "直接延期到 12月10日（原来 10月8日到期）",
    "向康复部提出第 1 号要求，11月20日前办",
    "回应催办（黄色预警）",
    "催办（黄色预警）",
    "逾期升级到分管领导（副理事长乙）",
    "同意延期到 10月8日（原来 9月30日到期，申请的是 10月12日）",
    "申请延期到 10月12日（现在 9月30日到期）",
    "不同意延期到 10月31日（仍是 9月30日到期）",
    "申请延期到 10月31日（现在 9月30日到期）",
    "开始办理",
    "进展（10月21日补记）",
    "签收",
    "下达",
]


def test_everything_stands_in_order_with_both_dates(task, cast):
    found = Timeline(task, cast.access("head")).every
    assert sorted(event.title for event in found) == sorted(TOLD)
    assert [event.on for event in found] == sorted((event.on for event in found), reverse=True)
    texts = {event.title: event for event in found}
    assert texts["催办（黄色预警）"].text == "请抓紧\n（催办时已逾期 8 天）"
    assert texts["向康复部提出第 1 号要求，11月20日前办"].text == "每周报一次"
    assert texts["逾期升级到分管领导（副理事长乙）"].text == "10月8日到期，到这一天逾期 8 天。"
    assert texts["申请延期到 10月12日（现在 9月30日到期）"].text == "目前进展：封顶"


def test_an_extension_can_be_taken_back_or_be_needed_no_more(plan, cast):
    task = plan.task(cast.kfb, state="in_progress")
    first = Extension(task=task)
    perform(first, "ask", cast.access("head"), reason="一", asked_due=on(12, 10), standing="一半")
    perform(first, "withdraw", cast.access("head"))
    second = Extension(task=task)
    perform(second, "ask", cast.access("head"), reason="二", asked_due=on(12, 20), standing="一半")
    perform(task, "claim", cast.access("head"), reason="办完了")
    perform(task, "confirm", cast.access("deputy"), reason="")
    titles = [event.title for event in Timeline(task, cast.access("head")).every]
    assert "撤回延期到 12月10日的申请（仍是 11月30日到期）" in titles
    assert "延期到 12月20日的申请不再需要（11月30日到期）" in titles
    decided = [event.title for event in Timeline(task, cast.access("head"), "decisions").chosen]
    assert decided == ["确认办结"]  # nobody decided that the extension lapses


@pytest.mark.parametrize(("show", "titles"), [
    ("decisions", {"直接延期", "向康复部", "同意延期", "不同意延"}), ("progress", {"申请办结", "开始办理", "进展（1", "签收", "下达"}),
    ("chasing", {"直接延期", "催办了结", "回应催办", "催办（黄", "逾期升级", "同意延期", "申请延期", "不同意延"}), ("requirements", {"向康复部"}),
])  # fmt: skip
def test_it_can_be_narrowed_down_by_links_that_say_how_many(task, cast, show, titles):
    page = cast.client("head").get(f"/tasks/{task.pk}/?show={show}")
    timeline = page.context["page"].timeline
    assert {event.title[:4] for event in timeline.shown} == titles
    assert (
        f'<a href="?show={show}#timeline" aria-current="true">{ {chip.is_current: chip.label for chip in timeline.chips}[True] }</a>' in page.content.decode()
    )
    assert [chip.label for chip in timeline.chips] == ["全部 15", "领导的决定 4", "办理和进展 5", "催办、升级、延期 9", "要求 1"]


def test_what_is_not_offered_shows_all(task, cast):
    for show in ("", "all", "nonsense", "charge"):
        assert len(cast.client("head").get(f"/tasks/{task.pk}/?show={show}").context["page"].timeline.shown) == len(TOLD)


def test_a_long_one_is_folded_behind_a_link_that_keeps_the_kind(plan, cast):
    task = plan.task(cast.kfb, progress=0, state="in_progress")
    for n in range(AT_FIRST + 4):
        record_update(task, cast.access("clerk"), text=f"第 {n} 次", progress=10)
    client = cast.client("head")
    page = client.get(f"/tasks/{task.pk}/?show=progress").content.decode()
    assert '<a class="pad" href="?show=progress&amp;all=1#timeline">更早的 5 条</a>' in page
    assert page.count("<li><h3>") == AT_FIRST
    page = client.get(f"/tasks/{task.pk}/?show=progress&all=1").content.decode()
    assert "更早的" not in page
    assert page.count("<li><h3>") == AT_FIRST + 5


def test_an_extension_goes_along_when_the_task_is_carried_over(plan, cast):
    before = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    old = plan.task(cast.kfb, period=before, start=on(2, 1), due=on(6, 20), state="in_progress")
    asked = Extension(task=old)
    perform(asked, "ask", cast.access("head", on(6, 18)), reason="慢", asked_due=on(6, 30), standing="一半")
    perform(old, "carry_over", cast.access("office", on(7, 10)), into=plan.period)
    new = old.carried_to
    asked.refresh_from_db()
    if asked.task_id == old.pk:
        perform(asked, "carry_over", cast.access("office", on(7, 10)), to=new)
    ask, along = "申请延期到 6月30日（现在 6月20日到期）", "延期到 6月30日的申请随任务结转（6月20日到期）"
    assert [event.title for event in Timeline(new, cast.access("head")).every][:4].count(along) == 1
    assert ask in [event.title for event in Timeline(new, cast.access("head")).every]
    titles = [event.title for event in Timeline(old, cast.access("head")).every]
    assert ask in titles
    assert along not in titles


def test_who_may_not_read_of_another_department_hears_of_its_duties_and_urges_nothing(plan, cast):
    task = plan.task(cast.kfb)
    task.supporting.add(cast.jjb)
    urged(cast, plan, task=task)
    require(cast, plan, task, cast.kfb, cast.jjb)
    assert kinds(task, cast.access("other_head")) == ["向教就部提出第 1 号要求，11月20日前办"]
    assert len(kinds(task, cast.access("principal"))) == 3
    assert len(kinds(task, cast.access("head"))) == 2


def kinds(task, access):
    return [event.title for event in Timeline(task, access).every if event.title != "下达"]


def test_the_number_of_queries_does_not_grow_with_what_happened(task, plan, cast, django_assert_max_num_queries):
    client, seen = cast.client("office"), []
    for _ in range(2):
        client.get(f"/tasks/{task.pk}/?all=1")
        with django_assert_max_num_queries(30) as queries:
            assert client.get(f"/tasks/{task.pk}/?all=1").status_code == 200
        seen.append(len(queries))
        if task.state == "claimed":
            perform(task, "send_back", cast.access("deputy"), reason="再办")
        for n in range(6):
            record_update(task, cast.access("clerk"), text=f"第 {n} 次", progress=40)
            urged(cast, plan, task=task)
            require(cast, plan, task)
            asked = Extension(task=task)
            perform(asked, "ask", cast.access("head"), reason="慢", asked_due=on(12, 20), standing="一半")
            perform(asked, "refuse", cast.access("deputy"), reason="不")
    assert seen[1] <= seen[0]  # at first a claim waits, and who decides on it is asked


def test_each_earlier_half_year_costs_one_query(plan, cast, django_assert_num_queries):
    oldest = Period.objects.create(year=2025, half=2, state=Period.State.CLOSED)
    middle = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    first = plan.task(cast.kfb, period=oldest, state="carried_over")
    second = plan.task(cast.kfb, period=middle, state="carried_over", carried_from=first)
    third = plan.task(cast.kfb, carried_from=second)
    third = readable(cast.access("head")).get(pk=third.pk)  # reads the first of them with the task
    with django_assert_num_queries(1):
        assert [row.period.code for row in earlier(third)] == ["2026H1", "2025H2"]


def test_stages_are_called_as_the_office_calls_them(plan, cast):
    UrgeStage.objects.update_or_create(stage="yellow", defaults={"name": "二级督办"})
    task = plan.task(cast.kfb)
    urged(cast, plan, task=task)
    assert kinds(task, cast.access("head")) == ["催办（二级督办）"]


def test_a_requirement_leads_to_its_page(task, cast):
    event = next(event for event in Timeline(task, cast.access("head")).every if event.title.startswith("向康复部"))
    assert event.href == InstructionDuty.objects.get(department=cast.kfb).get_absolute_url()
