"""Preview, version and reading page are printed as GB/T 9704-2012 has it: 22 lines of 28 characters, numbered pages, one page for the outline."""

import itertools
import os
import re

import pytest
import time_machine
from playwright.sync_api import sync_playwright

from federation_tasks.plan.models import Task
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Problem
from federation_tasks.workflow.moves import perform

from .conftest import MORNING, fill

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BASE, PAGES = "/reports/2026H2/kfb/", ("preview/", "versions/1/", "")
MM = 96 / 25.4  # pixels of CSS

# The lines of a paragraph: where each begins and ends in pixels, and how many characters it has.
LINES = """p => {
  const lines = [], range = document.createRange(), text = p.firstChild;
  for (let n = 0; n < text.length; n++) {
    range.setStart(text, n); range.setEnd(text, n + 1);
    const box = range.getBoundingClientRect(), last = lines.at(-1);
    if (last && Math.abs(last.top - box.top) < 2) { last.number++; last.right = box.right; }
    else lines.push({top: box.top, left: box.left, right: box.right, number: 1});
  }
  return lines;
}"""
ONE_TEXT = "(paper, text) => { paper.replaceChildren(document.createElement('p')); paper.firstChild.textContent = text; }"


@pytest.fixture
def open_page(monkeypatch, live_server, cast, plan):
    """Open pages in the browser of one of the cast, on the tests' own day."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with time_machine.travel(MORNING, tick=True), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)

        def opened(part, where, **looks):
            context = browser.new_context(locale="zh-CN", base_url=live_server.url, **looks)
            context.add_cookies([{"name": "sessionid", "value": cast.client(part).cookies["sessionid"].value, "url": live_server.url}])
            page = context.new_page()
            assert page.goto(f"{BASE}{where}").status == 200
            return page

        yield opened
        browser.close()


def written(plan, cast, number=3, **said):
    for n in range(number):
        plan.task(cast.kfb, title=f"第{n}项康复任务", progress=n, state="in_progress")
    report = fill(start_report(plan.period, cast.kfb, cast.clerk), **said)
    Problem.objects.create(report=report, goal=plan.goals[1], text="口径不一。" * 20, measure="逐市比对。" * 20, owner="张三", due=plan.period.ends_on)
    return report


def submitted(report, cast):
    """Submit a report, and have it returned, so that every page of it can be opened."""
    perform(report, "submit", cast.access("head"))
    perform(report, "return", cast.access("deputy"), reason="补齐")
    return report


def pages_of(page):
    """Return how many pages the browser prints."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("where", PAGES)
def test_a_line_holds_28_characters_in_a_block_of_156_mm(open_page, plan, cast, where):
    submitted(written(plan, cast, narrative="残" * 400), cast)
    page = open_page("head", where)
    page.emulate_media(media="print")
    lines = page.locator(".paper p", has_text="残残残").first.evaluate(LINES)
    assert [line["number"] for line in lines] == [26] + [28] * 13 + [10]  # the first one is indented by two
    paper = page.locator(".paper").bounding_box()
    assert paper["width"] == pytest.approx(156 * MM, abs=0.1)
    assert lines[1]["left"] == pytest.approx(paper["x"], abs=0.1)
    assert lines[1]["right"] == pytest.approx(paper["x"] + 156 * MM, abs=0.5)
    assert lines[0]["left"] == pytest.approx(paper["x"] + 156 * MM / 14, abs=0.1)
    steps = [after["top"] - before["top"] for before, after in itertools.pairwise(lines)]
    assert steps == [pytest.approx((225 - 16 * 25.4 / 72) / 21 * MM, abs=0.1)] * 14


@pytest.mark.parametrize("where", PAGES)
def test_a_page_holds_22_lines(open_page, plan, cast, where):
    submitted(written(plan, cast), cast)
    page = open_page("head", where)
    paper = page.locator(".paper")
    for lines, pages in ((22, 1), (23, 2), (44, 2), (45, 3), (66, 3)):
        paper.evaluate(ONE_TEXT, "残" * (28 * lines - 2))
        assert pages_of(page) == pages


def test_headings_of_every_level_keep_to_the_lines(open_page, plan, cast):
    plan.task(cast.kfb, title="儿童康复救助", measure="quantity", quantity=1200, unit="名", quantity_done=792, progress=66, due=plan.period.starts_on)
    submitted(written(plan, cast, reason="定点机构复审到 5 月才结束"), cast)
    page = open_page("head", "preview/")
    page.emulate_media(media="print")
    heights = page.locator(".paper :is(h1,h2,h3,p,li)").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    line = (225 - 16 * 25.4 / 72) / 21 * MM
    assert [height / line for height in heights] == [pytest.approx(round(height / line), abs=0.02) for height in heights]
    assert page.locator(".paper h1").evaluate("one => parseFloat(getComputedStyle(one).fontSize)") == pytest.approx(22 * 96 / 72, abs=0.01)


def test_only_the_paper_is_printed(open_page, plan, cast):
    submitted(written(plan, cast), cast)
    for where in PAGES:
        page = open_page("head", where)
        page.emulate_media(media="print")
        shown = page.locator("body").inner_text()
        assert "康复部关于2026年下半年工作任务完成情况的汇报" in shown.split("\n")[0]
        after = shown.split("\n2026年10月21日", 1)[1].strip()  # nothing but who decided what on it
        assert not after or after.startswith(("退回修改第 1 稿：", "审阅通过第 1 稿："))


@pytest.mark.parametrize("size", ["standard", "large"])
@pytest.mark.parametrize("number", [1, 40])
def test_the_outline_is_one_page(open_page, plan, cast, size, number):
    many = "2026年6月底前已救助 1,234 名（其中ABC类 56.7%），完成率 98.6%，随访“全覆盖”，对3.5万元尾款逐笔核对。第二句。"
    report = written(plan, cast, number, narrative=many, coordination=many, next_step=many)
    Task.objects.update(title="残疾儿童康复救助和辅助器具适配" * 2)
    for goal in plan.goals:
        Problem.objects.create(report=report, goal=goal, text=many, measure=many, owner="张三", due=plan.period.ends_on)
    report.arrangements = many * 12
    report.save()
    page = open_page("head", f"outline/?size={size}")
    assert pages_of(page) == 1
    assert page.get_by_text("项，见汇报全文。").count() >= (1 if number == 1 else 2)


@pytest.mark.parametrize("where", [*PAGES, "outline/", "outline/?size=large"])
def test_on_a_narrow_screen_and_with_large_text_nothing_overflows(open_page, plan, cast, where):
    submitted(written(plan, cast, narrative="https://example.test/" + "a" * 90), cast)
    page = open_page("head", where, viewport={"width": 360, "height": 800}, color_scheme="dark")
    for size in ("100%", "200%"):
        page.evaluate("size => document.documentElement.style.fontSize = size", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
