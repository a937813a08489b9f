"""The review in Chromium, with script and without: one remark at one task, the correction, what changed, and on to the next report."""

import os
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from federation_tasks.plan.states import TaskState
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Report
from federation_tasks.workflow.moves import perform

from .conftest import fill

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
REPORT = "/reports/2026H2/kfb/"
REASON = "协调用时较长，下月底前办结。"  # asked for on days after the due date


class Walk:
    """A browser on the running site, and who uses it."""

    def __init__(self, browser, address, cast, has_script):
        self.browser, self.address, self.cast, self.has_script = browser, address, cast, has_script

    @contextmanager
    def person(self, part, width=1280):
        """Let one of the cast in; whatever happens there must leave the console without an error."""
        size = {"width": width, "height": 900}
        context = self.browser.new_context(locale="zh-CN", base_url=self.address, java_script_enabled=self.has_script, viewport=size)
        context.add_cookies([{"name": "sessionid", "value": self.cast.client(part).cookies["sessionid"].value, "url": self.address}])
        page = context.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(REPORT)
        yield page
        context.close()
        assert complaints == []


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walk(request, monkeypatch, live_server, cast):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield Walk(browser, live_server.url, cast, request.param)
        browser.close()


@pytest.fixture
def two_reports(plan, cast, tasks):
    """Two reports that await the same deputy."""
    plan.task(cast.kfyy, state=TaskState.IN_PROGRESS)
    for department, head in ((cast.kfb, "head"), (cast.kfyy, "kfyy_head")):
        perform(fill(start_report(plan.period, department, getattr(cast, head)), reason=REASON), "submit", cast.access(head))


def return_with_a_remark(walk):
    with walk.person("deputy") as page:
        page.get_by_role("link", name="到审阅决定").click()
        expect(page.locator("#decision")).to_be_in_viewport()
        page.get_by_role("button", name="退回修改").click()
        expect(page).to_have_title(re.compile("^错误："))
        expect(page.locator("#error-summary")).to_be_focused()
    with walk.person("deputy") as page:
        field = page.get_by_label("（1）儿童康复救助（选填）")
        expect(field).to_be_hidden()
        page.get_by_role("link", name=re.compile("^写意见.*儿童康复救助")).click()
        expect(field).to_be_in_viewport()
        field.fill("请写清缺口。")
        page.get_by_role("button", name="退回修改").click()
        expect(page.get_by_text("已退回，报送人会看到您写的理由和意见。")).to_be_visible()
        expect(page.get_by_role("link", name="审下一份：康复医院")).to_be_visible()


def correct_what_was_asked_for(walk):
    with walk.person("head") as page:
        expect(page.get_by_role("main")).to_contain_text("请写清缺口。")
        page.get_by_role("link", name="（1）儿童康复救助").click()
        beside = page.locator("[id^=remark-task]")
        expect(beside).to_have_text("副理事长乙（副理事长）退回时要求：请写清缺口。")
        page.get_by_role("main").get_by_role("link", name="（1）儿童康复救助").click()
        expect(beside).to_be_in_viewport()  # in an item that was folded
        page.get_by_role("textbox", name="完成情况").first.fill("儿童康复救助的完成情况。还缺 408 名，8 月底前补齐。")
        page.get_by_role("button", name=re.compile("^报送给")).click()
        expect(page.get_by_text("第 2 稿已报送")).to_be_visible()


def compare_and_approve(walk):
    with walk.person("deputy") as page:
        since = page.get_by_role("region", name="第 1 稿退回以后改了什么")
        expect(since).to_contain_text("第 2 稿改了 1 项任务。")
        since.get_by_role("link", name="（1）儿童康复救助").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("康复部 2026年下半年工作汇报：第 1 稿与第 2 稿比较")
        expect(page.locator("ins").nth(1)).to_have_text("（新增：还缺 408 名，8 月底前补齐。，新增完）")
        page.get_by_label("后来的一稿").select_option("1")
        page.get_by_role("button", name="比较").click()
        expect(page).to_have_title(re.compile("^错误："))
        page.goto(REPORT)
        expect(page.get_by_text("退回第 1 稿时您要求：请写清缺口。")).to_be_visible()
        page.get_by_role("button", name="审阅通过，看下一份").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("康复医院关于2026年下半年工作任务完成情况的汇报")
        expect(page.get_by_text("康复部 2026年下半年工作汇报：已审阅通过。下面是下一份，还有 1 份等您审定。")).to_be_visible()
        page.get_by_role("button", name="审阅通过", exact=True).click()
        expect(page.locator(".decided")).to_contain_text("审阅通过第 1 稿：副理事长乙（副理事长）")


def test_from_the_remark_to_the_next_report(walk, two_reports):
    return_with_a_remark(walk)
    correct_what_was_asked_for(walk)
    compare_and_approve(walk)
    assert set(Report.objects.values_list("state", flat=True)) == {"approved"}


def test_the_decision_stays_beside_the_report_where_there_is_room_and_follows_it_where_there_is_not(walk, two_reports):
    with walk.person("deputy") as page:
        page.locator("#arrangements").scroll_into_view_if_needed()
        expect(page.get_by_role("button", name="审阅通过", exact=True)).to_be_in_viewport()
    with walk.person("deputy", width=360) as page:
        assert page.locator("#decision").bounding_box()["y"] > page.locator("#arrangements").bounding_box()["y"]
        assert page.locator("#decision").bounding_box()["width"] <= 360
