"""The letter of an urge (催办通知): one to each who answers for the department, planned from the database, sent once, and not at all when it is no news."""

import datetime as dt

import pytest

from departments.models import Department, Membership, User
from departments.testing import TODAY, member, person
from federation_tasks.digests import ledger, tasks
from federation_tasks.digests.models import Letter
from federation_tasks.digests.resending import resend
from federation_tasks.digests.sending import send_due
from federation_tasks.digests.urges import plan_urge_letters
from federation_tasks.plan.models import ReportDuty
from federation_tasks.supervision.candidates import chosen
from federation_tasks.supervision.models import Escalation, Urge
from federation_tasks.supervision.urgeable import Day
from federation_tasks.supervision.urging import Wanted, send
from federation_tasks.workflow.moves import perform

LATE = TODAY - dt.timedelta(days=10)
HEAD, ACTING, OTHER = "head@example.test", "acting-head@example.test", "other-head@example.test"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(4), dt.UTC))


@pytest.fixture
def urge(cast):
    """Return a function by which the office urges tasks in one step; it returns the notice."""

    def urge_them(*rows, note="请周五前办完", on=TODAY):
        keys = tuple(f"{'duty' if isinstance(row, ReportDuty) else 'task'}-{row.pk}" for row in rows)
        seen = {one.key: len(one.urges) for one in chosen(keys, Day(on))}
        return send(Wanted(keys, note, dict.fromkeys(keys, "blue"), seen), cast.access("office", on))

    return urge_them


@pytest.fixture
def late(plan, cast):
    return [plan.task(department, title=title, due=LATE, state="in_progress") for department, title in ((cast.kfb, "甲"), (cast.kfb, "乙"), (cast.jjb, "丙"))]


def test_each_who_answers_for_a_department_gets_one_letter_however_often_it_is_planned(late, urge, cast, sink):
    notice = urge(*late)
    assert plan_urge_letters(TODAY) == 3
    assert plan_urge_letters(TODAY) == 0
    assert set(Letter.objects.values_list("key", flat=True)) == {
        f"{notice.pk}:{cast.kfb.pk}:{cast.head.pk}", f"{notice.pk}:{cast.kfb.pk}:{cast.acting_head.pk}", f"{notice.pk}:{cast.jjb.pk}:{cast.other_head.pk}",
    }  # fmt: skip
    assert send_due() == 3
    assert sorted(letter.to for letter in sink.received) == [ACTING, HEAD, OTHER]
    assert send_due() == 0


def test_the_letter_says_the_offices_words_the_stage_and_where_to_answer(late, urge, cast, sink, settings):
    notice = urge(late[0], late[1], ReportDuty.objects.get(department=cast.kfb), note="== 抓紧 ==\n1. 周五前\n")
    plan_urge_letters(TODAY)
    send_due()
    [received] = sink.of(HEAD)
    text = received.message.get_body(("plain",)).get_content()
    assert [part.get_content_type() for part in received.message.iter_parts()] == ["text/plain", "text/html"]
    assert received.message["Subject"] == "【催办 · 蓝色提示】康复部 3 件 · 10月21日"
    assert received.message["List-Id"] == "<urge.127.0.0.1>"
    assert received.key.startswith(f"urge:{notice.pk}:")
    for row in notice.urges.all():
        assert f"{settings.SITE_URL}/urges/{row.pk}/" in text
    for words in ("康复部主任：10月21日办公室（督查）催办康复部 3 件", "■ 蓝色提示 甲", "催办时逾期 10 天", "2026年下半年工作汇报", "周五前", "怎么回应"):
        assert words in text
    html = received.message.get_body(("html",)).get_content()
    assert "== 抓紧 ==" in html
    page = cast.client("head").get(Letter.objects.get(recipient=cast.head).get_absolute_url()).content.decode()
    assert page.count("<h2>") == 3  # the office's words make no heading of their own


def test_the_sweep_plans_and_sends_what_was_urged_and_a_ring_does_so_at_once(late, urge, cast, sink, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(tasks.ring, "delay", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        urge(*late)
    assert rung == [1]  # one for the notice, not one for each thing
    assert not Letter.objects.exists()  # the bell says "look": the worker plans from the database
    tasks.look()
    tasks.look()
    assert sorted(letter.to for letter in sink.received if letter.key.startswith("urge:")) == [ACTING, HEAD, OTHER]


@pytest.mark.parametrize(("minute", "steps"), [(0, 3), (9, 0), (50, 3)])
def test_every_ten_minutes_the_sweep_takes_what_stays_overdue_a_step_up_after_the_letters(late, sink, time_machine, minute, steps):
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(4, minute), dt.UTC))
    for _ in range(2):
        tasks.sweep.apply(throw=True)
    assert Escalation.objects.count() == steps


def test_a_bell_that_does_not_ring_costs_the_office_nothing(late, urge, monkeypatch, django_capture_on_commit_callbacks):
    def broken():
        raise OSError("no broker")

    monkeypatch.setattr(tasks.ring, "delay", broken)
    with django_capture_on_commit_callbacks(execute=True):
        urge(*late)
    assert plan_urge_letters(TODAY) == 3


