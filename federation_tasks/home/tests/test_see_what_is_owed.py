"""我的待办: what each post owes, the most urgent first, with one thing to begin with."""

import datetime as dt
import re

import pytest
import time_machine

from departments.access import Access
from departments.models import Department, Leader, Membership, Portfolio
from departments.testing import TODAY, member
from federation_tasks.plan.models import Period, ReportDuty, Target, Task
from federation_tasks.reports.awaiting import Awaiting, awaiting
from federation_tasks.reports.drafts import start_report
from federation_tasks.supervision.acknowledging import Acknowledging
from federation_tasks.supervision.models import Extension, Instruction, InstructionDuty, SupervisionRule
from federation_tasks.workflow.moves import perform

MORNING = dt.datetime(2026, 10, 21, 1, tzinfo=dt.UTC)  # 09:00 in Shanghai
LINK = re.compile(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(MORNING, tick=False):
        yield


def home(cast, part):
    answer = cast.client(part).get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def main_action(page):
    found = re.findall(r'<a class="btn btn-primary" href="([^"]+)">([^<]+)</a>', page) + re.findall(
        r'<a href="([^"]+)" class="btn btn-primary">([^<]+)</a>', page
    )
    assert len(found) <= 1, "one main action a page"
    return found[0] if found else None


def filed(cast, plan, department, head, *, on=TODAY):
    """A report on the one task of a department, submitted."""
    report = start_report(plan.period, department, head)
    report.items.update(narrative="按计划推进。", reason="无")
    report.arrangements, report.revision = "继续推进。", 1
    report.save()
    perform(report, "submit", Access(head, on))
    return report


def asked_for(cast, task, on, head="head"):
    """An extension that the head of the task's department asked for."""
    extension = Extension(task=task)
    perform(extension, "ask", cast.access(head, on), reason="设备到货晚", asked_due=dt.date(2026, 12, 15), standing="已完成招标")
    return extension


# --- A department's people -----------------------------------------------------------------------------------------


def test_a_head_begins_with_the_report_and_sees_the_working_days_left(cast, plan):
    page = home(cast, "head")
    assert main_action(page) == ("/reports/2026H2/kfb/edit/", "填写汇报")
    assert "12月18日（周五）17:30截止，还有 42 个工作日" in page


def test_a_returned_report_stands_at_the_top_with_the_leaders_own_words(cast, plan):
    plan.task(cast.kfb)
    report = filed(cast, plan, cast.kfb, cast.head)
    perform(report, "return", cast.access("deputy"), reason="第二项没有写原因，请补齐。")
    page = home(cast, "head")
    assert main_action(page) == ("/reports/2026H2/kfb/edit/", "按意见修改汇报")
    assert "“第二项没有写原因，请补齐。”" in page
    assert "10月21日退回" in page
    assert page.index("被退回") < page.index("康复部 1 项任务")


def test_once_submitted_the_report_waits_in_the_folded_part(cast, plan):
    plan.task(cast.kfb)
    filed(cast, plan, cast.kfb, cast.head)
    page = home(cast, "head")
    assert main_action(page) is None
    assert "已报送，等领导审阅（1）" in page


def test_tasks_stand_by_urgency_with_what_to_do_about_each(cast, plan):
    plan.task(cast.kfb, title="过期的", due=dt.date(2026, 10, 1), state="in_progress")
    plan.task(cast.kfb, title="落后的", progress=0, state="in_progress")
    plan.task(cast.kfb, title="快到期的", due=dt.date(2026, 10, 25), progress=100, state="in_progress")
    plan.task(cast.kfb, title="新下达的")
    plan.task(cast.kfb, title="申请了的", due=dt.date(2026, 10, 1), state="claimed", claimed_on=dt.date(2026, 10, 2), claimed_by=cast.head)
    page = home(cast, "head")
    places = [
        page.index(word) for word in ("今天就办（1）", "过期的", "抓紧办（2）", "落后的", "快到期的", "待签收（1）", "新下达的", "等领导确认（1）", "申请了的")
    ]
    assert places == sorted(places)
    actions = {re.sub("<[^>]+>", "", text).strip() for _, text in LINK.findall(page)}
    assert {"填报进展：过期的", "填报进展：落后的", "申请办结：快到期的", "签收：新下达的", "看办理情况：申请了的"} <= actions
    assert "待办（5 件）" not in page
    assert "待办（4 件）" in page


def test_a_clerk_is_not_asked_to_acknowledge(cast, plan):
    plan.task(cast.kfb, title="新下达的")
    page = home(cast, "clerk")
    assert main_action(page) == ("/reports/2026H2/kfb/edit/", "填写汇报")
    assert "待签收" not in page


def test_staff_see_what_they_carry_out_and_nothing_of_the_report(cast, plan):
    plan.task(cast.kfb, title="由我经办的", due=dt.date(2026, 10, 1), assignee=cast.staff)
    plan.task(cast.kfb, title="别人经办的", due=dt.date(2026, 10, 1))
    page = home(cast, "staff")
    assert "由我经办的" in page
    assert "别人经办的" not in page
    assert "/edit/" not in page


def test_the_past_deadline_is_said_and_what_it_means(cast, plan):
    with time_machine.travel(dt.datetime(2026, 12, 19, 1, tzinfo=dt.UTC), tick=False):
        page = home(cast, "head")
    assert "现在报送记为迟报" in page
    assert 'class="note bad"' in page


def test_where_nothing_is_owed_the_page_says_what_is_the_case(cast, plan):
    plan.task(cast.kfb, state="in_progress")
    filed(cast, plan, cast.kfb, cast.head)
    page = home(cast, "head")
    assert "没有待办" in page
    assert "康复部没有逾期、滞后和临期的任务。" in page


def test_tasks_of_a_planned_half_year_are_not_owed_yet(cast, plan):
    later = Period.objects.create(year=2027, half=1)
    plan.task(cast.kfb, title="明年的", period=later, start=dt.date(2026, 1, 1), due=dt.date(2026, 2, 1))
    assert "明年的" not in home(cast, "head")


# --- Leaders -------------------------------------------------------------------------------------------------------


def test_a_deputy_begins_with_what_has_waited_longest(cast, plan):
    plan.task(cast.kfb)
    plan.task(cast.kfyy, title="医院的", state="claimed", claimed_on=dt.date(2026, 10, 15), claimed_by=cast.kfyy_head, progress=100)
    filed(cast, plan, cast.kfb, cast.head)
    page = home(cast, "deputy")
    address, label = main_action(page)
    assert (address.startswith("/tasks/"), label) == (True, "去核对")
    assert "已等 6 天" in page
    places = [page.rindex(words) for words in ("等您超过 3 个工作日（1）", "办结申请：医院的", "待您审定（1）", "康复部 2026年下半年工作汇报")]
    assert places == sorted(places)


def test_a_deputy_sees_nothing_of_anothers_portfolio(cast, plan):
    plan.task(cast.jjb, title="教就部的", due=dt.date(2026, 10, 20))
    assert "教就部的" not in home(cast, "deputy")
    assert "教就部的" in home(cast, "other_deputy")


def test_what_turned_red_since_the_working_day_before_is_listed_as_new(cast, plan):
    plan.task(cast.kfb, title="早就过期的", due=dt.date(2026, 9, 1))
    plan.task(cast.kfb, title="昨天到期的", due=dt.date(2026, 10, 20))
    page = home(cast, "deputy")
    assert "10月20日以后新增逾期（1）" in page
    assert "昨天到期的" in page
    assert "早就过期的" not in page


def test_a_leader_sees_who_did_not_report_in_time(cast, plan):
    with time_machine.travel(dt.datetime(2026, 12, 21, 1, tzinfo=dt.UTC), tick=False):
        page = home(cast, "deputy")
    assert "没有按期报送汇报（2）" in page


def test_the_principal_begins_with_what_nobody_else_is_in_charge_of(cast, plan):
    plan.task(cast.ysa)
    plan.task(cast.kfb)
    filed(cast, plan, cast.ysa, cast.ysa_head)
    filed(cast, plan, cast.kfb, cast.head)
    page = home(cast, "principal")
    assert main_action(page) == ("/reports/2026H2/ysa/", "去审阅")
    assert "待您审定（1）" in page
    assert "分管领导正在审的，您也可以审定（1）" in page


def test_a_deputy_who_also_heads_a_department_owes_both(cast, plan):
    member(cast.deputy, cast.jjb, Membership.Role.HEAD)
    plan.task(cast.kfb)
    filed(cast, plan, cast.kfb, cast.head)
    page = home(cast, "deputy")
    assert main_action(page) == ("/reports/2026H2/jjb/edit/", "填写汇报")
    assert "待您审定（1）" in page


def test_a_leader_finds_claims_extensions_and_answers_and_what_waits_too_long_first(cast, plan):
    asked_for(cast, plan.task(cast.kfb, title="久等的"), dt.date(2026, 10, 15))
    asked_for(cast, plan.task(cast.kfb, title="刚来的"), TODAY)
    asked_for(cast, plan.task(cast.ysa, title="未分管的"), TODAY, "ysa_head")
    page = home(cast, "deputy")
    address, label = main_action(page)
    assert (address.endswith("/extension/"), label) == (True, "去审定")
    places = [page.rindex(words) for words in ("等您超过 3 个工作日（1）", "延期申请：久等的", "待您审定（1）", "延期申请：刚来的")]
    assert places == sorted(places)
    assert "康复部，从11月30日延到12月15日。已等 6 天。" in page
    page = home(cast, "principal")
    assert "待您审定（1）" in page
    assert "分管领导正在审的，您也可以审定（2）" in page
    SupervisionRule.objects.create(valid_from=TODAY, decide_within=9)
    assert "待您审定（2）" in home(cast, "deputy")
    assert "延期申请 2 件" in cast.client("deputy").get("/dashboard/").content.decode()


def test_an_answer_to_an_instruction_is_an_item_like_the_others(cast, plan):
    leader = Leader.objects.get(user=cast.deputy)
    made = Instruction.objects.create(leader=leader, period=plan.period, number=3, text="抓紧", due=TODAY, made_by=cast.deputy, made_on=TODAY)
    facts = {"state": "answered", "answer": "已办", "answered_by": cast.head, "answered_on": dt.date(2026, 10, 20)}
    InstructionDuty.objects.create(instruction=made, department=cast.kfb, period=plan.period, **facts)
    page = home(cast, "deputy")
    assert "要求的答复：2026年下半年第 3 号要求 · 康复部" in page
    assert "10月20日答复，10月21日到期，已等 1 天。" in page
    assert "要求的答复 1 项" in Awaiting(answers=awaiting(cast.access("deputy")).answers).numbers.words


def test_a_department_finds_the_extension_that_waits_and_the_head_one_that_was_refused(cast, plan):
    refused = asked_for(cast, plan.task(cast.kfb, title="不同意的", state="in_progress"), dt.date(2026, 10, 12))
    asked_for(cast, plan.task(cast.kfb, title="在等的", state="in_progress"), TODAY)
    perform(refused, "refuse", cast.access("deputy", dt.date(2026, 10, 15)), reason="年底前要用")
    page = home(cast, "head")
    assert "申请延期，等领导审定（1）" in page
    assert "最近 7 天没有同意的延期（1）" in page
    assert "康复部，仍是11月30日到期。副理事长乙：“年底前要用”" in page
    assert "<h1>没有待办</h1>" in page  # a refusal is news, not something owed
    assert "没有同意的延期" not in home(cast, "clerk")
    assert "申请延期，等领导审定（1）" in home(cast, "clerk")
    with time_machine.travel(MORNING + dt.timedelta(days=1), tick=False):
        assert "没有同意的延期" not in home(cast, "head")


# --- The office and the administrators -----------------------------------------------------------------------------


def test_the_office_sees_whom_to_chase(cast, plan):
    plan.task(cast.kfb, title="还没签收的")
    page = home(cast, "office")
    assert "待签收，还没到期限（1）" in page
    assert "未分管的单位（1）" in page
    assert "演示单位甲" in page
    assert "还没到截止时间、没有报送的（4）" in page
    with time_machine.travel(dt.datetime(2026, 12, 21, 1, tzinfo=dt.UTC), tick=False):
        page = home(cast, "office")
    assert main_action(page) == ("/reports/", "看谁还没有报")
    assert "没有按期报送汇报（4）" in page


def test_the_office_sees_first_what_was_not_acknowledged_within_the_working_days(cast, plan):
    late, fine = plan.task(cast.kfb, title="早该签收的"), plan.task(cast.kfb, title="刚好三天的")
    plan.task(cast.kfb, title="签收了的", state="acknowledged")
    for task, day in ((late, 15), (fine, 16)):  # a Thursday and a Friday; four and three working days before the Wednesday
        Task.objects.filter(pk=task.pk).update(created_at=MORNING.replace(day=day))
    page = home(cast, "office")
    places = [page.index(w) for w in ("没有按期签收，超过 3 个工作日（1）", "早该签收的", "待签收，还没到期限（1）", "刚好三天的")]
    assert places == sorted(places)
    assert "10月15日下达，还没有签收。" in page
    listed = cast.client("office").get("/tasks/?light=assigned")
    assert {row.task: row.is_unsigned for row in listed.context["list"].rows} == {late: True, fine: False}
    assert listed.content.decode().count("没有按期签收") == 1
    assert "待签收 2" in cast.client("office").get("/tasks/").content.decode()
    SupervisionRule.objects.create(valid_from=TODAY, acknowledge_within=2)
    assert "没有按期签收，超过 2 个工作日（2）" in home(cast, "office")


@pytest.mark.parametrize(("created", "today", "late"), [
    ("2026-06-20", "2026-07-06", 0), ("2026-06-20", "2026-07-07", 1), ("2026-07-10", "2026-07-15", 0), ("2026-07-10", "2026-07-16", 1),
])  # fmt: skip
def test_the_days_run_from_the_assignment_and_not_before_the_half_year_begins(cast, plan, created, today, late):
    task = plan.task(cast.kfb)
    Task.objects.filter(pk=task.pk).update(created_at=f"{created}T09:00:00+08:00")
    rule = Acknowledging(dt.date.fromisoformat(today))
    assert Task.objects.filter(rule.late).count() == rule.is_late(Task.objects.get()) == late


def test_the_plan_administrator_sees_targets_without_tasks(cast, plan):
    Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="康复救助")
    page = home(cast, "plan_admin")
    assert "还没有分解成任务的年度目标（1）" in page
    assert "康复救助" in page


