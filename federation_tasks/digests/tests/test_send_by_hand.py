"""`manage.py send_overdue_digests`: the scheduled job's work, now (contract.md, Commands)."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.models import User
from departments.testing import TODAY
from federation_tasks.digests import tasks
from federation_tasks.digests.models import Letter
from federation_tasks.plan.models import WorkdayOverride

LATE = TODAY - dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def morning(time_machine, settings, scheduled):
    """Stand at nine in the morning of the day, with letters kept in Django's own outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    time_machine.move_to(dt.datetime.combine(TODAY, dt.time(1), dt.UTC))


def said(*arguments):
    """Run the command and return what it printed, line by line."""
    out = StringIO()
    call_command("send_overdue_digests", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_says_what_became_of_each_leaders_letter(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    assert said() == ["principal: sent", "deputy: sent", "other-deputy: nothing to say"]
    assert said() == ["principal: already sent", "deputy: already sent", "other-deputy: nothing to say"]
    tasks.look()
    assert len(mailoutbox) == 2


def test_after_the_schedule_it_sends_nothing_again(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    tasks.look()
    assert said() == ["principal: already sent", "deputy: already sent", "other-deputy: nothing to say"]
    assert len(mailoutbox) == 2


def test_one_leader_only(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    assert said("--leader", "deputy") == ["deputy: sent"]
    assert [message.to for message in mailoutbox] == [["deputy@example.test"]]


def test_a_rehearsal_writes_and_sends_nothing(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    assert said("--dry-run") == ["principal: would send", "deputy: would send", "other-deputy: nothing to say"]
    assert not mailoutbox
    assert not Letter.objects.exists()


def test_a_failure_is_said_with_its_reason(plan, cast):
    User.objects.filter(pk=cast.deputy.pk).update(email="")
    plan.task(cast.kfb, due=LATE)
    assert said("--leader", "deputy", "--dry-run")[0].startswith("deputy: failed: 收信人没有电子邮箱")
    assert said("--leader", "deputy")[0].startswith("deputy: failed: 收信人没有电子邮箱")


def test_what_waits_for_its_next_try_is_tried_at_once(plan, cast, settings, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert said("--leader", "deputy")[0].startswith("deputy: failed: 连不上邮件服务器")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert said("--leader", "deputy") == ["deputy: sent"]


def test_a_day_off_is_one_line(plan, cast):
    assert said("--today", "2026-10-18") == ["not a working day"]
    WorkdayOverride.objects.create(day=TODAY, is_workday=False)
    assert said("--dry-run") == ["not a working day"]


def test_the_future_is_for_rehearsals_and_demo_data(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    with pytest.raises(CommandError, match="has not come"):
        said("--today", "2026-10-22")
    assert said("--today", "2026-10-22", "--dry-run")[0] == "principal: would send"
    User.objects.filter(pk=cast.deputy.pk).update(is_demo=True)
    assert said("--today", "2026-10-22")[0] == "principal: sent"


def test_a_past_day_is_sent_although_its_evening_has_come(plan, cast, mailoutbox):
    plan.task(cast.kfb, due=LATE)
    assert said("--today", "2026-10-20", "--leader", "deputy") == ["deputy: sent"]


def test_paused_letters_are_not_sent_by_hand_either(plan, cast, settings):
    settings.DIGESTS_PAUSED = True
    with pytest.raises(CommandError, match="DIGESTS_PAUSED"):
        said()
    assert said("--dry-run") == ["principal: nothing to say", "deputy: nothing to say", "other-deputy: nothing to say"]


@pytest.mark.parametrize(("arguments", "sentence"), [(("--today", "21.10.2026"), "Write it like"), (("--leader", "clerk"), "is no leader")])
def test_what_cannot_be_understood_is_refused_in_a_sentence(plan, cast, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        said(*arguments)