@pytest.mark.parametrize("end", ["withdraw", "answer", "claim"])
def test_what_was_withdrawn_answered_or_done_before_its_letter_went_is_not_written(late, urge, cast, sink, end):
    urge(late[2])
    plan_urge_letters(TODAY)
    if end == "claim":
        perform(late[2], "claim", cast.access("other_head"), reason="差一点")
    else:
        perform(Urge.objects.get(), end, cast.access("office" if end == "withdraw" else "other_head"), reason="理由")
    assert send_due() == 0
    assert Letter.objects.get().state == "silent"
    assert sink.connections == 0
    assert plan_urge_letters(TODAY) == 0


def test_a_letter_that_is_tried_again_after_its_urge_was_withdrawn_is_not_sent(late, urge, cast, sink):
    urge(late[2])
    plan_urge_letters(TODAY)
    sink.answer = lambda _address, n: "451 later" if n == 1 else "250 OK"
    assert send_due() == 0
    assert Letter.objects.get().is_frozen
    perform(Urge.objects.get(), "withdraw", cast.access("office"), reason="催错了")
    Letter.objects.update(next_try_at=dt.datetime.now(dt.UTC))
    assert send_due() == 0
    assert Letter.objects.get().state == "silent"
    assert sink.received == []


def test_content_is_frozen_when_it_is_first_taken_in_hand(late, urge, cast, sink):
    urge(*late[:2])
    plan_urge_letters(TODAY)
    sink.answer = lambda _address, n: "451 later" if n == 1 else "250 OK"
    send_due()
    perform(Urge.objects.filter(task=late[0]).get(), "answer", cast.access("head"), reason="周四")
    Letter.objects.update(next_try_at=dt.datetime.now(dt.UTC))
    assert send_due() == 2
    assert "甲" in sink.of(HEAD)[0].message.get_body(("plain",)).get_content()


def test_a_department_without_a_head_gets_its_letter_once_it_has_one(plan, cast, urge, sink):
    empty = Department.objects.create(code="empty", name="空缺部", order=99)
    urge(plan.task(empty, due=LATE, state="in_progress"))
    assert plan_urge_letters(TODAY) == 0
    member(person("new-head"), empty, Membership.Role.HEAD, since=TODAY)
    assert plan_urge_letters(TODAY) == 1


def test_clerks_staff_and_former_heads_get_none(late, urge, cast, sink):
    User.objects.filter(pk=cast.acting_head.pk).update(is_active=False)
    urge(late[0])
    plan_urge_letters(TODAY)
    assert [letter.recipient for letter in Letter.objects.all()] == [cast.head]


def test_an_urge_that_is_a_week_old_has_no_letter_any_more(late, urge):
    urge(late[0])
    assert plan_urge_letters(TODAY + dt.timedelta(days=8)) == 0
    assert plan_urge_letters(TODAY + dt.timedelta(days=7)) == 2


def test_what_could_not_be_sent_for_a_week_is_given_up_with_the_reason(late, urge, time_machine):
    urge(late[2])
    plan_urge_letters(TODAY)
    time_machine.move_to(dt.datetime.combine(TODAY + dt.timedelta(days=9), dt.time(4), dt.UTC))
    assert send_due() == 0
    assert Letter.objects.get().reason == ledger.URGE_OUTDATED


def test_while_letters_are_paused_none_is_planned(late, urge, settings):
    settings.DIGESTS_PAUSED = True
    urge(late[0])
    tasks.look()
    assert not Letter.objects.exists()


def test_a_letter_is_sent_again_on_purpose_with_a_key_of_its_own(late, urge, cast, sink):
    urge(late[2])
    plan_urge_letters(TODAY)
    send_due()
    assert resend(Letter.objects.all()) == (1, 0)
    assert send_due() == 1
    assert len({letter.key for letter in sink.of(OTHER)}) == 2
    assert plan_urge_letters(TODAY) == 0


def test_a_head_reads_the_letters_that_he_was_sent_and_nobody_else_does(late, urge, cast, sink):
    urge(late[2])
    plan_urge_letters(TODAY)
    send_due()
    letter = Letter.objects.get()
    client = cast.client("other_head")
    page = client.get("/digests/").content.decode()
    assert letter.subject in page
    assert "/digests/preview/" not in page
    assert client.get(letter.get_absolute_url()).status_code == 200
    assert cast.client("head").get(letter.get_absolute_url()).status_code == 404
    assert letter.subject not in cast.client("head").get("/digests/").content.decode()
    Membership.objects.filter(user=cast.other_head).update(valid_to=TODAY)
    assert client.get("/digests/").status_code == 404
    assert client.get(letter.get_absolute_url()).status_code == 200  # his own, whatever he is by now


def test_planning_asks_as_little_for_two_hundred_departments(plan, cast, urge, django_assert_max_num_queries):
    departments = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=20 + n) for n in range(200))
    Membership.objects.bulk_create(Membership(user=cast.head, department=row, role="head", valid_from=LATE) for row in departments)
    urge(*[plan.task(row, due=LATE, state="in_progress") for row in departments])
    with django_assert_max_num_queries(8):
        assert plan_urge_letters(TODAY) == 200
    with django_assert_max_num_queries(2):
        assert plan_urge_letters(TODAY) == 0
