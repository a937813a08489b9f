"""Someone looks for what leaders require, and at one instruction with what each department owes on it (contract.md, /instructions/)."""

import datetime as dt
import re
import uuid

import pytest
import time_machine

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.plan.closing import close_period, preview
from federation_tasks.plan.models import Period
from federation_tasks.supervision.giving import Wanted, give
from federation_tasks.supervision.models import DutyState, Instruction, InstructionDuty
from federation_tasks.supervision.origins import Origin
from federation_tasks.workflow.moves import perform

LATE, SOON = TODAY - dt.timedelta(days=6), TODAY + dt.timedelta(days=9)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def require(cast, part, text, due, *departments):
    """Have a leader require something some days before it is due."""
    day = min(due, TODAY)
    [row] = give([Wanted(text, due, departments)], Origin(), uuid.uuid4(), cast.access(part, day)).instructions
    return row


def moved(cast, instruction, *moves):
    """Make moves on the first duty of an instruction, as (part, move, reason)."""
    duty = instruction.duties.first()
    for part, move, reason in moves:
        perform(duty, move, cast.access(part), reason=reason)
    return duty


@pytest.fixture
def one_of_each(plan, cast):
    """One in each state: overdue, open, waiting for the leader, closed; and one of another deputy's, of another department."""
    found = {
        "open": require(cast, "deputy", "在办的要求", SOON, cast.kfb),
        "overdue": require(cast, "deputy", "逾期的要求", LATE, cast.kfb),
        "waiting": require(cast, "deputy", "已答复的要求", SOON, cast.kfb),
        "closed": require(cast, "deputy", "已销号的要求", LATE, cast.kfb),
        "other": require(cast, "other_deputy", "教就部的要求", SOON, cast.jjb),
    }
    answer = [("head", "acknowledge", ""), ("head", "answer", "已经落实")]
    moved(cast, found["waiting"], *answer)
    moved(cast, found["closed"], *answer, ("deputy", "close", "同意"))
    return found


def listed(client, query=""):
    answer = client.get(f"/instructions/{query}")
    assert answer.status_code == 200
    return [row.duty.instruction.text for row in answer.context["list"].rows]


def page(answer):
    return answer.content.decode()


def test_overdue_first_then_by_date_and_closed_ones_last(one_of_each, cast):
    assert listed(cast.client("head")) == ["逾期的要求", "在办的要求", "已答复的要求", "已销号的要求"]


@pytest.mark.parametrize(("state", "texts"), [
    ("open", ["逾期的要求", "在办的要求", "已答复的要求"]), ("overdue", ["逾期的要求"]), ("waiting", ["已答复的要求"]), ("closed", ["已销号的要求"]),
])  # fmt: skip
def test_each_state_lists_its_own_and_its_chip_has_the_number(one_of_each, cast, state, texts):
    assert listed(cast.client("head"), f"?state={state}") == texts
    chips = {chip.href.rpartition("state=")[2]: chip.label for chip in cast.client("head").get("/instructions/").context["list"].state_chips}
    assert chips[state].endswith(f" {len(texts)}")


@pytest.mark.parametrize(("query", "texts"), [
    ("?department=jjb", {"教就部的要求"}), ("?q=已经落实", {"已答复的要求", "已销号的要求"}), ("?q=教就", {"教就部的要求"}), ("?q=%25", set()),
    ("?period=2026h2&state=overdue", {"逾期的要求"}), ("?state=overdue&department=jjb", set()),
])  # fmt: skip
def test_conditions_narrow_the_list_down(one_of_each, cast, query, texts):
    assert set(listed(cast.client("office"), query)) == texts


def test_by_the_leader_who_gave_them(one_of_each, cast):
    leader = Leader.objects.get(user=cast.other_deputy)
    assert listed(cast.client("office"), f"?leader={leader.pk}") == ["教就部的要求"]


@pytest.mark.parametrize(("query", "sentence", "field"), [
    ("?period=2031H1", "没有“2031H1”这个周期", "period"), ("?state=purple", "没有“purple”这种状态", "state"),
    ("?department=nowhere", "没有“nowhere”这个部室或单位", "department"), ("?leader=x", "没有“x”这位领导", "leader"),
])  # fmt: skip
def test_a_condition_that_does_not_exist_is_answered_with_a_sentence_and_the_form(one_of_each, cast, query, sentence, field):
    answer = cast.client("office").get(f"/instructions/{query}")
    assert answer.status_code == 404
    assert "<title>错误：" in page(answer)
    assert f'href="#id_{field}"' in page(answer)
    assert page(answer).count(sentence) >= 2


