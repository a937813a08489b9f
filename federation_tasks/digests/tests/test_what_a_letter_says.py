"""One digest: its sections, its subject, whom it covers (domain.md, The overdue digest)."""

import datetime as dt

import pytest
from django.utils import timezone

from departments.models import Leader, Portfolio
from departments.testing import TODAY
from federation_tasks.dashboard.summary import summarise
from federation_tasks.digests import letters
from federation_tasks.digests.sections import SHOWN
from federation_tasks.plan.models import ProgressUpdate, ReportDuty

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
