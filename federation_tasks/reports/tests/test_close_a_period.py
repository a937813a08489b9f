"""Closing a period archives what was submitted, as 未审 where nobody reviewed it; drafts stay 未报送."""

import pytest

from federation_tasks.plan.closing import close_period, open_lines, preview
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Report
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

from .conftest import fill

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def half(plan, cast, submitted):
    """One report unreviewed, one approved, one only drafted, one not begun."""
    perform(fill(start_report(plan.period, cast.jjb, cast.other_head)), "submit", cast.access("other_head"))
    perform(Report.objects.get(department=cast.jjb), "approve", cast.access("other_deputy"))
    fill(start_report(plan.period, cast.kfyy, cast.kfyy_head))
    return plan.period


def test_what_is_open_is_listed_before_closing(half):
    known = preview(half)
    assert (known["已报送、领导未审的汇报（归档，记为未审）"], known["未报送的汇报（记为未报送）"], known["退回后没有再报送的汇报（留在本期，不再报送）"]) == (
        1,
        2,
        0,
    )


def test_what_is_open_is_named_with_its_page(half):
    named = {line.label: [(piece.label, piece.href) for piece in line.pieces] for line in open_lines(half)}
    assert named["已报送、领导未审的汇报"] == [("康复部", "/reports/2026H2/kfb/")]
    assert named["未报送的汇报"] == [("康复医院", "/departments/kfyy/"), ("演示单位甲", "/departments/ysa/")]


def test_closing_archives_what_was_submitted(half, cast):
    closed = close_period(half, cast.access("office"))
    assert (closed.numbers["归档的汇报"], closed.numbers["其中领导未审"]) == (2, 1)
    states = {report.department.code: report.state_words for report in Report.objects.all()}
    assert states == {"kfb": "归档（未审）", "jjb": "归档", "kfyy": "草稿"}
    row = HistoryRow.objects.of(Report.objects.get(department=cast.kfb)).first()
    assert row.facts == {"version": 1, "unreviewed": True}


def test_an_archived_report_reads_as_it_was_submitted(half, cast):
    close_period(half, cast.access("office"))
    page = cast.client("deputy").get("/reports/2026H2/kfb/").content.decode()
    assert "归档（未审）" in page
    assert "儿童康复救助的完成情况。" in page
    assert "归档第 1 稿（未审）" in page
    assert "归档（未审）" in cast.client("office").get("/reports/?period=2026H2").content.decode()


def test_the_promise_of_the_last_half_stands_beside_the_carried_task(half, cast, plan):
    Report.objects.get(department=cast.kfb).items.filter(task__title="康复条例调研").update(next_step="明年三月报审。")
    following = close_period(half, cast.access("office")).following
    Period.objects.filter(pk=following.pk).update(state="open")
    ReportDuty.objects.create(period=following, department=cast.kfb)
    assert Task.objects.filter(period=following, title="康复条例调研").exists()
    page = cast.client("head").get(f"/reports/{following.code}/kfb/edit/").content.decode()
    assert "上期的承诺" in page
    assert "明年三月报审。" in page
    assert "上期（2026年下半年）汇报里的工作安排" in page
