"""The ledger in the admin: who sees what, why a letter failed, and sending one again on purpose."""

import datetime as dt

import pytest
from django.urls import reverse

from departments.testing import TODAY
from federation_tasks.digests.models import Letter
from federation_tasks.digests.sending import send_due

LATE = TODAY - dt.timedelta(days=3)


@pytest.fixture
def failed(plan, cast, sink, send_round):
    """A letter that the mail server refused, among two that it took."""
    for department in (cast.kfb, cast.jjb):
        plan.task(department, title="要紧的", due=LATE)
    sink.answer = lambda address, _n: "550 no such mailbox" if address.startswith("other") else "250 OK"
    return send_round()[cast.other_deputy]


def page(cast, part, name, *args):
    """Open one of the admin's pages as one of the cast."""
    return cast.client(part).get(reverse(f"admin:digests_letter_{name}", args=args))


def test_a_failure_stands_there_with_its_reason(failed, cast):
    answer = cast.client("system_admin").get(reverse("admin:digests_letter_changelist"), {"state__exact": "failed"}).content.decode()
    assert "收信地址不存在或被拒收" in answer
    assert answer.count("ot***@example.test") == 1
    assert "550 no such mailbox" in page(cast, "system_admin", "change", failed.pk).content.decode()


def test_what_a_letter_says_is_for_those_who_may_read_tasks(failed, cast):
    assert "要紧的" in page(cast, "plan_admin", "change", failed.pk).content.decode()
    assert "要紧的" not in page(cast, "system_admin", "change", failed.pk).content.decode()


def test_it_is_nobody_elses(failed, cast):
    seen = {part: page(cast, part, "changelist").status_code for part in cast.everyone()}
    assert {part for part, status in seen.items() if status == 200} == {"system_admin", "plan_admin"}


def test_a_resend_is_a_letter_of_its_own_with_the_same_words(failed, cast, sink):
    sink.answer = lambda _address, _n: "250 OK"
    data = {"action": "send_again", "_selected_action": [failed.pk]}
    cast.client("system_admin").post(reverse("admin:digests_letter_changelist"), data)
    again = Letter.objects.latest("pk")
    assert (again.text, again.recipient, again.day) == (failed.text, failed.recipient, failed.day)
    assert again.key != failed.key
    assert again.message_id != failed.message_id
    assert send_due() == 1
    assert [letter.message_id for letter in sink.of("other-deputy@example.test")] == [again.message_id]
    assert Letter.objects.get(pk=failed.pk).state == "failed"
    assert Letter.objects.before(TODAY + dt.timedelta(days=1), failed.leader).pk == again.pk


def test_what_said_nothing_is_not_sent_again(plan, cast, send_round, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    silent = send_round()[cast.deputy]
    answer = cast.client("plan_admin").post(reverse("admin:digests_letter_changelist"), {"action": "send_again", "_selected_action": [silent.pk]}, follow=True)
    assert "没有重发" in answer.content.decode()
    assert Letter.objects.count() == 3


def test_nobody_edits_adds_or_deletes_a_letter(failed, cast):
    for part in ("system_admin", "plan_admin"):
        client = cast.client(part)
        assert client.get(reverse("admin:digests_letter_add")).status_code == 403
        assert client.post(reverse("admin:digests_letter_change", args=[failed.pk]), {"state": "sent"}).status_code == 403
        assert client.post(reverse("admin:digests_letter_delete", args=[failed.pk])).status_code == 403
    assert Letter.objects.get(pk=failed.pk).state == "failed"
