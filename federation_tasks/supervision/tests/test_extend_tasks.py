"""A department asks for a later due date, a leader decides or grants one unasked (domain.md, A task's life; issue 4, 延期)."""

import datetime as dt
import itertools

import pytest
import time_machine

from departments.models import Department, Leader, Membership, Portfolio
from departments.testing import TODAY, member
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.models import Extension, SupervisionRule
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

DUE, LATER = dt.date(2026, 10, 21), dt.date(2026, 11, 10)
HEADS, LEADERS = {"head", "acting_head"}, {"deputy", "principal"}
READERS = HEADS | LEADERS | {"clerk", "staff", "office", "plan_admin"}
ASKED = {"ask-asked_due": "2026-11-10", "ask-reason": "设备到货晚", "ask-standing": "已完成招标"}
GRANTED = {"grant-new_due": "2026-11-10", "grant-reason": "上级调整安排"}
APPROVED = {"approve-new_due": "2026-11-10"}
REFUSED = {"refuse-reason": "年底前要用，抓紧办"}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def task(plan, cast):
    return plan.task(cast.kfb, title="康复大楼装修", due=DUE, state="in_progress", assignee=cast.staff)


def asked(cast, task, part="head", on=TODAY, due=LATER):
    extension = Extension(task=task)
    perform(extension, "ask", cast.access(part, on), reason="设备到货晚", asked_due=due, standing="已完成招标")
    return extension


def page(answer):
    return answer.content.decode()


# --- Asking --------------------------------------------------------------------------------------------------------


def test_a_head_asks_and_the_old_date_counts_until_a_leader_decides(task, cast):
    head = cast.client("head")
    assert "申请延期" in page(head.get(task.get_absolute_url()))
    form = page(head.get(f"/tasks/{task.pk}/extension/"))
    for words in ("申请延到哪一天", "延期理由", "目前进展", "最晚是本期最后一天 2026-12-31", "现在的到期日", "还没有延过期"):
        assert words in form, words
    answer = head.post(f"/tasks/{task.pk}/extension/ask/", ASKED, follow=True)
    assert "已申请延到 2026-11-10，由副理事长 副理事长乙审定；同意以前，到期日仍是 2026-10-21。" in page(answer)
    extension = task.extensions.get()
    assert (extension.state, extension.old_due, extension.asked_due, extension.asked_by) == ("asked", DUE, LATER, cast.head)
    task.refresh_from_db()
    assert (task.due, task.original_due) == (DUE, DUE)
    for part in ("head", "clerk", "deputy", "office"):
        shown = page(cast.client(part).get(task.get_absolute_url()))
        assert "10月21日申请延期，等领导审定" in shown
        assert "从 2026年10月21日 延到 2026年11月10日，由副理事长 副理事长乙审定" in shown


@pytest.mark.parametrize(("days", "status"), [(-1, 302), (0, 302), (1, 409)])
def test_asking_is_possible_up_to_and_including_the_due_date(task, cast, days, status):
    with time_machine.travel(f"{DUE + dt.timedelta(days=days)}T10:00:00+08:00", tick=False):
        answer = cast.client("head").post(f"/tasks/{task.pk}/extension/ask/", ASKED)
    assert answer.status_code == status
    assert task.extensions.count() == (status == 302)


@pytest.mark.parametrize(("department", "who"), [
    ("kfb", "现在只有分管本单位的副理事长 副理事长乙，或者主要领导，可以直接定新的日期"), ("ysa", "现在只有主要领导（本单位未分管）可以直接定新的日期"),
])  # fmt: skip
def test_asked_too_late_the_page_and_the_answer_name_who_can_still_set_a_date(plan, cast, department, who):
    task = plan.task(getattr(cast, department), due=dt.date(2026, 10, 20), state="in_progress")
    head = cast.client("head" if department == "kfb" else "ysa_head")
    shown = head.get(f"/tasks/{task.pk}/extension/")
    assert shown.context["page"].forms == []
    answer = head.post(f"/tasks/{task.pk}/extension/ask/", ASKED)
    assert answer.status_code == 409
    for found in (page(shown), page(answer)):
        assert "到期日（2026-10-20）已经过了，不能再申请延期。" in found
        assert who in found
    assert "设备到货晚" in page(answer)  # what was typed is given back
    assert f'href="/tasks/{task.pk}/extension/"' in page(answer)


