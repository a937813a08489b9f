"""What is new since the last letter that counted, and that the numbers add up whatever happened between (domain.md, The overdue digest)."""

import datetime as dt
import random
import re

import pytest
import time_machine

from departments.models import Leader, Portfolio
from departments.testing import TODAY
from federation_tasks.digests import letters
from federation_tasks.digests.models import Letter
from federation_tasks.digests.sections import SHOWN
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.models import Extension
from federation_tasks.workflow.moves import perform

MORROW = TODAY + dt.timedelta(days=1)
LATE = TODAY - dt.timedelta(days=5)
PARTS = ("deputy", "other_deputy", "principal")


@pytest.fixture(autouse=True)
def in_memory(settings):
    """Keep letters in Django's own outbox."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def kinds(digest):
    """Return how many stand where."""
    changes = digest.changes
    return {name: len(getattr(changes, name)) for name in ("still", "new", "came", "resolved", "left") if getattr(changes, name)}


def write(task, **fields):
    """Set a task's fields as its moves would."""
    for name, value in fields.items():
        setattr(task, name, value)
    task.save()


@pytest.mark.parametrize(
    ("what", "where", "why"),
    [
        ({"state": "completed", "completed_on": TODAY, "claimed_on": TODAY}, "resolved", "10月21日办结"),
        ({"due": dt.date(2026, 11, 20)}, "resolved", "已延期到11月20日（原定10月16日）"),
        ({"due": dt.date(2026, 11, 20), "original_due": dt.date(2026, 9, 30)}, "resolved", "已延期到11月20日（原定9月30日）"),
        ({"due": dt.date(2026, 11, 20), "state": "claimed", "claimed_on": TODAY}, "resolved", "10月21日申请办结，待核"),
        ({"state": "suspended", "state_before": "in_progress"}, "left", "中止"),
    ],
)
def test_what_became_of_a_task_that_is_overdue_no_more(plan, cast, send_round, digest_of, what, where, why):
    task = plan.task(cast.kfb, due=LATE)
    send_round(TODAY)
    write(task, **what)
    digest = digest_of(cast.deputy, MORROW)
    assert kinds(digest) == {where: 1}
    assert getattr(digest.changes, where)[0].why == why
    assert why in letters.overdue_digest(digest).text


def test_a_late_claim_is_still_overdue(plan, cast, send_round, digest_of):
    task = plan.task(cast.kfb, due=LATE)
    send_round(TODAY)
    write(task, state="claimed", claimed_on=TODAY)
    assert kinds(digest_of(cast.deputy, MORROW)) == {"still": 1}


def test_a_task_turning_red_is_new_and_a_claim_in_time_that_was_sent_back_too(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, due=TODAY)
    back = plan.task(cast.kfb, due=LATE, state="claimed", claimed_on=LATE, claimed_by=cast.head)
    send_round(TODAY)
    assert kinds(digest_of(cast.deputy, TODAY)) == {}
    perform(back, "send_back", cast.access("deputy"), reason="材料不全")
    assert kinds(digest_of(cast.deputy, MORROW)) == {"new": 2}


def test_a_department_that_changes_hands_takes_its_overdue_tasks_along(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, due=LATE)
    plan.task(cast.jjb, due=LATE)
    send_round(TODAY)
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=MORROW)
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfb, valid_from=MORROW)
    assert kinds(digest_of(cast.deputy, MORROW)) == {"left": 1}
    assert kinds(digest_of(cast.other_deputy, MORROW)) == {"still": 1, "came": 1}
    assert kinds(digest_of(cast.principal, MORROW)) == {"still": 2}
    assert "/tasks/" not in digest_of(cast.deputy, MORROW).sections[4].lines[0].url


def test_what_came_with_a_department_is_one_row_that_leads_to_the_handover_page(plan, cast, send_round, digest_of):
    for n in range(SHOWN + 10):
        plan.task(cast.kfb, title=f"接过来的 {n}", due=LATE)
    plan.task(cast.kfyy, title="医院的", due=LATE - dt.timedelta(days=3))
    resumed = plan.task(cast.jjb, title="恢复的", due=LATE)
    perform(resumed, "suspend", cast.access("office"), reason="等上级文件")
    send_round(TODAY)
    perform(resumed, "resume", cast.access("office"))
    Portfolio.objects.filter(department__in=[cast.kfb, cast.kfyy]).update(valid_to=MORROW)
    new = Leader.objects.get(user=cast.other_deputy)
    Portfolio.objects.bulk_create(Portfolio(leader=new, department=row, valid_from=MORROW) for row in (cast.kfb, cast.kfyy))
    digest = digest_of(cast.other_deputy, MORROW)
    section = next(section for section in digest.sections if section.title == "接手 / 移出")
    assert [(line.state, line.label) for line in section.lines] == [
        ("接手 40 项", "接手清单：康复部"), ("接手 1 项", "接手清单：康复医院"), ("接手：恢复办理", "恢复的"),
    ]  # fmt: skip
    assert {line.url for line in section.lines[:2]} == {f"http://127.0.0.1:8000/handover/?on={MORROW}"}
    assert (section.total, section.hidden, section.more, len(digest.overdue)) == (42, 0, [], 42)
    text = letters.overdue_digest(digest).text
    assert "接过来的" not in text
    assert "康复医院，随单位接过来逾期的任务 1 项，最久的 9 天；10月22日起由您分管" in text
    assert "接手 42 项" in digest.balance
    client = cast.client("other_deputy")
    with time_machine.travel(f"{MORROW}T10:00:00+08:00", tick=False):
        page = client.get(f"/handover/?on={MORROW}").context["page"]
    assert sum(came.counts.red for came in page.departments) == 41


