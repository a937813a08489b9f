"""Who has reported and who has not, in words and in a table; late is accepted and marked."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from federation_tasks.plan.models import Period, ReportDuty, WorkdayOverride
from federation_tasks.reports.deadlines import countdown
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.workflow.moves import perform

from .conftest import MORNING, fields_of

DEADLINE = dt.datetime(2026, 12, 18, 17, 30, tzinfo=MORNING.tzinfo)  # a Friday


def page(cast, part, query=""):
    return cast.client(part).get(f"/reports/{query}").content.decode()


def departments(text):
    return [name for name in ("康复部", "教就部", "康复医院", "演示单位甲") if f'role="rowheader">{name}<' in text]


@pytest.mark.parametrize(
    ("part", "seen"),
    [
        ("head", ["康复部"]), ("clerk", ["康复部"]), ("deputy", ["康复部", "康复医院"]), ("other_deputy", ["教就部"]),
        ("principal", ["康复部", "教就部", "康复医院", "演示单位甲"]), ("office", ["康复部", "教就部", "康复医院", "演示单位甲"]),
    ],
)  # fmt: skip
def test_everyone_sees_the_duties_of_his_departments(plan, cast, morning, part, seen):
    assert departments(page(cast, part)) == seen


@pytest.mark.parametrize("part", ["staff", "plan_admin", "system_admin", "security_admin", "auditor", "stranger"])
def test_who_sees_no_reports_gets_no_list(plan, cast, morning, part):
    assert cast.client(part).get("/reports/").status_code == 404


def test_the_list_only_answers_get(plan, cast):
    assert cast.client("head").post("/reports/").status_code == 405


def test_oral_reports_come_first_in_the_order_of_speaking(plan, cast, morning):
    ReportDuty.objects.filter(department=cast.kfb).update(mode="written", order=0)
    ReportDuty.objects.filter(department=cast.kfyy).update(order=1)
    text = page(cast, "office")
    order = sorted(("康复部", "教就部", "康复医院", "演示单位甲"), key=lambda name: text.index(f'role="rowheader">{name}<'))
    assert order == ["康复医院", "教就部", "康复部", "演示单位甲"]


def test_the_headline_and_the_states(draft, plan, cast, morning):
    text = page(cast, "office")
    assert "应报送 4 个单位，已报送 0 个，还有 4 个没有报送，都还没到截止时间。" in text
    assert "已起草，未报送" in text
    assert 'href="/reports/2026H2/kfb/"' not in text  # of a draft, only that it exists
    perform(draft, "submit", cast.access("head"))
    text = page(cast, "office")
    assert "已报送 1 个，还有 3 个没有报送" in text
    assert 'href="/reports/2026H2/kfb/"' in text
    perform(draft, "withdraw", cast.access("head"))
    assert "已撤回，正在修改" in page(cast, "office")


def test_after_the_deadline_a_report_is_accepted_and_marked(draft, plan, cast):
    with time_machine.travel(DEADLINE + dt.timedelta(minutes=1), tick=False):
        assert "其中 4 个已过截止时间" in page(cast, "office")
        assert "未按期报送" in page(cast, "office")
        client = cast.client("head")
        form = client.get("/reports/2026H2/kfb/edit/")
        assert "已经过了；现在报送记为迟报" in form.content.decode()
        tasks = {name: "逾期，预计月底办结。" for name in fields_of(form) if name.endswith("-reason")}  # the tasks are overdue by then
        answer = client.post("/reports/2026H2/kfb/edit/", fields_of(form) | tasks | {"do": "submit"}, follow=True)
        assert "已过截止时间，记为迟报" in answer.content.decode()
        assert ReportVersion.objects.get().is_late
        assert "（其中迟报 1 个）" in page(cast, "office")
        assert "迟报" in page(cast, "deputy")


def test_an_exception_moves_the_deadline(draft, plan, cast):
    ReportDuty.objects.filter(department=cast.kfb).update(exception_until=DEADLINE + dt.timedelta(days=3), exception_reason="搬迁")
    draft.items.update(reason="逾期，预计月底办结。")
    with time_machine.travel(DEADLINE + dt.timedelta(days=2), tick=False):
        assert "个别放宽：搬迁" in page(cast, "office")
        perform(draft, "submit", cast.access("head", dt.date(2026, 12, 20)))
    assert not ReportVersion.objects.get().is_late


def test_a_correction_of_a_report_that_came_in_time_is_not_late(draft, cast, morning):
    for name, part in (("submit", "head"), ("return", "deputy")):
        perform(draft, name, cast.access(part), reason="补齐")
    draft.items.update(reason="逾期，预计月底办结。")
    perform(draft, "submit", cast.access("head", dt.date(2026, 12, 21)))
    assert [version.is_late for version in ReportVersion.objects.all()] == [False, False]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-12-14T09:00", "12月18日（周五）17:30截止，还有 4 个工作日"),
        ("2026-12-18T09:00", "12月18日（周五）17:30截止，就是今天"),
        ("2026-12-18T17:31", "12月18日（周五）17:30截止，已经过了；现在报送记为迟报"),
    ],
)
def test_the_countdown_is_in_working_days(plan, now, words):
    assert countdown(plan.period.duties.first(), timezone.make_aware(dt.datetime.fromisoformat(now))) == words


def test_the_countdown_knows_days_off(plan):
    for day in (15, 16, 17, 18):
        WorkdayOverride.objects.create(day=dt.date(2026, 12, day), is_workday=False)
    assert countdown(plan.period.duties.first(), DEADLINE - dt.timedelta(days=4)).endswith("还有 4 天，其间没有工作日")


def test_a_duty_without_a_deadline_says_so(plan):
    Period.objects.update(report_deadline=None)
    assert countdown(ReportDuty.objects.first(), MORNING) == "截止时间待办公室确定"


def test_without_any_period_the_page_says_what_is_missing(cast, morning):
    text = page(cast, "office")
    assert "还没有任何半年周期" in text
    assert not Report.objects.exists()


def test_the_period_can_be_chosen(plan, cast, morning):
    Period.objects.create(year=2026, half=1, state="closed")
    text = page(cast, "office", "?period=2026H1")
    assert "这一期还没有登记报送责任。" in text
    assert 'href="/reports/?period=2026H1" aria-current="true"' in text