def test_of_a_leader_who_heads_the_department_himself_the_principal_decides(plan, cast):
    member(cast.deputy, cast.kfb, Membership.Role.HEAD)
    task = plan.task(cast.kfb, due=dt.date(2026, 10, 20), state="in_progress")
    shown = page(cast.client("head").get(f"/tasks/{task.pk}/extension/"))
    assert "现在只有主要领导可以直接定新的日期" in shown
    assert "副理事长乙" not in shown.split("<main")[1]


def test_a_head_withdraws_what_he_asked(task, cast):
    extension = asked(cast, task)
    head = cast.client("head")
    shown = page(head.get(f"/tasks/{task.pk}/extension/"))
    assert f'action="/extensions/{extension.pk}/withdraw/"' in shown
    assert "/ask/" not in shown
    assert "已撤回延期申请，到期日仍是 2026-10-21。" in page(head.post(f"/extensions/{extension.pk}/withdraw/", follow=True))
    assert head.get(f"/tasks/{task.pk}/extension/").context["page"].forms[0].move.name == "ask"  # and may ask again


# --- Deciding ------------------------------------------------------------------------------------------------------


def test_a_leader_agrees_to_the_day_that_was_asked_for(task, cast):
    extension = asked(cast, task)
    deputy = cast.client("deputy")
    shown = page(deputy.get(f"/tasks/{task.pk}/extension/"))
    assert 'name="approve-new_due" value="2026-11-10"' in shown
    assert "设备到货晚" in shown
    assert "已完成招标" in shown
    answer = page(deputy.post(f"/extensions/{extension.pk}/approve/", APPROVED, follow=True))
    assert "已延到 2026-11-10，从今天起按这个日期算；原定 2026-10-21，考核按原定日期。" in answer
    assert "原定 2026年10月21日，考核按原定日期" in answer
    task.refresh_from_db()
    extension.refresh_from_db()
    assert (task.due, task.original_due, task.red_from) == (LATER, DUE, dt.date(2026, 11, 11))
    assert (extension.state, extension.new_due, extension.decided_by, extension.decided_on) == ("granted", LATER, cast.deputy, TODAY)


def test_a_leader_agrees_to_another_day(task, cast):
    extension = asked(cast, task)
    cast.client("principal").post(f"/extensions/{extension.pk}/approve/", {"approve-new_due": "2026年10月31日", "approve-reason": "月底前"})
    task.refresh_from_db()
    assert task.due == dt.date(2026, 10, 31)
    shown = page(cast.client("head").get(f"/tasks/{task.pk}/extension/"))
    assert "10月21日同意延到 2026年10月31日：“月底前”" in shown
    assert "申请延到 2026-11-10" in page(cast.client("head").get("/extensions/"))


def test_a_refusal_keeps_the_date_and_tells_the_department_the_leaders_words(task, cast):
    extension = asked(cast, task)
    assert "已答复不同意延期，到期日仍是 2026-10-21。" in page(cast.client("deputy").post(f"/extensions/{extension.pk}/refuse/", REFUSED, follow=True))
    shown = page(cast.client("clerk").get(task.get_absolute_url()))
    assert "10月21日没有同意延到 2026年11月10日" in shown
    assert "副理事长乙：“年底前要用，抓紧办”" in shown
    asked(cast, task)  # a new request stands in its place
    assert "没有同意延到" not in page(cast.client("clerk").get(task.get_absolute_url()))