def test_the_security_administrator_sees_departments_without_a_head(cast, plan):
    Membership.objects.filter(user=cast.ysa_head).update(valid_to=TODAY)
    assert "今天没有负责人的单位（1）" in home(cast, "security_admin")


def test_somebody_without_a_post_is_told_whom_to_ask(cast):
    page = home(cast, "stranger")
    assert "您的账号还没有身份" in page
    assert "安全管理员" in page


@pytest.mark.parametrize(
    "part", ["head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin", "system_admin", "security_admin", "auditor"]
)
def test_no_link_of_the_page_is_dead(cast, plan, part):
    Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="康复救助")
    plan.task(cast.kfb, due=dt.date(2026, 10, 20), assignee=cast.staff)
    plan.task(cast.ysa, state="claimed", claimed_on=TODAY, claimed_by=cast.ysa_head)
    client = cast.client(part)
    links = {href for href, _ in LINK.findall(client.get("/").content.decode()) if href.startswith("/")}
    assert len(links) >= 3
    for href in links:
        assert client.get(href).status_code == 200, href


# --- Queries -------------------------------------------------------------------------------------------------------


def grow(cast, plan, prefix, number):
    """So many more departments, each with an overdue task and a claim, half of them under the deputy."""
    charge = Leader.objects.get(user=cast.deputy)
    departments = Department.objects.bulk_create(Department(code=f"{prefix}{n}", name=f"单位{prefix}{n}", order=100) for n in range(number))
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=row) for row in departments)
    Portfolio.objects.bulk_create(Portfolio(leader=charge, department=row, valid_from=dt.date(2020, 1, 1)) for row in departments[::2])
    Target.objects.bulk_create(Target(department=row, goal=plan.goals[0], year=2026, indicator="指标") for row in departments)
    facts = {"period": plan.period, "goal": plan.goals[0], "start": dt.date(2026, 7, 1), "progress": 50}
    for due, state, claimed in ((dt.date(2026, 10, 20), "assigned", None), (dt.date(2026, 11, 30), "claimed", TODAY)):
        tasks = Task.objects.bulk_create(Task(department=row, title="任务", due=due, state=state, claimed_on=claimed, **facts) for row in departments)
    asked = {"state": "asked", "old_due": dt.date(2026, 11, 30), "asked_due": dt.date(2026, 12, 15), "asked_on": TODAY}
    Extension.objects.bulk_create(Extension(task=task, reason="理由", standing="进展", **asked) for task in tasks)


@pytest.mark.parametrize(("part", "most"), [("head", 30), ("deputy", 36), ("principal", 36), ("office", 34), ("plan_admin", 20), ("system_admin", 20)])
def test_queries_are_equal_at_20_and_at_200_departments(cast, plan, django_assert_max_num_queries, part, most):
    def cost():
        with django_assert_max_num_queries(most) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    client = cast.client(part)
    plan.task(cast.kfb, due=dt.date(2026, 10, 1))
    grow(cast, plan, "a", 20)
    client.get("/")
    small = cost()
    grow(cast, plan, "b", 180)
    assert cost() == small