def test_a_row_says_which_whose_until_when_and_how_late(one_of_each, cast):
    shown = page(cast.client("office").get("/instructions/?state=overdue"))
    assert "第 2 号：逾期的要求" in shown
    assert "副理事长 副理事长乙" in shown
    assert "10月15日" in shown
    assert '<span class="flag">逾期 6 天</span>' in shown
    assert "待签收" in shown


def test_an_empty_list_says_why_and_leads_on(plan, cast):
    assert "还没有明确要求" in page(cast.client("head").get("/instructions/"))
    assert "看这个半年的全部要求" in page(cast.client("head").get("/instructions/?q=无"))


def test_without_a_period_the_page_says_so(cast):
    assert "还没有进行中的半年" in page(cast.client("office").get("/instructions/"))


SEES = {"head": "kfb", "acting_head": "kfb", "clerk": "kfb", "staff": "kfb", "other_head": "jjb", "kfyy_head": "", "ysa_head": "",
        "deputy": "kfb", "other_deputy": "jjb", "principal": "kfb jjb", "office": "kfb jjb", "plan_admin": "kfb jjb"}  # fmt: skip


def test_who_sees_which_instructions(plan, cast):
    rows = {"kfb": require(cast, "deputy", "kfb", SOON, cast.kfb), "jjb": require(cast, "principal", "jjb", SOON, cast.jjb)}
    for part in cast.everyone():
        client, seen = cast.client(part), SEES.get(part, "").split()
        answer = client.get("/instructions/")
        assert answer.status_code == (200 if part in SEES else 403), part
        assert ('<a href="/instructions/"' in page(client.get("/"))) is (part in SEES), part
        if part in SEES:
            assert sorted(row.duty.instruction.text for row in answer.context["list"].rows) == sorted(seen), part
        for code, row in rows.items():
            assert client.get(row.get_absolute_url()).status_code == (200 if code in seen else 404), (part, code)
            duty = row.duties.get()
            assert client.post(f"/instructions/duties/{duty.pk}/nonsense/").status_code == 404
            assert client.get(f"/instructions/duties/{duty.pk}/close/").status_code == 405


def test_a_department_sees_its_own_part_only(plan, cast):
    row = require(cast, "deputy", "两家一起办", SOON, cast.kfb, cast.kfyy)
    duties = {duty.department.code: duty.pk for duty in row.duties.all()}
    for part, codes in {"head": {"kfb"}, "kfyy_head": {"kfyy"}, "deputy": {"kfb", "kfyy"}, "office": {"kfb", "kfyy"}}.items():
        shown = page(cast.client(part).get(row.get_absolute_url()))
        assert {code for code, pk in duties.items() if f'id="duty-{pk}"' in shown} == codes, part


def test_the_source_is_a_link_for_whoever_may_read_it(plan, cast):
    task = plan.task(cast.kfb, title="康复部自己的任务")
    [row] = give([Wanted("配合好", SOON, [cast.kfb, cast.jjb])], Origin(task=task), uuid.uuid4(), cast.access("principal")).instructions
    assert task.get_absolute_url() in page(cast.client("head").get(row.get_absolute_url()))
    other = page(cast.client("other_head").get(row.get_absolute_url()))
    assert "康复部自己的任务" not in other
    assert "<dt>来源</dt><dd>任务</dd>" in other


# --- Moves ----------------------------------------------------------------------------------------------------------


def send(client, duty, move, reason="", **more):
    return client.post(f"/instructions/duties/{duty.pk}/{move}/", {f"duty-{duty.pk}-{move}-reason": reason} | more)


MOVES = {  # move: (who may, from which states, where to)
    "acknowledge": ({"head", "acting_head"}, {DutyState.ASSIGNED}, DutyState.ACKNOWLEDGED),
    "answer": ({"head", "acting_head"}, {DutyState.ACKNOWLEDGED, DutyState.SENT_BACK}, DutyState.ANSWERED),
    "close": ({"deputy", "principal"}, {DutyState.ANSWERED}, DutyState.CLOSED),
    "send_back": ({"deputy", "principal"}, {DutyState.ANSWERED}, DutyState.SENT_BACK),
    "release": ({"deputy", "principal"}, {DutyState.ASSIGNED, DutyState.ACKNOWLEDGED, DutyState.SENT_BACK}, DutyState.CLOSED),
}
READERS = {"head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin"}


