"""A leader takes departments over and finds all that came with them on one page (分工调整, /handover/)."""

import datetime as dt

import pytest
import time_machine

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from departments.testing import leader as make_leader
from federation_tasks.home.handover import SHOWN, Handover
from federation_tasks.home.takeovers import FRESH, Takeovers
from federation_tasks.home.tests.world import submitted
from federation_tasks.plan.models import Task
from federation_tasks.reports.awaiting import awaiting
from federation_tasks.reports.drafts import start_report
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.moves import perform

DAY = TODAY - dt.timedelta(days=1)
LATE = TODAY - dt.timedelta(days=10)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def hand_over(cast, *departments, day=DAY, to="other_deputy"):
    Portfolio.objects.filter(department__in=departments, valid_to=None).update(valid_to=day)
    new = Leader.objects.get(user=getattr(cast, to))
    Portfolio.objects.bulk_create(Portfolio(leader=new, department=row, valid_from=day) for row in departments)
    return new


@pytest.fixture
def handed(plan, cast):
    """康复部 and 康复医院 with something of every kind, taken over yesterday by the other deputy."""
    submitted(start_report(plan.period, cast.kfb, cast.head), cast, "head")
    late = plan.task(cast.kfb, title="逾期的", due=LATE)
    plan.task(cast.kfb, title="滞后的", progress=5)
    plan.task(cast.kfb, title="正常的")
    plan.task(cast.kfb, title="办完的", state="completed", completed_on=LATE)
    plan.task(cast.kfb, title="办结待核的", state="claimed", claimed_on=TODAY, claimed_by=cast.head)
    plan.task(cast.kfyy, title="医院的")
    asked = Extension(task=plan.task(cast.kfb, title="要延期的", state="in_progress"))
    perform(asked, "ask", cast.access("head", LATE), reason="慢", asked_due=dt.date(2026, 12, 10), standing="一半")
    require(cast, plan, "deputy", "answered", 1, due=LATE)
    require(cast, plan, "deputy", "assigned", 2, due=LATE)
    require(cast, plan, "principal", "answered", 3, due=dt.date(2026, 12, 1))
    require(cast, plan, "deputy", "closed", 4, due=LATE)
    urge(cast, plan, late)
    step = {"department": cast.kfb, "period": plan.period, "due": LATE, "on": TODAY}
    for number in (1, 2):
        Escalation.objects.create(task=late, step=number, leader=Leader.objects.get(user=cast.deputy) if number == 2 else None, **step)
    return hand_over(cast, cast.kfb, cast.kfyy)


def require(cast, plan, by, state, number, due):
    user = getattr(cast, by)
    instruction = Instruction.objects.create(
        leader=Leader.objects.get(user=user), period=plan.period, number=number, text=f"要求{number}", due=due, made_by=user, made_on=LATE
    )
    more = {"answer": "办了", "answered_by": cast.head, "answered_on": TODAY} if state in {"answered", "closed"} else {}
    more |= {"closed_on": TODAY} if state == "closed" else {}
    return InstructionDuty.objects.create(instruction=instruction, department=cast.kfb, period=plan.period, state=state, **more)


def urge(cast, plan, task):
    notice = UrgeNotice.objects.create(by=cast.office, note="抓紧", on=LATE)
    for state in ("sent", "answered", "settled", "withdrawn"):
        Urge.objects.create(notice=notice, stage="blue", task=task, department=cast.kfb, period=plan.period, state=state, days_late=1)


def page_of(cast, part, path="/handover/"):
    answer = cast.client(part).get(path)
    assert answer.status_code == 200, answer.content.decode()[-500:]
    return answer


