"""Sending over real SMTP: one letter's trouble is its own, what is tried again is the same letter, nothing is sent twice."""

import datetime as dt

import pytest
from django.utils import timezone

from departments.models import User
from departments.testing import TODAY, leader
from federation_tasks.digests import ledger, planning
from federation_tasks.digests.models import Letter, LetterTry
from federation_tasks.digests.sending import send_due
from federation_tasks.digests.testing import DROP, HANG, free_port, running

LATE = TODAY - dt.timedelta(days=3)
DEPUTY, OTHER, PRINCIPAL = "deputy@example.test", "other-deputy@example.test", "principal@example.test"


@pytest.fixture
def day(plan, cast):
    """A day on which each of the three leaders has something overdue."""
    for department in (cast.kfb, cast.jjb):
        plan.task(department, due=LATE)
    planning.plan_digests(TODAY)
    return TODAY


def later(minutes):
    """Let time go by for the ledger: what waits is due, what was held is free."""
    for letter in Letter.objects.all():
        letter.next_try_at -= dt.timedelta(minutes=minutes)
        letter.lease_until = letter.lease_until and letter.lease_until - dt.timedelta(minutes=minutes)
        letter.save()


def test_each_leader_gets_one_letter_over_one_connection(day, sink):
    assert send_due() == 3
    assert sorted(letter.to for letter in sink.received) == [DEPUTY, OTHER, PRINCIPAL]
    assert sink.connections == 1
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert send_due() == 0


def test_a_letter_names_itself_and_its_kind_and_has_a_text_part_first(day, sink):
    send_due()
    [received] = sink.of(DEPUTY)
    row = Letter.objects.get(recipient__username="deputy")
    assert received.message_id == row.message_id
    assert received.key == f"overdue-digest:{row.key}"
    assert received.message["List-Id"] == "<overdue-digest.127.0.0.1>"
    assert [part.get_content_type() for part in received.message.iter_parts()] == ["text/plain", "text/html"]
    assert received.message.get_body(("plain",)).get_content().splitlines() == row.text.splitlines()
    assert received.message["Subject"] == row.subject


def test_one_refusal_for_good_is_shown_with_its_reason_and_delays_no_other(day, sink):
    sink.answer = lambda address, _n: "550 5.1.1 no such mailbox" if address == OTHER else "250 OK"
    assert send_due() == 2
    failed = Letter.objects.get(state="failed")
    assert failed.recipient.email == OTHER
    assert failed.reason == "收信地址不存在或被拒收（服务器答复 550 5.1.1 no such mailbox）"
    later(minutes=60)
    assert send_due() == 0
    assert sink.tries[OTHER] == 1


@pytest.mark.parametrize("trouble", ["451 4.3.0 try later", "421 4.3.2 closing", DROP, HANG])
def test_what_may_pass_is_tried_again_as_the_same_letter(day, sink, trouble):
    sink.answer = lambda address, n: trouble if address == DEPUTY and n == 1 else "250 OK"
    assert send_due() == 2
    waiting = Letter.objects.get(recipient__username="deputy")
    assert waiting.state == "planned"
    assert waiting.status.startswith("第 1 次没有发出")
    assert send_due() == 0  # not before its time
    later(minutes=1)
    assert send_due() == 1
    assert [letter.message_id for letter in sink.of(DEPUTY)] == [waiting.message_id]
    assert list(LetterTry.objects.filter(letter=waiting).order_by("pk").values_list("is_accepted", flat=True)) == [False, True]
    assert len(sink.received) == 3


def test_tries_come_further_apart(day, sink):
    sink.answer = lambda _address, _n: "451 later"
    waits = []
    for _ in range(8):
        before = timezone.now()
        send_due()
        waits.append(round((Letter.objects.first().next_try_at - before).total_seconds() / 60))
        later(minutes=31)
    assert waits == [1, 2, 5, 10, 20, 30, 30, 30]


