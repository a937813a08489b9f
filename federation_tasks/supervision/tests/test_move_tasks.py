"""Every move of a task, from every state, by everyone, over HTTP (domain.md, A task's life; Answers over HTTP).

The expected answers stand here as a table of their own, written from domain.md, so that the table of moves is checked and not repeated.
"""

import datetime as dt
import itertools

import pytest
import time_machine
from django.http import QueryDict

from departments.testing import TODAY
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import TaskState as S
from federation_tasks.workflow.models import HistoryRow

UNFINISHED = {S.ASSIGNED, S.ACKNOWLEDGED, S.IN_PROGRESS, S.CLAIMED}
HEADS, LEADERS, OFFICE = {"head", "acting_head"}, {"deputy", "principal"}, {"office"}
READERS = HEADS | LEADERS | OFFICE | {"clerk", "staff", "plan_admin"}
EXPECTED = {  # move: (who may, from which states, where to)
    "acknowledge": (HEADS, {S.ASSIGNED}, S.ACKNOWLEDGED),
    "claim": (HEADS, {S.ACKNOWLEDGED, S.IN_PROGRESS}, S.CLAIMED),
    "confirm": (LEADERS, {S.CLAIMED}, S.COMPLETED),
    "send_back": (LEADERS, {S.CLAIMED}, S.IN_PROGRESS),
    "suspend": (OFFICE, UNFINISHED, S.SUSPENDED),
    "resume": (OFFICE, {S.SUSPENDED}, S.IN_PROGRESS),
}
NO_BUTTON = ["begin", "carry_over", "remark", "delete"]
SAID = {"confirm": "同意。"}  # any further remark would keep the task open
DATES = {"claimed_on": TODAY, "completed_on": TODAY, "state_before": S.IN_PROGRESS}


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def expected(part, move, state):
    who, sources, _ = EXPECTED.get(move, (set(), set(), None))
    if part not in READERS or move not in EXPECTED:
        return 404
    if part not in who:
        return 403
    return 302 if state in sources else 409


@pytest.mark.once
def test_every_state_and_move_and_person(plan, cast):
    clients = {part: cast.client(part) for part in cast.everyone()}
    task = plan.task(cast.kfb)
    checked = 0
    for part, move, state in itertools.product(clients, [*EXPECTED, *NO_BUTTON], S):
        Task.objects.filter(pk=task.pk).update(state=state, **DATES)
        before = HistoryRow.objects.count()
        answer = clients[part].post(f"/tasks/{task.pk}/{move}/", {f"{move}-reason": SAID.get(move, "理由")})
        case = (part, move, state.value)
        assert answer.status_code == expected(*case[:2], state), case
        now = Task.objects.values_list("state", flat=True).get(pk=task.pk)
        if answer.status_code == 302:
            assert now == EXPECTED[move][2], case
            assert HistoryRow.objects.count() == before + 1, case
        else:
            assert (now, HistoryRow.objects.count()) == (state, before), case
        if answer.status_code == 409:
            assert f"现在是“{state.label}”" in answer.content.decode(), case
        checked += 1
    assert checked == 16 * 10 * 7 == 1120  # people x moves, four of them without a button, x states


def test_a_get_on_a_move_is_405_whoever_asks(plan, cast):
    task = plan.task(cast.kfb)
    for part, move in itertools.product(["head", "stranger"], [*EXPECTED, "updates"]):
        assert cast.client(part).get(f"/tasks/{task.pk}/{move}/").status_code == 405


def test_the_unsigned_are_sent_to_sign_in(plan, cast, client):
    task = plan.task(cast.kfb)
    for method, move in itertools.product([client.get, client.post], EXPECTED):
        answer = method(f"/tasks/{task.pk}/{move}/")
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize(("state", "part", "buttons"), [
    (S.ASSIGNED, "head", ["签收"]), (S.ASSIGNED, "clerk", []), (S.IN_PROGRESS, "acting_head", ["申请办结"]), (S.CLAIMED, "head", []),
    (S.CLAIMED, "deputy", ["确认办结", "退回办结申请"]), (S.CLAIMED, "office", ["中止"]), (S.SUSPENDED, "office", ["恢复办理"]),
    (S.COMPLETED, "principal", []), (S.CARRIED_OVER, "office", []),
])  # fmt: skip
def test_the_page_offers_the_moves_that_are_open(plan, cast, state, part, buttons):
    task = plan.task(cast.kfb)
    Task.objects.filter(pk=task.pk).update(state=state, **DATES)
    page = cast.client(part).get(f"/tasks/{task.pk}/")
    assert [form.move.label for form in page.context["page"].moves] == buttons


@pytest.mark.parametrize(("move", "state", "part"), [("send_back", S.CLAIMED, "deputy"), ("suspend", S.ASSIGNED, "office"), ("claim", S.IN_PROGRESS, "head")])
def test_without_its_reason_a_move_is_refused_at_the_field(plan, cast, move, state, part):
    task = plan.task(cast.kfb)  # at 70 %, so that a claim needs a reason too
    Task.objects.filter(pk=task.pk).update(state=state, **DATES)
    answer = cast.client(part).post(f"/tasks/{task.pk}/{move}/", {f"{move}-reason": "  "})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>错误：" in page
    assert f'<a href="#id_{move}-reason">请写明' in page
    assert f'id="id_{move}-reason_error"' in page
    task.refresh_from_db()
    assert task.state == state