def test_a_leader_grants_one_unasked_even_after_the_due_date(task, cast):
    with time_machine.travel("2026-10-28T10:00:00+08:00", tick=False):
        deputy = cast.client("deputy")
        assert "直接延期" in page(deputy.get(task.get_absolute_url()))
        assert "不用部室申请" in page(deputy.get(f"/tasks/{task.pk}/extension/"))
        assert deputy.post(f"/tasks/{task.pk}/extension/grant/", GRANTED).url == task.get_absolute_url()
        assert "领导直接从 2026年10月21日 延到 2026年11月10日" in page(cast.client("head").get(f"/tasks/{task.pk}/extension/"))
        assert "没有申请，领导直接延期" in page(cast.client("head").get("/extensions/"))
    task.refresh_from_db()
    assert (task.due, task.extensions.get().was_asked) == (LATER, False)


def test_what_was_asked_in_time_is_decided_after_the_due_date(task, cast):
    extension = asked(cast, task)
    with time_machine.travel("2026-11-20T10:00:00+08:00", tick=False):
        deputy = cast.client("deputy")
        refused = deputy.post(f"/extensions/{extension.pk}/approve/", APPROVED)
        assert "新的日期不能早于今天（2026-11-20），不然一同意就是逾期的。" in page(refused)
        assert deputy.post(f"/extensions/{extension.pk}/approve/", {"approve-new_due": "2026-11-20"}).status_code == 302


# --- Refusals at the fields ----------------------------------------------------------------------------------------

TOO_EARLY = "新的日期要晚于现在的到期日（2026-10-21）。"
TOO_LATE = "新的日期不能晚于本期最后一天（2026-12-31）；到那时还做不完的，关闭本期时结转。"
NO_DAY = "请填日期，例如 2026-11-04。"


@pytest.mark.parametrize(("move", "part", "typed", "sentences"), [
    ("ask", "head", {}, {"asked_due": NO_DAY, "reason": "请写明延期理由，再申请延期。", "standing": "请写目前进展到哪一步。"}),
    ("ask", "head", ASKED | {"ask-standing": "  ", "ask-asked_due": "2027-01-01"}, {"standing": "请写目前进展到哪一步。", "asked_due": TOO_LATE}),
    ("ask", "head", ASKED | {"ask-asked_due": "2026-10-21"}, {"asked_due": TOO_EARLY}),
    ("ask", "head", ASKED | {"ask-asked_due": "下月"}, {"asked_due": "请按 年-月-日 填写日期，例如 2026-11-04。"}),
    ("grant", "deputy", {}, {"new_due": NO_DAY, "reason": "请写明延期理由，再直接延期。"}),
    ("grant", "deputy", GRANTED | {"grant-new_due": "2026-10-20"}, {"new_due": TOO_EARLY}),
    ("grant", "principal", GRANTED | {"grant-new_due": "2027-01-01"}, {"new_due": TOO_LATE}),
    ("approve", "deputy", {}, {"new_due": "请填日期，例如 2026-11-10。"}),
    ("approve", "deputy", {"approve-new_due": "2026-10-21"}, {"new_due": TOO_EARLY}),
    ("approve", "deputy", {"approve-new_due": "2027-01-01"}, {"new_due": TOO_LATE}),
    ("refuse", "deputy", {}, {"reason": "请写明不同意的理由，再不同意延期。"}),
])  # fmt: skip
def test_what_is_wrong_is_said_at_the_field_and_above_and_nothing_typed_is_lost(task, cast, move, part, typed, sentences):
    where = f"/tasks/{task.pk}/extension" if move in ("ask", "grant") else f"/extensions/{asked(cast, task).pk}"
    before = HistoryRow.objects.count()
    answer = cast.client(part).post(f"{where}/{move}/", typed)
    shown = page(answer)
    assert answer.status_code == 200
    assert "<title>错误：" in shown
    for field, sentence in sentences.items():
        assert f'<a href="#id_{move}-{field}">{sentence}</a>' in shown
        assert f'id="id_{move}-{field}_error"' in shown
    assert shown.count("</a></li>") - shown.count("<li><a class") >= len(sentences)
    for value in typed.values():
        assert value.strip() in shown
    assert HistoryRow.objects.count() == before
    task.refresh_from_db()
    assert task.due == DUE


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"state": "claimed", "claimed_on": TODAY}, "已经申请办结，等领导审定，不用延期"),
    ({"state": "completed", "completed_on": TODAY}, "现在是“已办结”，不能延期"),
    ({"state": "suspended"}, "现在是“中止”，不能延期"), ({"state": "carried_over"}, "现在是“已结转”，不能延期"),
    ({"due": dt.date(2026, 12, 31)}, "到期日已经是2026年下半年最后一天，不能再往后延"),
])  # fmt: skip
def test_what_is_not_to_be_put_off_is_said_with_its_sentence(plan, cast, fields, sentence):
    task = plan.task(cast.kfb, **({"due": DUE, "state": "in_progress"} | fields))
    for part, move, typed in (("head", "ask", ASKED), ("deputy", "grant", GRANTED)):
        client = cast.client(part)
        assert sentence in page(client.get(f"/tasks/{task.pk}/extension/"))
        answer = client.post(f"/tasks/{task.pk}/extension/{move}/", typed)
        assert (answer.status_code, sentence in page(answer)) == (409, True)


