"""The dashboard's first load over the real server, with the demo: light, whole without script, and without a fault that a browser knows of.

What Lighthouse asks for accessibility and best practices is asked here one by one, of the browser itself: its issues panel (Audits),
its deprecation reports, its layout shifts, and axe.
"""

import io
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect, sync_playwright

from federation_tasks.digests.testing import free_port
from federation_tasks.home.testing import PASSWORD, Site, own_services

pytestmark = [pytest.mark.browser, pytest.mark.once]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
MOST_BYTES, MOST_REQUESTS = 200_000, 12
MOST_ELEMENTS = 2000  # Lighthouse mentions a page of more than 1,400 and takes no points off for it
A_YEAR = 365 * 24 * 3600
WATCHED = """
window.shifts = []; window.reports = [];
new PerformanceObserver(list => list.getEntries().forEach(e => window.shifts.push(e.value))).observe({type: 'layout-shift', buffered: true});
new ReportingObserver(found => found.forEach(r => window.reports.push(r.type + ' ' + r.body.message)), {buffered: true}).observe();
"""
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


class Load:
    """One first load of a page: what went over the wire, and what the browser complained about."""

    def __init__(self, context, address):
        self.page = context.new_page()
        self.asked: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        self.answers: dict[str, Any] = {}
        self.issues: list[Any] = []
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        tools = context.new_cdp_session(self.page)
        tools.on("Network.requestWillBeSent", lambda event: self.asked.update({event["requestId"]: event["request"]["url"]}))
        tools.on("Network.responseReceived", lambda event: self.answers.update({event["response"]["url"]: event["response"]}))
        tools.on("Network.loadingFinished", lambda event: self.bytes.update({event["requestId"]: event["encodedDataLength"]}))
        tools.on("Audits.issueAdded", lambda event: self.issues.append(event["issue"]))
        tools.send("Network.enable")
        tools.send("Audits.enable")
        self.page.add_init_script(WATCHED)
        self.page.goto(address, wait_until="networkidle")

    def header(self, url, name):
        return {key.lower(): value for key, value in self.answers[url]["headers"].items()}.get(name, "")

    def of_type(self, kind):
        return [url for url, answer in self.answers.items() if kind in answer["mimeType"]]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with own_services("weight") as services, Site(tmp_path_factory.mktemp("site"), free_port(), services).running(DIGESTS_PAUSED="true") as running:
        yield running


@pytest.fixture
def first_visit(site):
    """Open a browser without a cache, in which the principal is signed in."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        signing_in = browser.new_context(base_url=site.address)
        page = signing_in.new_page()
        page.goto("/login/")
        page.locator("[name=username]").fill("principal")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("待办")
        known = signing_in.storage_state()
        yield lambda **looks: browser.new_context(locale="zh-CN", base_url=site.address, storage_state=known, **looks)
        browser.close()


def test_the_first_load_is_light_cached_packed_and_from_here_alone(first_visit, site):
    load = Load(first_visit(), "/dashboard/")
    assert len(load.asked) <= MOST_REQUESTS, load.asked
    assert sum(load.bytes.values()) < MOST_BYTES, load.bytes
    assert {url.startswith((f"{site.address}/", "data:")) for url in load.asked.values()} == {True}
    for url, answer in load.answers.items():
        assert answer["status"] == 200, url
        if "/static/" in url:
            cached = load.header(url, "cache-control")
            assert int(cached.split("max-age=")[1].split(",")[0]) >= A_YEAR, (url, cached)
    for url in load.of_type("css") + load.of_type("javascript"):
        assert load.header(url, "content-encoding") == "gzip", url
    assert "no-store" in load.header(f"{site.address}/dashboard/", "cache-control")


def test_the_browser_has_nothing_to_complain_about(first_visit):
    load = Load(first_visit(), "/dashboard/")
    page = load.page
    assert load.said == []
    assert load.issues == []
    assert page.evaluate("window.reports") == []
    assert page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)") == 0
    assert page.evaluate("document.doctype && document.compatMode + ' ' + document.characterSet") == "CSS1Compat UTF-8"
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert page.title().startswith("亮灯总览")
    assert page.locator("meta[name=viewport]").get_attribute("content") == "width=device-width, initial-scale=1"
    assert page.locator("img:not([width]), img:not([alt])").count() == 0
    assert page.locator("script:not([defer]):not([type=module])").count() == 0
    assert page.locator("*").count() < MOST_ELEMENTS
    assert page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)") == []
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "navigate"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing(first_visit, scheme, width):
    load = Load(first_visit(color_scheme=scheme, viewport={"width": width, "height": 800}), "/dashboard/")
    found = Axe().run(load.page, options=AXE)
    assert [(row["id"], [node["html"][:200] for node in row["nodes"]]) for row in found.response["violations"]] == []
    assert load.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_everything_is_there_and_forms_work(first_visit):
    with_script = Load(first_visit(), "/dashboard/").page
    page = first_visit(java_script_enabled=False).new_page()
    page.goto("/dashboard/")
    assert page.locator("main h1, main h2, main h3").all_inner_texts() == with_script.locator("main h1, main h2, main h3").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出逾期清单").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames == ["逾期清单", "说明"]
    page.locator("main .filters [name=on]").fill("2026-01-01")
    page.locator("main .filters").get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="这是2026年1月1日（周四）的情况")).to_be_visible()
    page.goto("/dashboard/")
    page.locator("main .cell[href]").first.click()
    assert "/tasks/?" in page.url


def test_the_address_is_copied_with_one_button(first_visit):
    context = first_visit(permissions=["clipboard-read", "clipboard-write"])
    page = Load(context, "/dashboard/").page
    field = page.get_by_label("这一页的网址")
    page.get_by_role("button", name="复制网址").click()
    expect(page.get_by_text("网址已复制。")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == field.input_value()
    assert "period=" in field.input_value()
    assert "on=" in field.input_value()
