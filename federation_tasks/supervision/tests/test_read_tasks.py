"""Someone looks for tasks, and at one of them (contract.md, /tasks/)."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import Group

from departments.access import Role
from departments.models import Department
from departments.testing import TODAY
from federation_tasks.plan.counts import count
from federation_tasks.plan.models import Milestone, Period, PolicyClause, PolicyDocument, ProgressUpdate, Target, Task
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.moves import perform


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def one_of_each(plan, cast):
    """One task of each light in 康复部, and a green one of 教就部."""
    past, soon = dt.date(2026, 10, 1), TODAY + dt.timedelta(days=3)
    plan.task(cast.jjb, title="教就部绿")
    return {
        "red": plan.task(cast.kfb, title="红", due=past),
        "yellow": plan.task(cast.kfb, title="黄", progress=10),
        "blue": plan.task(cast.kfb, title="蓝", due=soon, progress=95),
        "green": plan.task(cast.kfb, title="绿", progress=90),
        "done": plan.task(cast.kfb, title="完", state="completed", completed_on=past),
        "grey": plan.task(cast.kfb, title="停", state="suspended"),
    }


def listed(client, query=""):
    answer = client.get(f"/tasks/{query}")
    assert answer.status_code == 200
    return [row.task.title for row in answer.context["list"].rows]


def test_worst_first(one_of_each, cast):
    assert listed(cast.client("head")) == ["红", "黄", "蓝", "绿", "完", "停"]


@pytest.mark.parametrize("light", ["red", "yellow", "blue", "green", "done", "grey"])
def test_each_light_lists_its_own(one_of_each, cast, light):
    assert listed(cast.client("clerk"), f"?light={light}") == [one_of_each[light].title]


def test_the_chips_carry_the_numbers_of_the_one_place_that_counts(one_of_each, cast, plan):
    page = cast.client("office").get("/tasks/")
    counts = count(Task.objects.filter(period=plan.period), TODAY)
    chips = {chip.light: chip.number for chip in page.context["list"].light_chips if chip.light}
    assert chips == {light: number for light, number in counts.lights.items() if number}
    assert "逾期 1</span>" in page.content.decode()


def test_claims_are_listed_as_well(plan, cast):
    plan.task(cast.kfb, title="等审定", state="claimed", claimed_on=TODAY)
    late = plan.task(cast.kfb, title="迟申请", due=dt.date(2026, 10, 1), state="claimed", claimed_on=TODAY)
    plan.task(cast.kfb, title="别的")
    assert sorted(listed(cast.client("deputy"), "?light=claimed")) == ["等审定", "迟申请"]
    rows = cast.client("deputy").get("/tasks/").context["list"].rows
    assert [row.task for row in rows if row.is_flagged] == [late]  # its light says 逾期, so that 待核 stands beside it


@pytest.mark.parametrize(("query", "titles"), [
    ("?department=jjb", {"教就部绿"}), ("?department=kfb&goal=3&light=green", {"绿"}), ("?goal=1", set()), ("?q=教就", {"教就部绿"}),
    ("?q=%E6%B2%A1%E6%9C%89", set()), ("?period=2026H2&light=red", {"红"}), ("?period=2026h2&q=黄", {"黄"}),
])  # fmt: skip
def test_conditions_narrow_the_list_down(one_of_each, cast, query, titles):
    assert set(listed(cast.client("office"), query)) == titles


def test_the_words_are_looked_for_in_the_description_too_and_only_in_the_period(plan, cast):
    other = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    plan.task(cast.kfb, title="甲", description="按精准康复方案办理")
    plan.task(cast.kfb, title="乙", description="精准康复", period=other, start=dt.date(2026, 1, 1), due=dt.date(2026, 5, 1))
    assert listed(cast.client("head"), "?q=精准康复") == ["甲"]
    assert listed(cast.client("head"), "?q=精准康复&period=2026H1") == ["乙"]


@pytest.mark.parametrize(("query", "sentence", "field"), [
    ("?period=2031H1", "没有“2031H1”这个周期。", "period"), ("?period=N/A", "没有“N/A”这个周期。", "period"), ("?on=yesterday", "不是日期", "on"),
    ("?on=2026-02-30", "不是日期", "on"), ("?on=9999-12-31", "2000 年到 2099 年", "on"), ("?light=purple", "没有“purple”这种灯", "light"),
    ("?department=nowhere", "没有“nowhere”这个部室或单位", "department"), ("?goal=6", "没有“6”这个目标", "goal"), ("?role=x", "没有“x”这种承担方式", "role"),
])  # fmt: skip
def test_a_condition_that_does_not_exist_is_answered_with_a_sentence_and_the_form(one_of_each, cast, query, sentence, field):
    answer = cast.client("office").get(f"/tasks/{query}")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "<title>错误：" in page
    assert f'href="#id_{field}"' in page
    assert page.count(sentence) >= 2  # in the summary and at the field
    assert '<option value="2026H2"' in page


def test_a_planned_period_is_not_offered(plan, cast):
    Period.objects.create(year=2027, half=1)
    answer = cast.client("office").get("/tasks/?period=2027H1")
    assert answer.status_code == 404
    assert "2027H1</option>" not in answer.content.decode()


def test_without_a_period_the_page_says_so(cast):
    answer = cast.client("office").get("/tasks/")
    assert answer.status_code == 200
    assert "还没有进行中的半年" in answer.content.decode()


def test_an_empty_list_says_why_and_leads_on(plan, cast):
    page = cast.client("head").get("/tasks/?light=red&q=无").content.decode()
    assert "没有符合条件的任务" in page
    assert "看这个半年的全部任务" in page


def test_lights_are_judged_on_the_day_that_was_asked_for(one_of_each, cast):
    page = cast.client("head").get("/tasks/?on=2026-12-15")
    assert "这一天还没有到，按现在的进展和状态推算" in page.content.decode()
    assert page.context["list"].counts.red == 4
    assert "亮灯按所选日期判定" not in cast.client("head").get("/tasks/?on=2026-10-21").content.decode()


def test_supported_tasks_are_a_list_of_their_own(plan, cast):
    task = plan.task(cast.kfb, title="请教就部配合")
    task.supporting.add(cast.jjb)
    assert listed(cast.client("other_head")) == []
    assert listed(cast.client("other_head"), "?role=supporting") == ["请教就部配合"]
    assert listed(cast.client("office"), "?role=supporting&department=jjb") == ["请教就部配合"]
    assert listed(cast.client("head"), "?role=supporting") == []


SEES = {"head": "kfb", "acting_head": "kfb", "clerk": "kfb", "staff": "kfb", "other_head": "jjb", "kfyy_head": "", "ysa_head": "",
        "deputy": "kfb", "other_deputy": "jjb", "principal": "kfb jjb", "office": "kfb jjb", "plan_admin": "kfb jjb"}  # fmt: skip


def test_who_sees_which_tasks(plan, cast):
    tasks = {"kfb": plan.task(cast.kfb, title="kfb"), "jjb": plan.task(cast.jjb, title="jjb")}
    for part in cast.everyone():
        client, seen = cast.client(part), SEES.get(part, "").split()
        answer = client.get("/tasks/")
        assert answer.status_code == (200 if part in SEES else 403), part
        if part in SEES:
            assert sorted(row.task.title for row in answer.context["list"].rows) == sorted(seen), part
        for code, task in tasks.items():
            assert client.get(f"/tasks/{task.pk}/").status_code == (200 if code in seen else 404), (part, code)


def test_a_supporting_department_and_its_leader_read_the_task(plan, cast):
    task = plan.task(cast.kfb)
    task.supporting.add(cast.jjb)
    for part in ("other_head", "other_deputy"):
        assert cast.client(part).get(f"/tasks/{task.pk}/").status_code == 200
        assert cast.client(part).post(f"/tasks/{task.pk}/confirm/").status_code == 403


def test_another_departments_code_is_not_told(plan, cast):
    page = cast.client("head").get("/tasks/?department=jjb")
    assert page.status_code == 404
    assert "教就部" not in page.content.decode()


def test_pages_keep_the_conditions(plan, cast):
    Task.objects.bulk_create(
        Task(
            period=plan.period, department=cast.kfb, goal=plan.goals[2], title=f"任务{n:03}", start=dt.date(2026, 7, 1), due=dt.date(2026, 11, 30), progress=70
        )
        for n in range(120)
    )
    for task in Task.objects.all():
        assert task.red_from == dt.date(2026, 12, 1)
    client = cast.client("head")
    page = client.get("/tasks/?goal=3&page=2")
    assert len(page.context["list"].rows) == 50
    assert 'href="?period=2026H2&amp;goal=3&amp;page=3"' in page.content.decode()
    assert len(client.get("/tasks/?goal=3&page=3").context["list"].rows) == 20
    for odd in ("99", "0", "x"):
        assert client.get(f"/tasks/?page={odd}").status_code == 200


def fill(plan, cast, departments):
    """Make so many departments, each with a task that has a milestone, an update and a supporting department."""
    have = Department.objects.count()
    Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=n) for n in range(have, departments))
    days = {"start": dt.date(2026, 7, 1), "due": dt.date(2026, 11, 30)}
    idle = Department.objects.filter(tasks__isnull=True)
    tasks = Task.objects.bulk_create(
        Task(period=plan.period, department=department, goal=plan.goals[2], title="任务", measure="milestones", **days) for department in idle
    )
    Milestone.objects.bulk_create(Milestone(task=task, name="一") for task in tasks)
    ProgressUpdate.objects.bulk_create(
        ProgressUpdate(task=task, department=task.department, author=cast.head, on=TODAY, text="进展", progress=0) for task in tasks
    )
    Task.supporting.through.objects.bulk_create(Task.supporting.through(task=task, department=cast.kfb) for task in tasks)


def test_the_number_of_queries_does_not_grow(plan, cast, django_assert_max_num_queries):
    client, seen = cast.client("office"), {}
    for departments in (20, 200):
        fill(plan, cast, departments)
        page = f"/tasks/{Task.objects.get(department=cast.kfb).pk}/"
        for path in ("/tasks/", "/tasks/?department=kfb&light=green", "/tasks/?role=supporting", page):
            client.get(path)  # so that neither pays for what is read once a process
            with django_assert_max_num_queries(20) as queries:
                assert client.get(path).status_code == 200
            seen.setdefault(path, []).append(len(queries))
    # Of 200 departments one is typed, and looked up by its name; of 20 it is chosen.
    assert all(large == small + ("department=" in path) for path, (small, large) in seen.items()), seen
    assert len(seen) == 4


def test_the_page_says_what_was_promised_and_by_what(plan, cast):
    document = PolicyDocument.objects.create(issuer="省委", number="5号文件")
    clause = PolicyClause.objects.create(document=document, text="兜底脱贫")
    target = Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="年度指标甲", quantity=1200, unit="名", standard="验收合格")
    task = plan.task(cast.kfb, target=target, clause=clause, measure="quantity", quantity=1200, unit="名", quantity_done=1086, progress=90,
                     due=dt.date(2026, 11, 30), original_due=dt.date(2026, 9, 30))  # fmt: skip
    task.supporting.add(cast.jjb)
    page = cast.client("head").get(f"/tasks/{task.pk}/").content.decode()
    for words in ("年度指标甲", "验收合格", "省委5号文件", "兜底脱贫", "1,086 / 1,200 名", "教就部", "原定 2026年9月30日", "落实任务"):
        assert words in page, words


def test_the_timeline_merges_moves_and_updates_newest_first(plan, cast):
    task = plan.task(cast.kfb, progress=0)
    perform(task, "acknowledge", cast.access("acting_head", dt.date(2026, 7, 6)))
    record_update(task, cast.access("acting_head", dt.date(2026, 9, 1)), text="九月的进展", progress=100)
    perform(task, "claim", cast.access("head", dt.date(2026, 10, 1)))
    perform(task, "send_back", cast.access("deputy", dt.date(2026, 10, 8)), reason="再核一遍")
    page = cast.client("head").get(f"/tasks/{task.pk}/")
    events = page.context["page"].timeline.every
    assert [event.title for event in events] == ["退回办结申请", "申请办结（进度 100%）", "开始办理", "进展（10月21日补记）", "签收", "下达"]
    assert [event.is_decision for event in events] == [True] + [False] * 5
    assert page.content.decode().count("康复部代主任 · 康复部代理负责人，代康复部主任") == 3  # an acting head's acts show both names
    assert '<li class="key">' in page.content.decode()


def test_a_carried_task_and_the_one_it_came_from_lead_to_each_other(plan, cast):
    before = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    old = plan.task(cast.kfb, period=before, start=dt.date(2026, 2, 1), due=dt.date(2026, 6, 20))
    record_update(old, cast.access("clerk", dt.date(2026, 6, 1)), text="结转以前说的", progress=80)
    perform(old, "carry_over", cast.access("office", dt.date(2026, 7, 10)), into=plan.period)
    new = old.carried_to
    client = cast.client("head")
    assert f'href="/tasks/{new.pk}/"' in client.get(f"/tasks/{old.pk}/").content.decode()
    assert client.get("/tasks/").context["list"].rows[0].latest.text == "结转以前说的"
    page = client.get(f"/tasks/{new.pk}/")
    assert f'href="/tasks/{old.pk}/"' in page.content.decode()
    assert [event.title for event in page.context["page"].timeline.every] == ["结转到 2026H2", "进展（10月21日补记）", "下达"]


def test_a_claim_that_waits_says_who_decides(plan, cast):
    for department, words in ((cast.kfb, "副理事长 副理事长乙"), (cast.ysa, "主要领导（本单位未分管）")):
        task = plan.task(department, state="claimed", claimed_on=TODAY, claimed_by=cast.head)
        assert f"由{words}审定" in cast.client("office").get(f"/tasks/{task.pk}/").content.decode()


def test_what_is_typed_is_escaped(plan, cast):
    task = plan.task(cast.kfb, title="<script>alert(1)</script>")
    record_update(task, cast.access("clerk"), text="<b>粗</b>", progress=80)
    for page in (cast.client("head").get(f"/tasks/{task.pk}/"), cast.client("head").get("/tasks/?q=<script>")):
        assert "<script>alert" not in page.content.decode()
        assert "<b>粗</b>" not in page.content.decode()


def test_a_role_withdrawn_has_no_effect_at_the_next_request(plan, cast):
    task = plan.task(cast.kfb)
    client = cast.client("office")
    assert client.get(f"/tasks/{task.pk}/").status_code == 200
    cast.office.groups.remove(Group.objects.get(name=Role.OFFICE.value))
    assert client.get(f"/tasks/{task.pk}/").status_code == 404


def test_a_past_day_lists_what_stood_at_its_end(plan, cast):
    with time_machine.travel("2026-10-01T10:00:00+08:00"):
        task = plan.task(cast.kfb, due=dt.date(2026, 10, 1), title="那天逾期")
        plan.task(cast.kfb, title="那天正常", progress=100)
    task.state, task.claimed_on, task.completed_on = "completed", TODAY, TODAY
    task.save()
    client = cast.client("head")
    page = client.get("/tasks/?on=2026-10-02")
    assert [row.task.title for row in page.context["list"].rows] == ["那天逾期", "那天正常"]
    assert "10月2日结束时的情况" in page.content.decode()
    assert listed(client, "?on=2026-10-02&light=red") == ["那天逾期"]
    assert listed(client, "?on=2026-10-02&light=green&q=正常") == ["那天正常"]
    assert listed(client, "?on=2026-09-30") == []
    assert listed(client, "?light=red") == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("d150", "部门150"),
        ("部门150", "部门150"),
        ("康复部", "康复部"),
        ("门15", "名称里有“门15”的不止一个：部门15、部门150"),
        ("没有的", "没有“没有的”这个部室"),
    ],
)
def test_of_many_departments_one_is_typed(plan, cast, typed, found):
    Department.objects.bulk_create(Department(code=f"d{n}", name=f"部门{n}", order=n) for n in range(200))
    answer = cast.client("office").get("/tasks/", {"department": typed})
    assert answer.status_code == (200 if found.endswith("部") or found == "部门150" else 404)
    assert found in answer.content.decode()
    assert '<input type="text" name="department"' in answer.content.decode()


def test_pages_run_through_the_lights(plan, cast):
    for number in range(30):
        plan.task(cast.kfb, due=dt.date(2026, 10, 1), title=f"红{number:02}")
        plan.task(cast.kfb, progress=100, title=f"绿{number:02}")
        plan.task(cast.kfb, state="suspended", title=f"停{number:02}")
    client = cast.client("head")
    assert listed(client) == [f"红{n:02}" for n in range(30)] + [f"绿{n:02}" for n in range(20)]
    assert listed(client, "?page=2") == [f"绿{n:02}" for n in range(20, 30)] + [f"停{n:02}" for n in range(30)]


def test_the_tasks_of_a_leaders_portfolio(plan, cast):
    for department in (cast.kfb, cast.jjb, cast.ysa):
        plan.task(department)
    client, leader = cast.client("office"), cast.deputy.leader.pk
    assert listed(client, f"?leader={leader}") == ["康复部的任务"]
    page = client.get(f"/tasks/?leader={leader}").content.decode()
    assert "副理事长乙分管" in page
    assert listed(client, f"?leader={leader}&department=jjb") == []
    assert listed(cast.client("other_head"), f"?leader={leader}") == []
    for nobody in ("0", "abc", "99999999999"):
        answer = client.get(f"/tasks/?leader={nobody}")
        assert answer.status_code == 404
        assert "这位领导，或者那天不在任" in answer.content.decode()