def test_while_one_waits_there_is_no_second_one(task, cast):
    asked(cast, task)
    for part, move, typed in (("head", "ask", ASKED), ("deputy", "grant", GRANTED)):
        answer = cast.client(part).post(f"/tasks/{task.pk}/extension/{move}/", typed)
        assert (answer.status_code, "已经有一个延期申请等领导审定" in page(answer)) == (409, True)


def test_nothing_is_put_off_in_a_period_that_is_not_open_or_whose_days_are_over(plan, task, cast):
    with time_machine.travel("2027-01-08T10:00:00+08:00", tick=False):
        answer = cast.client("deputy").post(f"/tasks/{task.pk}/extension/grant/", GRANTED)
        assert (answer.status_code, "2026年下半年的日子已经过完" in page(answer)) == (409, True)
    Period.objects.filter(pk=plan.period.pk).update(state="closed")
    assert "到期日不能再变动" in page(cast.client("deputy").post(f"/tasks/{task.pk}/extension/grant/", GRANTED))


# --- Who may -------------------------------------------------------------------------------------------------------

NEW_MOVES = {"ask": (HEADS, ASKED), "grant": (LEADERS, GRANTED)}
MOVES = {"approve": (LEADERS, APPROVED, "granted"), "refuse": (LEADERS, REFUSED, "refused"), "withdraw": (HEADS, {}, "withdrawn")}
NO_BUTTON = ("lapse", "carry_over", "nonsense")
STATES = [state.value for state in Extension.State]


@pytest.mark.once
def test_everyone_asks_and_grants_in_every_state_of_the_task(plan, cast):
    clients = {part: cast.client(part) for part in cast.everyone()}
    dates = {"claimed_on": TODAY, "completed_on": TODAY, "state_before": "in_progress"}
    task, checked = plan.task(cast.kfb, due=DUE), 0
    for part, move, state in itertools.product(clients, [*NEW_MOVES, *MOVES, *NO_BUTTON], TaskState):
        Task.objects.filter(pk=task.pk).update(state=state, **dates)
        who, typed = NEW_MOVES.get(move, (set(), {}))
        is_open = state in ("assigned", "acknowledged", "in_progress")
        right = 404 if part not in READERS or move not in NEW_MOVES else 403 if part not in who else 302 if is_open else 409
        answer = clients[part].post(f"/tasks/{task.pk}/extension/{move}/", typed)
        assert answer.status_code == right, (part, move, state)
        assert Extension.objects.count() == (right == 302), (part, move, state)
        if right == 302:
            put_back(task)
        checked += 1
    assert checked == 16 * 8 * 7 == 896  # people x moves, six of them not of what is new, x states


