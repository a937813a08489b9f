"""The page that compares two frozen versions: who may compare which, what it shows, and bad numbers answered with a sentence."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation_tasks.reports.models import Problem, Report, ReportVersion
from federation_tasks.workflow.moves import perform

from .conftest import fill
from .test_every_move_by_everyone import AUTHORS, READERS

pytestmark = pytest.mark.usefixtures("morning")
PAGE = "/reports/2026H2/kfb/compare/"
MOST_FOR_A_COMPARISON = 16


@pytest.fixture
def twice(submitted, cast, tasks):
    """A report that was returned, corrected and submitted again."""
    perform(submitted, "return", cast.access("deputy"), reason="补齐")
    item = submitted.items.get(task=tasks[2])
    item.narrative, item.progress = "康复条例调研的完成情况。已报审。", 85
    item.save()
    Problem.objects.create(report=submitted, goal_id=submitted.problems.get().goal_id, text="师资不足", measure="委托培训", owner="李四", due="2026-12-01")
    perform(submitted, "submit", cast.access("head"))
    return Report.objects.get()


def page_of(cast, part, query=""):
    answer = cast.client(part).get(PAGE + query)
    return answer.status_code, answer.content.decode()


def test_the_two_newest_are_compared_where_none_are_named(twice, tasks, cast):
    status, text = page_of(cast, "deputy")
    assert status == 200
    assert "与第 1 稿相比，第 2 稿改了 1 项任务、新增 1 个问题。" in text
    assert f'<a class="pad" href="#change-task-{tasks[2].pk}">' in text
    assert f'<h3 id="change-task-{tasks[2].pk}" tabindex="-1">' in text
    assert '进度：70% <span aria-hidden="true">→</span><span class="visually-hidden">改为</span> <b>85%</b>' in text
    assert '<ins><span class="visually-hidden">（新增：</span>已报审。<span class="visually-hidden">，新增完）</span></ins>' in text
    assert "其余 2 项任务没有变化" in text
    assert "<b>退回修改第 1 稿</b>：副理事长乙（副理事长），2026年10月21日 09:00。补齐" in text


def test_the_older_one_comes_first_however_they_are_asked_for(twice, cast):
    assert "与第 1 稿相比，第 2 稿改了" in page_of(cast, "deputy", "?from=2&to=1")[1]


def test_who_may_read_the_versions_may_compare_them(twice, cast):
    found = {part: page_of(cast, part)[0] for part in cast.everyone()}
    assert found == {part: 200 if part in READERS else 404 for part in cast.everyone()}
    assert cast.client("head").post(PAGE).status_code == 405


def test_who_is_not_signed_in_is_sent_to_sign_in(twice, client):
    assert client.get(PAGE).status_code == 302


def test_what_was_withdrawn_unread_is_compared_by_its_authors_alone(twice, cast):
    perform(twice, "withdraw", cast.access("head"))
    perform(twice, "submit", cast.access("head"))
    for part in sorted(READERS):
        status, text = page_of(cast, part, "?from=1&to=2")
        assert status == (200 if part in AUTHORS else 404), part
        assert ("没有“2”这一稿可以比较。请从列表里选。" in text) == (part not in AUTHORS)
    assert "第 1 稿与第 3 稿比较" in page_of(cast, "deputy")[1]  # the two newest that he may see
    assert "第 2 稿与第 3 稿比较" in page_of(cast, "head")[1]
    assert "没有改动" in page_of(cast, "head")[1]
    assert "第 1 稿与第 3 稿比较" in page_of(cast, "office", "?to=3")[1]  # the one before it that the office may see


@pytest.mark.parametrize(
    "query",
    ["?from=9", "?to=9", "?from=0&to=2", "?from=-1", "?from=abc&to=2", "?to=%3Cscript%3E", "?from=1&to=99999999999999999999", "?to=²", "?to=" + "9" * 5000],
)
def test_a_version_that_is_not_there_is_said_in_a_sentence(twice, cast, query):
    status, text = page_of(cast, "deputy", query)
    assert status == 404
    assert "<title>错误：" in text
    assert "这一稿可以比较。请从列表里选。" in text
    assert "<script>" not in text
    assert 'name="from"' in text  # and the way to choose others


def test_one_version_twice_is_said_in_a_sentence(twice, cast):
    status, text = page_of(cast, "deputy", "?from=2&to=2")
    assert status == 200
    assert '<a href="#id_to">两边选的是同一稿。请选两稿不同的，再比较。</a>' in text


def test_with_one_version_there_is_nothing_to_compare(submitted, cast):
    assert "只有第 1 稿，还没有可以比较的另一稿。" in page_of(cast, "deputy")[1]
    assert "比较各稿" not in cast.client("deputy").get("/reports/2026H2/kfb/").content.decode()


def test_before_the_first_there_is_nothing_to_compare(draft, cast):
    assert page_of(cast, "deputy")[0] == 404
    assert "还没有报送过，没有可以比较的。" in page_of(cast, "head")[1]


def test_who_decides_has_opened_what_he_compares(twice, cast):
    page_of(cast, "office")
    page_of(cast, "head")
    assert ReportVersion.objects.get(number=2).opened_at is None
    page_of(cast, "deputy")
    assert ReportVersion.objects.get(number=2).opened_by == cast.deputy


def test_who_decides_has_opened_the_version_that_he_reads_by_its_number(submitted, cast):
    cast.client("deputy").get("/reports/2026H2/kfb/versions/1/")
    assert ReportVersion.objects.get().opened_by == cast.deputy


def test_what_somebody_wrote_is_shown_as_text(twice, cast):
    fill(twice, narrative="<script>alert(1)</script> & 新")
    perform(twice, "return", cast.access("deputy"), reason="<b>再补</b>")
    perform(twice, "submit", cast.access("head"))
    text = page_of(cast, "deputy")[1]
    assert "<script>alert" not in text
    assert "<b>再补" not in text
    assert "alert(1)" in text


def test_the_queries_do_not_grow(twice, cast, plan):
    client = cast.client("deputy")
    seen = []
    for more in (3, 20):
        for n in range(more):
            Problem.objects.create(report=twice, goal=plan.goals[n % 5], text=f"问题{n}", measure="办", owner="张三", due="2026-12-01")
        for _ in range(more // 3):
            perform(twice, "return", cast.access("deputy"), reason="再补")
            perform(twice, "submit", cast.access("head"))
        client.get(PAGE)  # marks it opened
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        seen.append(len(captured))
    assert seen[0] == seen[1] <= MOST_FOR_A_COMPARISON