def test_a_deputy_who_becomes_principal_is_led_to_the_lists(plan, cast, send_round, digest_of):
    plan.task(cast.ysa, due=LATE)
    send_round(TODAY)
    Leader.objects.filter(user=cast.principal).update(in_office_to=MORROW)
    Leader.objects.filter(user=cast.deputy).update(rank=Leader.Rank.PRINCIPAL)
    section = next(section for section in digest_of(cast.deputy, MORROW).sections if section.title == "接手 / 移出")
    assert [line.url for line in section.lines] == ["http://127.0.0.1:8000/tasks/?department=ysa&light=red"]


def test_a_task_that_is_resumed_overdue_came(plan, cast, send_round, digest_of):
    plan.task(cast.kfyy, due=LATE)
    task = plan.task(cast.kfb, due=LATE)
    perform(task, "suspend", cast.access("office"), reason="等上级文件")
    send_round(TODAY)
    perform(task, "resume", cast.access("office"))
    assert kinds(digest_of(cast.deputy, MORROW)) == {"still": 1, "came": 1}


def test_a_carried_over_task_is_the_same_overdue_task_and_its_days_run_on(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, title="结转的", due=dt.date(2026, 12, 20))
    Period.objects.create(year=2027, half=1, state=Period.State.OPEN)
    send_round(dt.date(2026, 12, 31))
    close_period(plan.period, cast.access("office", dt.date(2027, 1, 4)))
    digest = digest_of(cast.deputy, dt.date(2027, 1, 5))
    assert kinds(digest) == {"still": 1}
    assert digest.overdue[0].period.code == "2027H1"
    assert digest.longest == 16


def test_a_task_that_is_put_off_after_it_was_carried_over_is_resolved(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, due=dt.date(2026, 12, 20))
    Period.objects.create(year=2027, half=1, state=Period.State.OPEN)
    send_round(dt.date(2026, 12, 31))
    close_period(plan.period, cast.access("office", dt.date(2027, 1, 4)))
    extension = Extension(task=Task.objects.get(period__year=2027))
    perform(extension, "grant", cast.access("deputy", dt.date(2027, 1, 4)), reason="上级调整安排", new_due=dt.date(2027, 2, 1))
    digest = digest_of(cast.deputy, dt.date(2027, 1, 5))
    assert [went.why for went in digest.changes.resolved] == ["已延期到2月1日（原定12月20日）"]


def test_only_a_letter_that_was_sent_or_silent_is_compared_with(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, due=LATE)
    send_round(TODAY)
    plan.task(cast.kfb, due=TODAY)
    send_round(MORROW)
    Letter.objects.filter(day=MORROW).update(state="failed", reason="邮箱满了", sent_at=None)
    digest = digest_of(cast.deputy, MORROW + dt.timedelta(days=1))
    assert kinds(digest) == {"still": 1, "new": 1}
    assert "上次（10月21日）逾期 1 项，新增 1 项" in letters.overdue_digest(digest).text


def test_a_silent_row_is_compared_with(plan, cast, send_round, digest_of):
    plan.task(cast.kfb, due=TODAY)
    assert send_round(TODAY)[cast.deputy].state == "silent"
    assert kinds(digest_of(cast.deputy, MORROW)) == {"new": 1}


@pytest.mark.parametrize("seed", range(3))
def test_from_each_letter_to_the_next_the_numbers_add_up(plan, cast, send_round, digest_of, seed):
    draw = random.Random(seed)
    for n in range(16):
        plan.task(draw.choice([cast.kfb, cast.kfyy, cast.jjb, cast.ysa]), title=f"任务{n}", due=TODAY + dt.timedelta(days=draw.randint(-6, 10)))
    said = {}
    for day in (TODAY + dt.timedelta(days=n) for n in range(7)):
        for part in PARTS:
            digest = digest_of(getattr(cast, part), day)
            found = digest.changes
            assert len(found.still) + len(found.new) + len(found.came) == len(digest.overdue)
            assert len(found.still) + len(found.resolved) + len(found.left) == said.get(part, len(digest.overdue))
        rows = send_round(day)
        if draw.random() < 0.2:  # some mornings the mail server refuses everything
            Letter.objects.filter(day=day).update(state="failed", reason="拒收", sent_at=None)
        else:
            said |= {part: number_in(rows[getattr(cast, part)]) for part in PARTS if getattr(cast, part) in rows}
        something_happens(draw, cast, day)


def number_in(letter):
    """Return how many overdue tasks a leader was told of: by the subject he read, or none by a silence."""
    return int(re.match(r"【半年任务】逾期 (\d+) 项", letter.subject)[1]) if letter.state == "sent" else 0


def something_happens(draw, cast, day):
    """Let a day go by: things are completed, put off, suspended and resumed, and a department changes hands."""
    for task in Task.objects.all():
        fate = draw.random()
        if task.state == TaskState.SUSPENDED and fate < 0.5:
            write(task, state=task.state_before, state_before="")
        elif task.state in {TaskState.SUSPENDED, TaskState.COMPLETED} or fate > 0.3:
            continue
        elif fate < 0.1:
            write(task, state="completed", completed_on=day, claimed_on=day)
        elif fate < 0.2:
            write(task, due=task.due + dt.timedelta(days=3))
        else:
            write(task, state_before=task.state, state="suspended")
    if draw.random() < 0.4:
        department, leader = draw.choice([cast.kfb, cast.kfyy, cast.jjb]), Leader.objects.get(user=draw.choice([cast.deputy, cast.other_deputy]))
        Portfolio.objects.filter(department=department, valid_from__gt=day).delete()
        Portfolio.objects.filter(department=department, valid_to=None).update(valid_to=day + dt.timedelta(days=1))
        Portfolio.objects.create(leader=leader, department=department, valid_from=day + dt.timedelta(days=1))