def test_a_reason_too_long_is_refused_and_kept(plan, cast):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY)
    answer = cast.client("deputy").post(f"/tasks/{task.pk}/send_back/", {"send_back-reason": "长" * 2001})
    assert "长" * 2001 in answer.content.decode()
    assert HistoryRow.objects.count() == 0


def test_a_claim_at_100_needs_no_reason(plan, cast):
    task = plan.task(cast.kfb, state="in_progress", progress=100)
    assert cast.client("head").post(f"/tasks/{task.pk}/claim/").status_code == 302
    task.refresh_from_db()
    assert (task.state, task.claimed_on, task.claimed_by) == (S.CLAIMED, TODAY, cast.head)


def test_a_reason_that_became_necessary_meanwhile_is_asked_for(plan, cast):
    from federation_tasks.supervision.moves import TASK_MOVES
    from federation_tasks.workflow.forms import MoveForm

    task = plan.task(cast.kfb, state="in_progress", progress=100)
    form = MoveForm(TASK_MOVES["claim"], task, cast.access("head"), QueryDict())
    Task.objects.get(pk=task.pk)  # another browser
    other = Task.objects.get(pk=task.pk)
    other.progress = 60
    other.save()
    assert not form.make()
    assert form.summary == [("id_claim-reason", "请写明进度不到 100% 就申请办结的理由，再申请办结。")]


def test_sending_back_clears_the_claim_and_keeps_the_words(plan, cast):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY, claimed_by=cast.head)
    page = cast.client("deputy").post(f"/tasks/{task.pk}/send_back/", {"send_back-reason": "台账不全，补齐后再报"}, follow=True).content.decode()
    assert "已退回办结申请。" in page
    assert page.count("台账不全，补齐后再报") == 2  # the note above, and the timeline
    task.refresh_from_db()
    assert (task.state, task.claimed_on, task.claimed_by) == (S.IN_PROGRESS, None, None)


def test_nobody_confirms_his_own_claim(plan, cast):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY, claimed_by=cast.deputy)
    assert cast.client("deputy").post(f"/tasks/{task.pk}/confirm/").status_code == 403
    assert cast.client("principal").post(f"/tasks/{task.pk}/confirm/").status_code == 302


def test_resuming_an_overdue_task_warns_that_it_is_red_at_once(plan, cast):
    overdue, in_time = (plan.task(cast.kfb, state="suspended", state_before="assigned", **due) for due in ({"due": dt.date(2026, 10, 20)}, {}))
    office = cast.client("office")
    warning = "任务一恢复就是逾期的"
    assert warning in office.post(f"/tasks/{overdue.pk}/resume/", follow=True).content.decode()
    assert warning not in office.post(f"/tasks/{in_time.pk}/resume/", follow=True).content.decode()
    overdue.refresh_from_db()
    assert (overdue.state, str(overdue.due)) == (S.ASSIGNED, "2026-10-20")


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_nothing_moves_in_a_period_that_is_not_open(plan, cast, state):
    task = plan.task(cast.kfb)
    plan.period.state = state
    plan.period.save()
    answer = cast.client("head").post(f"/tasks/{task.pk}/acknowledge/")
    assert answer.status_code == 409
    assert "任务不能再变动" in answer.content.decode()


def test_the_409_page_gives_back_what_was_typed_and_leads_to_the_task(plan, cast):
    task = plan.task(cast.kfb, state="completed", completed_on=TODAY)
    page = cast.client("deputy").post(f"/tasks/{task.pk}/send_back/", {"send_back-reason": "写了很久的一段话"}).content.decode()
    assert "写了很久的一段话" in page
    assert f'href="/tasks/{task.pk}/"' in page


@pytest.mark.parametrize("agreed", ["", "同意", " 同意。", "同意办结！"])
def test_agreement_alone_completes_the_task(plan, cast, agreed):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY, claimed_by=cast.head)
    cast.client("deputy").post(f"/tasks/{task.pk}/confirm/", {"confirm-reason": agreed})
    task.refresh_from_db()
    assert task.state == S.COMPLETED


def test_any_further_remark_keeps_the_task_open_and_the_claim_with_its_day(plan, cast):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY, claimed_by=cast.head)
    page = cast.client("deputy").post(f"/tasks/{task.pk}/confirm/", {"confirm-reason": "同意，台账再补两份"}, follow=True).content.decode()
    task.refresh_from_db()
    assert (task.state, task.claimed_on, task.completed_on) == (S.CLAIMED, TODAY, None)
    row = HistoryRow.objects.of(task).get()
    assert (row.move, row.from_state, row.to_state, row.reason) == ("remark", "claimed", "claimed", "同意，台账再补两份")
    assert "所以事情没有了结" in page
    assert "同意，台账再补两份" in cast.client("head").get(f"/tasks/{task.pk}/").content.decode()
    assert "领导有意见，接着办（1）" in cast.client("head").get("/").content.decode()
