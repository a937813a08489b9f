"""A leader's own letters and the preview of today's; to everyone else these pages do not exist (contract.md, Addresses)."""

import datetime as dt

import pytest
from django.urls import reverse

from departments.testing import TODAY
from federation_tasks.digests.models import Letter
from federation_tasks.digests.reading import Passage, parts_of

LATE = TODAY - dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def noon(time_machine, settings):
    """Stand at noon of the day, with letters kept in Django's own outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(4), dt.UTC))


def test_a_leader_finds_what_he_was_sent_in_its_own_words(plan, cast, send_round):
    task = plan.task(cast.kfb, title="要紧的", due=LATE)
    letter = send_round()[cast.deputy]
    task.title = "改过的"
    task.save()
    client = cast.client("deputy")
    page = client.get(reverse("digests:letters")).content.decode()
    assert letter.subject in page
    assert "12:00 已发出" in page
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "要紧的" in page
    assert "改过的" not in page


def test_a_letter_that_did_not_arrive_can_be_read_and_says_why(plan, cast, send_round):
    plan.task(cast.kfb, due=LATE)
    letter = send_round()[cast.deputy]
    Letter.objects.filter(pk=letter.pk).update(state="failed", reason="收信人的邮箱满了", sent_at=None)
    assert "没有发出：收信人的邮箱满了" in cast.client("deputy").get(reverse("digests:letters")).content.decode()


def test_nobody_reads_anothers_letter(plan, cast, send_round):
    plan.task(cast.kfb, due=LATE)
    letter = send_round()[cast.deputy]
    assert cast.client("principal").get(letter.get_absolute_url()).status_code == 404
    assert letter.subject not in cast.client("other_deputy").get(reverse("digests:letters")).content.decode()


def test_the_preview_says_what_would_be_sent_and_leaves_no_row(plan, cast):
    plan.task(cast.kfb, title="要紧的", due=LATE)
    page = cast.client("deputy").get(reverse("digests:preview")).content.decode()
    assert "要紧的" in page
    assert "还没有发出" in page
    assert not Letter.objects.exists()


def test_the_preview_leads_to_the_letter_once_it_was_sent(plan, cast, send_round):
    plan.task(cast.kfb, due=LATE)
    letter = send_round()[cast.deputy]
    assert f'href="{letter.get_absolute_url()}"' in cast.client("deputy").get(reverse("digests:preview")).content.decode()


LEADERS = {"deputy", "other_deputy", "principal"}
HEADS = {"head", "acting_head", "other_head", "kfyy_head", "ysa_head"}


@pytest.mark.parametrize(("name", "readers"), [("digests:letters", LEADERS | HEADS), ("digests:preview", LEADERS)])
def test_these_pages_are_for_those_who_are_written_to(cast, name, readers, client):
    answers = {part: cast.client(part).get(reverse(name)).status_code for part in cast.everyone()}
    assert {part for part, status in answers.items() if status == 200} == readers
    assert set(answers.values()) == {200, 404}
    assert client.get(reverse(name)).status_code == 302
    assert cast.client("deputy").post(reverse(name)).status_code == 405


def test_the_list_asks_as_little_for_many_letters_as_for_few(plan, cast, send_round, django_assert_max_num_queries):
    plan.task(cast.kfb, due=LATE)
    for n in range(40):
        Letter.objects.create(key=f"k{n}", leader=cast.deputy.leader, recipient=cast.deputy, day=TODAY, message_id=f"<{n}>", frozen_at=dt.datetime.now(dt.UTC))
    client = cast.client("deputy")
    with django_assert_max_num_queries(12):
        assert "第 1 页，共 2 页" in client.get(reverse("digests:letters")).content.decode()


def test_each_link_of_a_letter_says_where_it_leads():
    text = "标题\n\n== 仍逾期（1） ==\n1. ◆ 逾期 3 天 任务甲\n   康复部\n   http://x/tasks/1/\n逐项审定：http://x/\n"
    first, second = parts_of(text)
    assert first.lines == [Passage("标题")]
    assert second.heading == "仍逾期（1）"
    assert second.items == [Passage("◆ 逾期 3 天 任务甲", "http://x/tasks/1/", ["康复部"], is_numbered=True)]
    assert second.lines == [Passage("逐项审定", "http://x/")]
