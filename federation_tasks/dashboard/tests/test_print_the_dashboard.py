"""A leader prints the dashboard: A4 across, whose and of which day it is, the tables whole, and nothing that only a screen needs."""

import os

import pytest
import time_machine
from playwright.sync_api import sync_playwright

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.plan.models import Task

from .printed import Printed

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ACROSS = (842, 595)  # A4 in points


@pytest.fixture
def open_page(monkeypatch, live_server, cast, plan):
    """Open the dashboard in the browser of one of the cast."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=True), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)

        def opened(query="", part="principal"):
            context = browser.new_context(locale="zh-CN", base_url=live_server.url)
            context.add_cookies([{"name": "sessionid", "value": cast.client(part).cookies["sessionid"].value, "url": live_server.url}])
            page = context.new_page()
            assert page.goto(f"/dashboard/{query}").status == 200
            return page

        yield opened
        browser.close()


def printed(page):
    return Printed(page.pdf(prefer_css_page_size=True))


def test_on_paper_it_says_whose_it_is_and_of_which_day(open_page, plan, cast):
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    found = printed(open_page("?on=2026-10-20"))
    assert set(found.sizes) == {ACROSS}
    assert 1 <= len(found.pages) <= 4
    assert "2026年下半年,2026年10月20日(周二),按那天结束时登记着的进度、状态和到期日。理事长打印于2026-10-21" in found.texts[0]
    whole = "".join(found.texts)
    for text in ("亮灯总览", "哪里亮了灯", "康复部", "五个差距排名"):
        assert text in whole
    for text in ("退出", "跳到主要内容", "跳过矩阵", "看哪一天", "导出", "网址", "http", "/dashboard/"):
        assert text not in whole
    for number, text in enumerate(found.texts, 1):
        assert f"第{number}页,共{len(found.pages)}页" in text


def test_a_long_matrix_has_its_head_on_every_page_and_no_row_in_two_halves(open_page, plan, cast):
    rows = Department.objects.bulk_create(Department(code=f"x{n}", name=f"第{n}县", kind="county", order=50 + n) for n in range(38))
    Task.objects.bulk_create(
        Task(period=plan.period, department=row, goal=goal, title="任务", start=plan.period.starts_on, due=TODAY) for row in rows for goal in plan.goals
    )
    page = open_page()
    found = printed(page)
    assert len(found.pages) <= 6
    with_rows = [text for text in found.texts if "县" in text.replace("部室单位", "", 1) and "第" in text and "落实思路" in text]
    assert len(with_rows) >= 2
    assert all(text.count("部室单位落实思路") == 1 for text in with_rows)
    page.emulate_media(media="print")
    assert page.locator("tr").evaluate_all("rows => rows.every(row => getComputedStyle(row).breakInside === 'avoid')")


def test_the_lights_keep_shape_and_number_in_black_and_white(open_page, plan, cast):
    plan.task(cast.kfb, due=TODAY.replace(day=1))
    page = open_page()
    page.emulate_media(media="print")
    light = page.locator(".matrix .n.red").first
    assert light.is_visible()
    assert light.inner_text() == "1"
    assert light.locator("svg").bounding_box()["width"] > 5
    assert page.locator(".matrix .cell.hot").first.evaluate("cell => getComputedStyle(cell).color") != "rgb(255, 255, 255)"


def test_somebody_who_printed_in_the_dark_look_gets_black_on_white(open_page, plan, cast):
    page = open_page()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("h1").evaluate("h1 => getComputedStyle(h1).color") == "rgb(0, 0, 0)"