@pytest.mark.once
def test_every_state_and_move_and_person_over_http(plan, cast):
    duty = require(cast, "deputy", "办", SOON, cast.kfb).duties.get()
    clients = {part: cast.client(part) for part in cast.everyone()}
    checked = 0
    for part, client in clients.items():
        for move in [*MOVES, "issue", "remark", "carry_over"]:
            for state in DutyState:
                InstructionDuty.objects.filter(pk=duty.pk).update(state=state, answered_on=TODAY, closed_on=TODAY, answered_by=cast.clerk)
                who, sources, to = MOVES.get(move, (set(), set(), None))
                right = 404 if part not in READERS or move not in MOVES else 403 if part not in who else 302 if state in sources else 409
                answer = send(client, duty, move, "同意" if move == "close" else "理由")
                assert answer.status_code == right, (part, move, state)
                now = InstructionDuty.objects.get(pk=duty.pk).state
                assert now == (to if right == 302 else state), (part, move, state)
                checked += 1
    assert checked == 16 * 8 * 5


def test_several_duties_on_one_page_have_forms_of_their_own(plan, cast):
    row = require(cast, "principal", "大家都办", SOON, cast.kfb, cast.kfyy, cast.jjb)
    for part, department in {"head": cast.kfb, "kfyy_head": cast.kfyy, "other_head": cast.jjb}.items():
        duty = row.duties.get(department=department)
        for move in ("acknowledge", "answer"):
            perform(duty, move, cast.access(part), reason="办了")
    shown = page(cast.client("principal").get(row.get_absolute_url()))
    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    names = re.findall(r'aria-label="([^"]+：同意销号)"', shown)
    assert sorted(names) == ["康复医院：同意销号", "康复部：同意销号", "教就部：同意销号"]
    duty = row.duties.get(department=cast.kfyy)
    refused = send(cast.client("principal"), duty, "send_back", " ")
    assert f'<a href="#id_duty-{duty.pk}-send_back-reason">请写明退回理由' in page(refused)
    assert page(refused).count("请写明退回理由") == 2
    assert "<title>错误：" in page(refused)


def test_a_further_remark_keeps_it_open_and_says_so(plan, cast):
    row = require(cast, "deputy", "办", SOON, cast.kfb)
    duty = moved(cast, row, ("head", "acknowledge", ""), ("head", "answer", "已落实"))
    answer = cast.client("deputy").post(f"/instructions/duties/{duty.pk}/close/", {f"duty-{duty.pk}-close-reason": "同意，另请补报验收单"}, follow=True)
    assert "所以事情没有了结" in page(answer)
    assert "同意，另请补报验收单" in page(answer)
    duty.refresh_from_db()
    assert duty.state == DutyState.ANSWERED
    assert send(cast.client("deputy"), duty, "close", "同意。").status_code == 302
    duty.refresh_from_db()
    assert (duty.state, duty.closed_on) == (DutyState.CLOSED, TODAY)


def test_what_was_sent_back_stands_with_the_leaders_words(plan, cast):
    row = require(cast, "deputy", "办", SOON, cast.kfb)
    moved(cast, row, ("head", "acknowledge", ""), ("head", "answer", "已落实"), ("deputy", "send_back", "没有写清由谁办"))
    shown = page(cast.client("head").get(row.get_absolute_url()))
    assert "10月21日被退回" in shown
    assert "没有写清由谁办" in shown
    assert "已落实" in shown


def test_the_successor_closes_and_the_one_before_still_reads_what_he_required(plan, cast):
    row = require(cast, "deputy", "办", SOON, cast.kfb)
    moved(cast, row, ("head", "acknowledge", ""), ("head", "answer", "已落实"))
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=TODAY)
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfb, valid_from=TODAY)
    assert "由副理事长 副理事长乙、接任分管的领导或者主要领导销号" in page(cast.client("deputy").get(row.get_absolute_url()))
    assert send(cast.client("other_deputy"), row.duties.get(), "close").status_code == 302


# --- Many -----------------------------------------------------------------------------------------------------------


def fill(plan, cast, departments):
    """Make so many departments, each with a duty on an instruction of its own and one on an instruction for all."""
    have = Department.objects.count()
    Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=n) for n in range(have, departments))
    Portfolio.objects.bulk_create(
        Portfolio(leader=Leader.objects.get(user=cast.other_deputy), department=row, valid_from=LONG_AGO)
        for row in Department.objects.filter(portfolios__isnull=True)
    )
    every = list(Department.objects.exclude(instruction_duties__isnull=False))
    return give([Wanted("各单位都办", SOON, every)], Origin(), uuid.uuid4(), cast.access("principal")).instructions[0]