def test_a_server_that_is_away_costs_one_knock_and_no_letter(day, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert send_due() == 0
    assert {row.state for row in Letter.objects.all()} == {"planned"}
    assert all(row.reason.startswith("连不上邮件服务器") for row in Letter.objects.all())
    later(minutes=1)
    from federation_tasks.digests.testing import Sink

    with running(Sink(), settings.EMAIL_PORT) as sink:
        assert send_due() == 3
    assert len(sink.received) == 3


def test_content_is_frozen_when_a_letter_is_first_taken_in_hand(day, plan, cast, sink):
    sink.answer = lambda address, n: "451 later" if n == 1 else "250 OK"
    send_due()
    said = Letter.objects.get(recipient__username="deputy").text
    plan.task(cast.kfb, title="后来才有的", due=LATE)
    later(minutes=1)
    send_due()
    [received] = sink.of(DEPUTY)
    assert "后来才有的" not in said
    assert received.message.get_body(("plain",)).get_content().splitlines() == said.splitlines()


def test_a_letter_without_an_address_is_shown_as_failed_with_the_reason(day, cast, sink):
    User.objects.filter(pk=cast.deputy.pk).update(email="")
    assert send_due() == 2
    assert "没有电子邮箱" in Letter.objects.get(state="failed").reason


def test_a_leader_with_nothing_to_tell_gets_a_silent_row_and_no_letter(plan, cast, sink):
    plan.task(cast.kfb, due=TODAY + dt.timedelta(days=3), progress=100)
    planning.plan_digests(TODAY)
    assert send_due() == 0
    assert set(Letter.objects.values_list("state", flat=True)) == {"silent"}
    assert sink.connections == 0


def test_a_letter_that_cannot_be_written_delays_no_other(day, cast, sink):
    broken = Letter.objects.get(recipient=cast.deputy)
    broken.leader = None
    broken.save()
    assert send_due() == 2
    assert Letter.objects.get(pk=broken.pk).state == "planned"


def test_what_another_holds_is_left_alone_until_its_lease_ends(day, sink):
    held = ledger.claim(timezone.now())
    assert len(held.letters) == 3
    assert send_due() == 0
    later(minutes=60)
    assert send_due() == 3


def test_a_try_that_was_cut_off_says_so_and_the_same_letter_goes_again(day, sink):
    [first, *_] = ledger.claim(timezone.now()).letters
    ledger.begin_try(first)
    later(minutes=60)
    send_due()
    answers = list(LetterTry.objects.filter(letter=first).order_by("pk").values_list("answer", flat=True))
    assert answers == [ledger.CUT_OFF, "已接收"]
    assert Letter.objects.get(pk=first.pk).message_id == first.message_id


def test_who_lost_a_letter_cannot_put_it_back_but_its_acceptance_counts(day):
    old = ledger.claim(timezone.now())
    later(minutes=60)
    new = ledger.claim(timezone.now())
    assert len(new.letters) == 3
    ledger.postpone(old.letters[0], None, "迟到")
    assert Letter.objects.get(pk=old.letters[0].pk).state == "claimed"
    ledger.accepted(old.letters[0], ledger.begin_try(old.letters[0]), "250")
    assert Letter.objects.get(pk=old.letters[0].pk).state == "sent"


def test_a_long_batch_keeps_its_lease(day, settings):
    batch = ledger.claim(timezone.now())
    settings.LETTER_LEASE_SECONDS = 120
    nearly_over = batch.until - dt.timedelta(seconds=10)
    assert batch.keep(batch.letters[0], nearly_over)
    assert batch.until == nearly_over + dt.timedelta(seconds=120)
    assert set(Letter.objects.values_list("lease_until", flat=True)) == {batch.until}


def test_a_digest_is_not_sent_after_its_day(day, sink):
    Letter.objects.update(expires_at=timezone.now())
    assert send_due() == 0
    assert {row.reason for row in Letter.objects.all()} == {ledger.OUTDATED}


def test_ten_days_of_a_full_mailbox_leave_ten_visible_failures_and_no_queue(plan, cast, sink):
    plan.task(cast.jjb, due=LATE)
    sink.answer = lambda address, _n: "552 5.2.2 mailbox full" if address == OTHER else "250 OK"
    for n in range(10):
        planning.plan_digests(TODAY + dt.timedelta(days=n))
        send_due()
    assert Letter.objects.filter(state="failed", recipient=cast.other_deputy).count() == 10
    assert not Letter.objects.exclude(state__in=["failed", "sent", "silent"]).exists()


@pytest.mark.parametrize("people", [3, 30])
def test_queries_for_a_letter_do_not_grow_with_the_batch(plan, cast, sink, django_assert_max_num_queries, people):
    from departments.models import Department, Leader
    from departments.testing import person

    for n in range(people):
        department = Department.objects.create(code=f"d{n}", name=f"单位{n}", order=20 + n)
        leader(person(f"leader{n}"), Leader.Rank.DEPUTY, department, order=9)
        plan.task(department, due=LATE)
    with django_assert_max_num_queries(2):
        planning.plan_digests(TODAY)
    with django_assert_max_num_queries(15 + 24 * (people + 3)):  # 15 for the batch, at most 24 for a letter
        send_due()
    assert len(sink.received) == people + 1