@pytest.mark.once
def test_everyone_decides_and_withdraws_in_every_state_of_the_extension(plan, cast):
    clients = {part: cast.client(part) for part in cast.everyone()}
    task, checked = plan.task(cast.kfb, due=DUE, state="in_progress"), 0
    extension = asked(cast, task)
    for part, move, state in itertools.product(clients, [*MOVES, *NEW_MOVES, *NO_BUTTON], STATES):
        facts = {"state": state, "new_due": LATER if state == "granted" else None, "decided_by": None, "decided_on": None, "decision": ""}
        Extension.objects.filter(pk=extension.pk).update(**facts)
        before = HistoryRow.objects.count()
        who, typed, to = MOVES.get(move, (set(), {}, ""))
        right = 404 if part not in READERS or move not in MOVES else 403 if part not in who else 302 if state == "asked" else 409
        answer = clients[part].post(f"/extensions/{extension.pk}/{move}/", typed)
        assert answer.status_code == right, (part, move, state)
        extension.refresh_from_db()
        assert extension.state == (to if right == 302 else state), (part, move, state)
        if right == 409:
            assert f"现在是“{extension.get_state_display()}”，不能" in page(answer)
        assert HistoryRow.objects.count() == before + (right == 302)
        put_back(task, extension)
        checked += 1
    assert checked == 16 * 8 * 5 == 640


def put_back(task, extension=None):
    """Let the task have its first due date again, and no extension but this one."""
    Extension.objects.exclude(pk=extension.pk if extension else None).delete()
    task.refresh_from_db()
    task.due = DUE
    task.save()


@pytest.mark.parametrize("part", ["head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin"])
def test_everyone_who_reads_the_task_reads_its_extensions_and_sees_his_own_forms(task, cast, part):
    client = cast.client(part)
    shown = client.get(f"/tasks/{task.pk}/extension/")
    offered = [form.move.name for form in shown.context["page"].forms]
    assert offered == (["ask"] if part in HEADS else ["grant"] if part in LEADERS else [])
    asked(cast, task)
    shown = client.get(f"/tasks/{task.pk}/extension/")
    offered = [form.move.name for form in shown.context["page"].forms]
    assert offered == (["withdraw"] if part in HEADS else ["approve", "refuse"] if part in LEADERS else [])
    assert "10月21日申请延到 2026年11月10日，等领导审定" in page(shown)


def test_nobody_decides_what_he_asked_himself(task, cast):
    Membership.objects.filter(user=cast.head).delete()
    member(cast.deputy, cast.kfb, Membership.Role.HEAD, since=dt.date(2026, 1, 1))
    extension = asked(cast, task, part="deputy")
    Membership.objects.filter(user=cast.deputy).delete()  # no longer the head, and still the one who asked
    assert cast.client("deputy").post(f"/extensions/{extension.pk}/approve/", APPROVED).status_code == 403
    assert cast.client("principal").post(f"/extensions/{extension.pk}/approve/", APPROVED).status_code == 302


def test_a_supporting_department_reads_and_moves_nothing(task, cast):
    task.supporting.add(cast.jjb)
    extension = asked(cast, task)
    for part, move, typed in (("other_head", "withdraw", {}), ("other_deputy", "approve", APPROVED)):
        client = cast.client(part)
        assert client.get(f"/tasks/{task.pk}/extension/").status_code == 200
        assert client.post(f"/extensions/{extension.pk}/{move}/", typed).status_code == 403


def test_the_successor_in_the_portfolio_decides_what_the_other_was_asked(task, cast):
    extension = asked(cast, task, on=dt.date(2026, 10, 19))
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=dt.date(2026, 10, 20))
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfb, valid_from=dt.date(2026, 10, 20))
    assert cast.client("deputy").post(f"/extensions/{extension.pk}/approve/", APPROVED).status_code == 404
    assert cast.client("other_deputy").post(f"/extensions/{extension.pk}/approve/", APPROVED).status_code == 302


def test_a_suspension_waits_and_a_claim_does_not_stand_in_the_way(task, cast):
    extension = asked(cast, task)
    perform(task, "suspend", cast.access("office"), reason="等上级文件")
    answer = cast.client("deputy").post(f"/extensions/{extension.pk}/approve/", APPROVED)
    assert (answer.status_code, "现在是“中止”，延期不用再审定" in page(answer)) == (409, True)
    perform(task, "resume", cast.access("office"))
    perform(task, "claim", cast.access("head"), reason="只差验收")
    assert cast.client("deputy").post(f"/extensions/{extension.pk}/approve/", APPROVED).status_code == 302