def test_one_page_shows_what_came_with_each_department_and_from_whom(handed, cast):
    answer = page_of(cast, "other_deputy")
    kfb, kfyy = answer.context["page"].departments
    assert [str(kfb.taken.before), str(kfyy.taken.before)] == ["副理事长乙", "副理事长乙"]
    assert {light.value: n for light, n in kfb.counts.lights.items() if n} == {"red": 1, "yellow": 1, "green": 3, "done": 1}
    assert (kfb.open_tasks, kfb.waiting, len(kfb.duties), kfb.answers, len(kfb.urges), len(kfb.steps)) == (5, 4, 3, 1, 2, 1)
    assert [task.title for task in kfb.late] == ["逾期的", "滞后的"]
    assert [listing.title for listing in kfb.listings] == [
        "逾期和滞后的任务", "待审定的办结、延期和汇报", "没有销号的要求", "没有了结的催办", "还在逾期的升级",
    ]  # fmt: skip
    assert kfb.steps[0].step == 2
    text = answer.content.decode()
    for words in (
        "接手清单：康复部、康复医院", "从 <b>2026年10月20日</b> 起由您分管", "原由副理事长副理事长乙分管，到 10月20日前一天", "逾期 10 天",
        "申请延到12月10日（现在11月30日到期），已等 10 天。", "第 2 号要求：要求2", "都留在办理记录里", "待审定 4 项：办结 1，延期 1，汇报 1，答复 1",
    ):  # fmt: skip
        assert words in text, words
    assert "第 4 号要求" not in text
    assert 'href="/tasks/?period=2026H2&amp;department=kfb"' in text


def test_its_numbers_are_those_of_the_lists(handed, cast):
    page = page_of(cast, "other_deputy").context["page"]
    client = cast.client("other_deputy")
    for came in page.departments:
        listed = client.get(f"/tasks/?department={came.department.code}").context["list"].counts
        assert came.counts.lights == listed.lights
        assert len(came.claims) == listed.claims
    found = awaiting(cast.access("other_deputy"))
    assert sum(came.waiting for came in page.departments) == found.total
    for name in ("claims", "extensions", "reports"):
        assert [row for came in page.departments for row in getattr(came, name)] == getattr(found, name)
    assert sum(came.answers for came in page.departments) == len(found.answers)


def test_what_he_did_himself_and_what_he_heads_is_not_his_to_decide(handed, cast):
    Task.objects.filter(title="办结待核的").update(claimed_by=cast.other_deputy)
    assert page_of(cast, "other_deputy").context["page"].departments[0].claims == []
    assert awaiting(cast.access("other_deputy")).claims == []


def test_a_leader_without_an_account_has_a_page_too(handed, cast):
    handed.user = None
    handed.save()
    kfb = page_of(cast, "office", f"/handover/{handed.pk}/").context["page"].departments[0]
    assert kfb.waiting == 4


def test_the_new_leader_the_principal_and_the_office_read_it_and_who_gave_it_away_does_not(handed, cast):
    for part in cast.everyone():
        expected = 200 if part in {"other_deputy", "principal", "office"} else 404
        assert cast.client(part).get(f"/handover/{handed.pk}/").status_code == expected, part
        assert cast.client(part).get("/handover/").status_code == (200 if part in {"deputy", "other_deputy", "principal"} else 404), part
    assert "最近 60 天没有新接手的单位" in page_of(cast, "deputy").content.decode()
    assert cast.client("deputy").get(f"/handover/?on={DAY}").status_code == 404
    assert "由副理事长副理事长丙分管" in page_of(cast, "office", f"/handover/{handed.pk}/").content.decode()


def test_what_was_handed_on_since_is_named_and_not_listed(handed, cast):
    hand_over(cast, cast.kfb, day=TODAY, to="deputy")
    answer = page_of(cast, "other_deputy", f"/handover/?on={DAY}")
    assert [str(came.department) for came in answer.context["page"].departments] == ["康复医院"]
    assert "康复部后来又移交出去了" in answer.content.decode()
    assert "逾期的" not in answer.content.decode()


