"""One digest: its sections, its subject, whom it covers (domain.md, The overdue digest)."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Leader, Portfolio
from departments.testing import TODAY
from federation_tasks.dashboard.summary import summarise
from federation_tasks.digests import letters
from federation_tasks.digests.sections import SHOWN
from federation_tasks.plan.models import ProgressUpdate, ReportDuty
from federation_tasks.supervision.giving import Wanted, give
from federation_tasks.supervision.origins import Origin
from federation_tasks.workflow.moves import perform

LATE = TODAY - dt.timedelta(days=10)


def totals(digest):
    """Return the sections that have something, with their totals."""
    return {section.title: section.total for section in [*digest.sections, digest.soon] if section.total}


def test_a_first_letter_finds_everything_still_overdue_and_nothing_new(plan, cast, digest_of):
    for department in (cast.kfb, cast.kfyy, cast.jjb):
        plan.task(department, due=LATE)
    digest = digest_of(cast.deputy)
    assert totals(digest) == {"仍逾期": 2}
    assert letters.overdue_digest(digest).subject == "【半年任务】逾期 2 项（新增 0），待您审定 0 项 · 10月21日"
    assert "这是第一封" in letters.overdue_digest(digest).text


def test_a_row_says_how_long_when_due_before_and_after_and_what_was_last_said(plan, cast, digest_of):
    task = plan.task(cast.kfb, title="康复实训大楼内装修招标", due=LATE, original_due=LATE - dt.timedelta(days=30), progress=40)
    ProgressUpdate.objects.create(task=task, department=cast.kfb, author=cast.clerk, on=dt.date(2026, 10, 19), text="清单控制价复审中", progress=40)
    text = letters.overdue_digest(digest_of(cast.deputy)).text
    assert "◆ 逾期 10 天 康复实训大楼内装修招标" in text
    assert "康复部，10月11日到期（原定9月11日），进度 40%" in text
    assert "10月19日：清单控制价复审中" in text
    assert f"http://127.0.0.1:8000/tasks/{task.pk}/" in text


def test_what_awaits_him_stands_first_and_is_not_what_he_may_not_decide(plan, cast, digest_of):
    plan.task(cast.kfb, title="甲", state="claimed", claimed_on=TODAY - dt.timedelta(days=2), claimed_by=cast.head)
    plan.task(cast.jjb, title="乙", state="claimed", claimed_on=TODAY, claimed_by=cast.other_head)
    assert [line.label for line in digest_of(cast.deputy).awaiting.lines] == ["办结待核：甲"]
    assert {line.state for line in digest_of(cast.deputy).awaiting.lines} == {"2 天"}
    assert [line.label for line in digest_of(cast.principal).awaiting.lines] == ["办结待核：甲", "办结待核：乙"]


def test_who_did_not_report_in_time_is_named_from_the_day_after_the_deadline(plan, cast, digest_of):
    plan.period.report_deadline = timezone.make_aware(dt.datetime(2026, 10, 20, 17, 30))
    plan.period.save()
    ReportDuty.objects.filter(department=cast.kfyy).update(submitted_at=timezone.now())
    assert totals(digest_of(cast.deputy, dt.date(2026, 10, 20))) == {}
    assert totals(digest_of(cast.deputy, dt.date(2026, 10, 21))) == {"未按期报送": 1}
    assert totals(digest_of(cast.principal, dt.date(2026, 10, 21))) == {"未按期报送": 3}


def test_what_is_only_due_soon_is_nothing_to_say(plan, cast, digest_of):
    plan.task(cast.kfb, due=TODAY + dt.timedelta(days=7), progress=100)
    digest = digest_of(cast.deputy)
    assert digest.soon.total == 1
    assert not digest.has_something_to_say


def test_the_principal_gets_everything_by_leader_and_department(plan, cast, digest_of):
    Portfolio.objects.filter(department=cast.jjb).delete()
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.principal), department=cast.jjb, valid_from=dt.date(2020, 1, 1))
    for department, days in ((cast.kfb, 3), (cast.kfb, 9), (cast.kfyy, 5), (cast.jjb, 2), (cast.ysa, 4)):
        plan.task(department, due=TODAY - dt.timedelta(days=days))
    found = [(share.leader, share.department, share.overdue, share.longest) for share in digest_of(cast.principal).shares]
    assert found == [
        ("理事长", "", 1, 2),
        ("理事长", "教就部", 1, 2),
        ("副理事长乙", "", 3, 9),
        ("副理事长乙", "康复部", 2, 9),
        ("副理事长乙", "康复医院", 1, 5),
        ("未分管", "", 1, 4),
        ("未分管", "演示单位甲", 1, 4),
    ]


def test_a_deputy_reads_of_no_department_that_is_not_his(plan, cast, digest_of):
    plan.task(cast.jjb, title="别人的任务", due=LATE)
    plan.task(cast.kfb, due=LATE)
    assert "别人的任务" not in str(letters.overdue_digest(digest_of(cast.deputy)))


def test_a_section_shows_thirty_rows_and_links_to_the_rest(plan, cast, digest_of):
    for _ in range(SHOWN + 5):
        plan.task(cast.kfb, due=LATE)
    words = letters.overdue_digest(digest_of(cast.deputy))
    assert words.text.count("◆ 逾期 10 天") == SHOWN
    assert "另有 5 项。" in words.text
    assert "/tasks/?period=2026H2&light=red" in words.text
    assert "逾期 35 项" in words.subject


@pytest.mark.parametrize("part", ["deputy", "other_deputy", "principal"])
def test_the_numbers_are_the_dashboards_of_that_day(plan, cast, digest_of, part):
    states = [
        ("in_progress", -40, 100),
        ("in_progress", -1, 0),
        ("claimed", -3, 100),
        ("completed", -3, 100),
        ("suspended", -3, 0),
        ("assigned", 3, 100),
        ("assigned", 60, 0),
    ]
    for n, department in enumerate((cast.kfb, cast.kfyy, cast.jjb, cast.ysa)):
        for state, days, progress in states[n:]:
            due = TODAY + dt.timedelta(days=days)
            dates = {"claimed_on": due, "completed_on": due if state == "completed" else None}
            plan.task(department, due=due, state=state, progress=progress, **dates)
    digest = digest_of(getattr(cast, part))
    summary = summarise(cast.access(part), plan.period, TODAY)
    assert digest.counts.lights == summary.counts.lights
    assert len(digest.overdue) == summary.counts.overdue
    assert digest.soon.total == summary.counts.blue


def test_with_two_open_periods_each_ones_number_is_given(plan, cast, digest_of):
    from federation_tasks.plan.models import Period

    first = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    plan.task(cast.kfb, period=first, start=dt.date(2026, 1, 1), due=dt.date(2026, 6, 30))
    plan.task(cast.kfb, due=LATE)
    digest = digest_of(cast.deputy)
    assert digest.periods == "其中2026年上半年逾期 1 项，2026年下半年逾期 1 项。"
    for period in (first, plan.period):
        assert summarise(cast.access("deputy"), period, TODAY).counts.overdue == digest.by_period[period].overdue


# --- What was required and is overdue -------------------------------------------------------------------------------


@pytest.fixture
def require(cast):
    """Return a function that has a leader require something that was due some days ago."""

    def required(part, text, *departments, due=LATE):
        day = min(due, TODAY)
        return give([Wanted(text, due, departments)], Origin(), uuid.uuid4(), cast.access(part, day)).instructions[0]

    return required


def required_of(digest):
    """Return the section of what was required and is overdue."""
    return next(section for section in digest.sections if section.title == "逾期要求")


def test_what_was_required_and_is_overdue_stands_between_what_moved_and_who_did_not_report(plan, cast, digest_of, require):
    plan.period.report_deadline = timezone.make_aware(dt.datetime(2026, 10, 20, 17, 30))
    plan.period.save()
    row = require("deputy", "抓紧补齐台账", cast.kfb)
    digest = digest_of(cast.deputy)
    assert [section.title for section in digest.sections][-3:] == ["接手 / 移出", "逾期要求", "未按期报送"]
    words = letters.overdue_digest(digest)
    for text in (words.text, words.html):
        assert "逾期要求（1）" in text
        assert "2026年下半年第 1 号要求：抓紧补齐台账" in text
        assert f"http://127.0.0.1:8000/instructions/{row.pk}/#duty-{row.duties.get().pk}" in text
        assert "康复部，10月11日前办，副理事长乙提出" in text
        assert "逾期 10 天" in text
        assert "待签收" in text
        assert "还没有销号" in text  # what the words mean


def test_it_alone_is_something_to_say_from_the_day_after_until_it_is_closed(plan, cast, digest_of, require):
    duty = require("deputy", "办", cast.kfb, due=TODAY).duties.get()
    assert not digest_of(cast.deputy).has_something_to_say
    tomorrow = TODAY + dt.timedelta(days=1)
    for part, move in (("head", "acknowledge"), ("head", "answer")):
        digest = digest_of(cast.deputy, tomorrow)
        assert digest.has_something_to_say
        assert required_of(digest).total == 1
        perform(duty, move, cast.access(part), reason="办了")
    assert required_of(digest_of(cast.deputy, tomorrow)).total == 1  # an answer is not the end
    perform(duty, "close", cast.access("deputy"))
    assert required_of(digest_of(cast.deputy, tomorrow)).total == 0


def test_a_deputy_reads_of_his_departments_and_of_what_he_required_himself_the_principal_of_all(plan, cast, digest_of, require):
    require("deputy", "甲", cast.kfb)
    require("principal", "乙", cast.kfyy, cast.ysa)
    require("deputy", "丙", cast.kfyy)
    Portfolio.objects.filter(department=cast.kfyy).update(valid_to=TODAY)
    Portfolio.objects.create(leader=Leader.objects.get(user=cast.other_deputy), department=cast.kfyy, valid_from=TODAY)
    found = {part: [line.label[-1] for line in required_of(digest_of(getattr(cast, part))).lines] for part in ("deputy", "other_deputy", "principal")}
    assert found["deputy"] == ["甲", "丙"]
    assert found["other_deputy"] == ["乙", "丙"]
    assert required_of(digest_of(cast.principal)).total == 4
    assert "演示单位甲（未分管）" in letters.overdue_digest(digest_of(cast.principal)).text


def test_thirty_of_them_are_shown_and_the_rest_is_a_number_with_a_link(plan, cast, digest_of, require, django_assert_num_queries):
    require("deputy", "甲", cast.kfb)
    digest_of(cast.deputy)
    with CaptureQueriesContext(connection) as few:
        digest_of(cast.deputy)
    for _ in range(SHOWN + 4):
        require("deputy", "乙", cast.kfb, cast.kfyy)
    with django_assert_num_queries(len(few) + 1):  # their number, where they are not all shown
        digest = digest_of(cast.deputy)
    section = required_of(digest)
    assert (section.total, len(section.lines), section.hidden) == (69, 30, 39)
    text = letters.overdue_digest(digest).text
    assert "另有 39 项。" in text
    assert "/instructions/?period=2026H2&state=overdue" in text
    labels = [line.label for line in section.lines]
    assert len(set(labels)) == len(labels)