def test_a_task_that_is_completed_needs_its_extension_no_more(task, cast):
    extension = asked(cast, task)
    perform(task, "claim", cast.access("head"), reason="只差验收")
    perform(task, "confirm", cast.access("deputy"))
    extension.refresh_from_db()
    assert extension.get_state_display() == "不再需要"
    assert "看延期经过" in page(cast.client("head").get(task.get_absolute_url()))


def test_the_unsigned_are_sent_to_sign_in_and_a_get_on_a_move_is_405(task, cast, client):
    addresses = [f"/tasks/{task.pk}/extension/ask/", f"/extensions/{asked(cast, task).pk}/approve/"]
    for address in [*addresses, "/extensions/", f"/tasks/{task.pk}/extension/"]:
        assert client.get(address).url.startswith("/login/")
    for address, part in itertools.product(addresses, ("head", "stranger")):
        assert cast.client(part).get(address).status_code == 405


# --- The list ------------------------------------------------------------------------------------------------------


def listed(client, query=""):
    answer = client.get(f"/extensions/{query}")
    assert answer.status_code == 200
    return [(row.extension.task.title, row.extension.state) for row in answer.context["list"].rows]


def several(plan, cast):
    """Make a refused one, one that waits long, one that waits since today, and a granted one of another department."""
    rows = {}
    for title, department, head, on in (
        ("不同意的", cast.kfb, "head", TODAY), ("久等的", cast.kfb, "head", dt.date(2026, 10, 14)), ("刚来的", cast.kfb, "head", TODAY),
        ("同意的", cast.jjb, "other_head", TODAY),
    ):  # fmt: skip
        rows[title] = asked(cast, plan.task(department, title=title, due=DUE, state="in_progress"), head, on)
    perform(rows["不同意的"], "refuse", cast.access("deputy"), reason="抓紧办")
    perform(rows["同意的"], "approve", cast.access("other_deputy"), new_due=LATER)
    return rows


def test_those_that_wait_stand_first_with_how_long_and_the_oldest_before_the_others(plan, cast):
    several(plan, cast)
    client = cast.client("office")
    assert listed(client) == [("久等的", "asked"), ("刚来的", "asked"), ("同意的", "granted"), ("不同意的", "refused")]
    shown = page(client.get("/extensions/"))
    for words in ("待审定，已等 7 天", "超过 3 个工作日", "待审定，今天送来", "2026-10-14 康复部主任申请", "2026-10-21 副理事长丙审定", "2026-11-10（申请）"):
        assert words in shown, words
    SupervisionRule.objects.create(valid_from=TODAY, decide_within=9)
    assert "个工作日" not in page(client.get("/extensions/"))


@pytest.mark.parametrize(("query", "titles"), [
    ("?state=asked", ["久等的", "刚来的"]), ("?state=granted", ["同意的"]), ("?department=kfb", ["久等的", "刚来的", "不同意的"]),
    ("?department=jjb&state=asked", []), ("?period=2026H1", []),
])  # fmt: skip
def test_conditions_narrow_the_list_down(plan, cast, query, titles):
    Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    several(plan, cast)
    assert [title for title, _ in listed(cast.client("principal"), query)] == titles


@pytest.mark.parametrize(("query", "field"), [("?state=x", "state"), ("?department=nowhere", "department"), ("?period=2031H1", "period")])
def test_a_condition_that_does_not_exist_is_answered_with_a_sentence_and_the_form(plan, cast, query, field):
    answer = cast.client("office").get(f"/extensions/{query}")
    assert answer.status_code == 404
    assert "<title>错误：" in page(answer)
    assert f'href="#id_{field}"' in page(answer)


SEES = {"head": "kfb", "acting_head": "kfb", "clerk": "kfb", "staff": "kfb", "other_head": "jjb", "kfyy_head": "", "ysa_head": "",
        "deputy": "kfb", "other_deputy": "jjb", "principal": "jjb kfb", "office": "jjb kfb", "plan_admin": "jjb kfb"}  # fmt: skip


