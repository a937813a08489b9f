"""The outline is for those who speak at the meeting: who may read it, of which content, and when it says he speaks."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Problem, Report
from federation_tasks.workflow.moves import WrongState, perform

from .conftest import fill
from .test_every_move_by_everyone import AUTHORS, READERS, bring_to

pytestmark = pytest.mark.usefixtures("morning")

BASE = "/reports/2026H2/kfb/"
MOST_FOR_AN_OUTLINE = 34


def statuses(cast, where="outline/"):
    return {part: cast.client(part).get(f"{BASE}{where}").status_code for part in cast.everyone()}


def test_the_outline_of_a_draft_is_its_authors_alone(draft, cast):
    assert statuses(cast) == {part: 200 if part in AUTHORS else 404 for part in cast.everyone()}


def test_the_outline_of_what_was_submitted_is_read_like_the_report(submitted, cast, client):
    assert statuses(cast) == {part: 200 if part in READERS else 404 for part in cast.everyone()}
    assert client.get(f"{BASE}outline/").status_code == 302
    assert cast.client("head").post(f"{BASE}outline/").status_code == 405


def test_readers_get_the_outline_of_what_stands_and_authors_that_of_the_draft(draft, cast):
    bring_to(draft, cast, "returned")
    with transaction.atomic():
        Report.objects.update(arrangements="只有本部门能看的草稿。")
    for part, there in (("deputy", False), ("office", False), ("head", True), ("clerk", True)):
        page = cast.client(part).get(f"{BASE}outline/").content.decode()
        assert ("只有本部门能看的草稿" in page) is there
        assert ("明年上半年的安排。" in page) is not there
        assert ("按现在的草稿摘出" in page) is there


def test_a_leader_who_reads_the_outline_has_opened_the_version(submitted, cast):
    cast.client("deputy").get(f"{BASE}outline/")
    with pytest.raises(WrongState, match="领导已经打开了这一稿"):
        perform(submitted, "withdraw", cast.access("head"))


def test_a_written_report_has_no_outline(submitted, plan, cast):
    pages = ("", "preview/", "edit/")
    perform(submitted, "withdraw", cast.access("head"))
    oral = [cast.client("head").get(f"{BASE}{page}").content.decode() for page in pages]
    assert [f'href="{BASE}outline/"' in page for page in oral] == [True] * 3
    for duties in ({"mode": "written"}, None):
        with transaction.atomic():
            if duties:
                plan.period.duties.update(**duties)
            else:
                plan.period.duties.all().delete()
        answer = cast.client("head").get(f"{BASE}outline/")
        assert answer.status_code == 404
        assert "康复部2026年下半年不在会上发言，没有发言提纲" in answer.content.decode()
        assert not any("outline/" in cast.client("head").get(f"{BASE}{page}").content.decode() for page in ("", "preview/"))


def test_who_speaks_when_and_for_how_long_is_said(submitted, plan, cast):
    page = cast.client("head").get(f"{BASE}outline/").content.decode()
    assert "<title>发言提纲 康复部 2026年下半年工作汇报" in page
    assert "<p>第 1 个发言，2026年12月28日汇报会</p>" in page
    assert "讲这份提纲约 1 分钟：" in page
    assert "按每分钟 220 字算" in page
    assert '<a href="?size=standard" aria-current="true">' in page
    with transaction.atomic():
        plan.period.duties.update(order=0)
        type(plan.period).objects.update(meeting_on=None)
    page = cast.client("head").get(f"{BASE}outline/?size=large").content.decode()
    assert "<p>发言次序待定，汇报会日期待定</p>" in page
    assert '<article class="sheet outline large">' in page


def test_the_outline_costs_the_same_with_3_and_30_tasks(plan, cast):
    client, seen = cast.client("head"), []
    for number in (3, 30):
        for n in range(cast.kfb.tasks.count(), number):
            plan.task(cast.kfb, title=f"任务{n}", state="in_progress")
        report = fill(start_report(plan.period, cast.kfb, cast.clerk))
        Problem.objects.bulk_create(Problem(report=report, goal=plan.goals[n % 5], text=f"问题{n}") for n in range(number))
        client.get(f"{BASE}outline/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{BASE}outline/").status_code == 200
        seen.append(len(captured))
    assert seen[0] == seen[1] <= MOST_FOR_AN_OUTLINE, seen