def test_the_number_of_queries_does_not_grow(plan, cast, django_assert_max_num_queries):
    seen = {}
    for departments in (20, 200):
        row = fill(plan, cast, departments)
        for part in ("office", "principal"):
            client = cast.client(part)
            for name, path in {"list": "/instructions/", "narrow": "/instructions/?state=open&department=kfb", "one": row.get_absolute_url()}.items():
                client.get(path)  # so that neither pays for what is read once a process
                with django_assert_max_num_queries(18) as queries:
                    assert client.get(path).status_code == 200
                seen.setdefault((part, name), []).append(len(queries))
    # Of 200 departments one is typed, and looked up by its name; of 20 it is chosen.
    assert all(large == small + (name == "narrow") for (_, name), (small, large) in seen.items()), seen


def test_pages_keep_the_conditions(plan, cast):
    row = fill(plan, cast, 120)
    client = cast.client("office")
    shown = client.get("/instructions/?state=open&page=2")
    assert len(shown.context["list"].rows) == 50
    assert 'href="?period=2026H2&amp;state=open&amp;page=3"' in page(shown)
    assert "第 2 页" in page(shown)
    assert page(client.get(row.get_absolute_url())).count("<details") == 120


# --- Carrying over --------------------------------------------------------------------------------------------------


def test_the_next_half_year_lists_what_is_left_and_the_closed_one_says_where_it_went(plan, cast):
    first = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    day = dt.date(2026, 5, 4)
    leader = cast.access("deputy", day)
    wanted = [Wanted(text, dt.date(2026, 6, 1), [cast.kfb]) for text in ("做完的", "留下的")]
    done, left = give(wanted, Origin(meeting=first), uuid.uuid4(), leader).instructions
    moved(cast, done, ("head", "acknowledge", ""), ("head", "answer", "办了"), ("deputy", "close", ""))
    assert preview(first)["未销号的明确要求（按单位计）（转到下一期）"] == 1
    closed = close_period(first, cast.access("office"))
    assert closed.numbers["转到下一期的明确要求（按单位计）"] == 1
    client = cast.client("head")
    assert listed(client) == ["留下的"]
    shown = page(client.get("/instructions/"))
    assert "2026年上半年第 2 号：留下的" in shown
    assert "逾期 142 天" in shown
    assert listed(client, "?period=2026H1") == ["留下的", "做完的"]
    assert "已转到2026年下半年" in page(client.get("/instructions/?period=2026H1"))
    duty = left.duties.get()
    assert (duty.period, duty.state) == (plan.period, DutyState.ASSIGNED)
    assert "转到2026年下半年" in page(client.get(left.get_absolute_url()))
    assert Instruction.objects.get(pk=left.pk).period == first


def test_an_answer_that_waits_goes_along_and_is_closed_there(plan, cast):
    row = require(cast, "deputy", "办", SOON, cast.kfb)
    duty = moved(cast, row, ("head", "acknowledge", ""), ("head", "answer", "办了"))
    closed = close_period(plan.period, cast.access("office"))
    duty.refresh_from_db()
    assert (duty.period, duty.state) == (closed.following, DutyState.ANSWERED)
    assert send(cast.client("deputy"), duty, "close").status_code == 302


def test_after_a_remark_it_is_the_departments_turn_and_what_it_adds_stands_in_the_answers_place(one_of_each, cast):
    duty = one_of_each["waiting"].duties.get()
    where, head = f"/instructions/duties/{duty.pk}", cast.client("head")
    cast.client("deputy").post(f"{where}/close/", {f"duty-{duty.pk}-close-reason": "同意，再补两份台账"})
    to_do = page(head.get("/"))
    assert "明确要求（3）" in to_do
    assert "领导意见：“同意，再补两份台账”" in to_do
    assert "补充答复" in to_do
    head.post(f"{where}/supplement/", {f"duty-{duty.pk}-supplement-reason": "已经落实，台账补齐了"})
    duty.refresh_from_db()
    assert (duty.state, duty.answer, duty.answered_on) == (DutyState.ANSWERED, "已经落实，台账补齐了", TODAY)
    assert "明确要求（2）" in page(head.get("/"))
    cast.client("deputy").post(f"{where}/close/", {f"duty-{duty.pk}-close-reason": "同意"})
    duty.refresh_from_db()
    assert duty.state == DutyState.CLOSED