def test_who_sees_which_extensions(plan, cast):
    asked(cast, plan.task(cast.kfb, title="kfb", due=DUE, state="in_progress"))
    asked(cast, plan.task(cast.jjb, title="jjb", due=DUE, state="in_progress"), "other_head")
    for part in cast.everyone():
        answer = cast.client(part).get("/extensions/")
        assert answer.status_code == (200 if part in SEES else 403), part
        if part in SEES:
            assert sorted(row.extension.task.title for row in answer.context["list"].rows) == SEES[part].split(), part


def test_an_empty_list_says_why_and_leads_on(plan, cast):
    client = cast.client("head")
    assert "还没有延期" in page(client.get("/extensions/"))
    assert "没有符合条件的延期" in page(client.get("/extensions/?state=asked"))
    assert 'href="/extensions/?period=2026H2"' in page(client.get("/tasks/"))


def test_without_a_period_the_page_says_so(cast):
    assert "还没有进行中的半年" in page(cast.client("office").get("/extensions/"))


def fill(plan, cast, number):
    """Make so many departments more, each with a task whose extension waits."""
    have = Department.objects.count()
    departments = Department.objects.bulk_create(Department(code=f"x{n}", name=f"单位{n}", order=n) for n in range(have, have + number))
    facts = {"period": plan.period, "goal": plan.goals[2], "start": dt.date(2026, 7, 1), "due": DUE, "state": "in_progress"}
    tasks = Task.objects.bulk_create(Task(department=department, title="任务", **facts) for department in departments)
    Extension.objects.bulk_create(
        Extension(task=task, state="asked", old_due=DUE, asked_due=LATER, reason="理由", standing="进展", asked_by=cast.head, asked_on=TODAY) for task in tasks
    )


def test_the_list_costs_the_same_at_200_departments_as_at_20_and_is_paged(plan, cast, django_assert_max_num_queries):
    client, seen = cast.client("office"), []
    for number in (20, 180):
        fill(plan, cast, number)
        client.get("/extensions/")
        with django_assert_max_num_queries(16) as queries:
            answer = client.get("/extensions/")
        seen.append(len(queries))
    assert seen[0] == seen[1]
    assert len(answer.context["list"].rows) == 50
    assert 'href="?period=2026H2&amp;page=4"' in page(answer)
    assert len(client.get("/extensions/?page=4").context["list"].rows) == 50


def test_the_page_of_one_costs_the_same_however_often_it_was_asked(task, cast, django_assert_max_num_queries):
    client, seen = cast.client("deputy"), []
    for _ in range(2):
        for _ in range(5):
            perform(asked(cast, task), "refuse", cast.access("deputy"), reason="抓紧办")
        for address in (f"/tasks/{task.pk}/extension/", f"/tasks/{task.pk}/"):
            client.get(address)
            with django_assert_max_num_queries(26) as queries:
                client.get(address)
            seen.append(len(queries))
    assert seen[:2] == seen[2:]


# --- A further remark on a claim -----------------------------------------------------------------------------------


def test_a_further_remark_is_shown_to_the_department_as_the_leaders_words(task, cast):
    perform(task, "claim", cast.access("head"), reason="只差验收")
    perform(task, "confirm", cast.access("deputy"), reason="同意，台账再补两份")
    shown = page(cast.client("clerk").get(task.get_absolute_url()))
    assert "10月21日领导提出意见，还没有办结" in shown
    assert "副理事长乙（副理事长）：“同意，台账再补两份”" in shown
    assert "不用重新申请" in shown
    assert "提出意见，暂不办结" in shown  # in the timeline
    perform(task, "send_back", cast.access("deputy"), reason="台账还是不全")
    shown = page(cast.client("clerk").get(task.get_absolute_url()))
    assert "领导提出意见，还没有办结" not in shown
    assert "副理事长乙（副理事长）：“台账还是不全”" in shown