@pytest.mark.parametrize(("on", "sentence"), [
    ("2026-10-19", "2026-10-19 副理事长丙没有新接手单位。请从下面选一天。"), ("2026-11-01", "还没有到"), ("昨天", "“昨天”不是日期"),
    ("1066-10-14", "2000 年到 2099 年"),
])  # fmt: skip
def test_a_day_on_which_nothing_was_taken_over_is_answered_with_a_sentence_and_the_days_that_there_are(handed, cast, on, sentence):
    answer = cast.client("other_deputy").get(f"/handover/?on={on}")
    assert answer.status_code == 404
    assert sentence in answer.content.decode()
    assert '<a href="?on=2026-10-20">2026年10月20日接手的</a>' in answer.content.decode()


def test_a_charge_that_goes_on_is_no_handover_and_a_department_that_nobody_had_is_one(plan, cast):
    leader = hand_over(cast, cast.jjb, cast.ysa)
    taken = Takeovers(leader, TODAY).by_day
    assert {day: [(one.row.department.code, one.before) for one in rows] for day, rows in taken.items()} == {DAY: [("ysa", None)], LONG_AGO: [("jjb", None)]}
    assert "接手以前未分管" in page_of(cast, "other_deputy").content.decode()


def test_for_a_fortnight_the_worklist_says_so_at_the_top(handed, cast):
    for day, is_told in ((DAY, True), (DAY + dt.timedelta(days=FRESH - 1), True), (DAY + dt.timedelta(days=FRESH), False)):
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            page = cast.client("other_deputy").get("/").content.decode()
        assert ("从 10月20日起新接手 康复部、康复医院" in page) == is_told, day
        assert (f'href="/handover/?on={DAY}"' in page) == is_told, day
    for part in ("deputy", "principal", "office", "head"):
        assert "新接手" not in cast.client(part).get("/").content.decode(), part


def test_what_was_handed_on_again_is_not_told(handed, cast):
    hand_over(cast, cast.kfb, cast.kfyy, day=TODAY, to="deputy")
    assert "新接手" not in cast.client("other_deputy").get("/").content.decode()
    assert "从 10月21日起新接手 康复部、康复医院" in cast.client("deputy").get("/").content.decode()


def fill(plan, cast, departments, tasks):
    """Make so many departments with so many late tasks of the other deputy, each escalated."""
    have = Department.objects.count()
    made = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=n) for n in range(have, departments))
    days = {"start": dt.date(2026, 7, 1), "due": LATE}
    rows = Task.objects.bulk_create(Task(period=plan.period, department=row, goal=plan.goals[2], title="任务", **days) for row in made for _ in range(tasks))
    Escalation.objects.bulk_create(Escalation(task=row, department=row.department, period=plan.period, due=LATE, step=1, on=TODAY) for row in rows)
    hand_over(cast, *made)


def test_the_number_of_queries_does_not_grow_and_long_lists_are_cut(handed, plan, cast, django_assert_max_num_queries):
    client, seen = cast.client("other_deputy"), {}
    for departments, tasks in ((8, SHOWN + 1), (200, 3)):
        fill(plan, cast, departments, tasks)
        for path in ("/handover/", "/"):
            client.get(path)
            with django_assert_max_num_queries(60) as queries:
                assert client.get(path).status_code == 200
            seen.setdefault(path, []).append(len(queries))
    assert all(large <= small for small, large in seen.values()), seen
    page = client.get("/handover/")
    came = {str(one.department): one for one in page.context["page"].departments}["单位4"]
    assert (len(came.late), came.counts.red) == (SHOWN, SHOWN + 1)
    assert "单位4逾期和滞后的任务：另有 1 项" in page.content.decode()


def test_a_day_of_a_leader_is_read_in_a_bounded_number_of_queries(handed, cast, django_assert_max_num_queries):
    taken = Takeovers(handed, TODAY).by_day[DAY]
    with django_assert_max_num_queries(24):
        assert len(Handover(handed, DAY, taken, cast.access("other_deputy")).departments) == 2


def test_a_new_leader_makes_no_old_notice(plan, cast):
    fresh = make_leader(cast.stranger, Leader.Rank.DEPUTY)
    assert Takeovers(fresh, TODAY).newest() is None
