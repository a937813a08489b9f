"""The main job from outside, in Chromium, over the site of `make run`: target, report, return, approval, dashboard, digest.

Once with script and once without. Letters are paused until the last step; the day is made a working day in the admin where it is none.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from federation_tasks.digests.testing import Sink, free_port, running
from federation_tasks.home.testing import PASSWORD, Site, own_services, wait_until
from federation_tasks.plan.workdays import state_calendar_says

pytestmark = [pytest.mark.browser]

TARGET = "残疾儿童抢救性康复救助"  # of 康复部, measured by quantity, behind on any day of the demo
REASON_TO_RETURN = "第 3 项没有写清下一步由谁来办，补齐再报。"
LEADERS = ["deputy-a", "deputy-b", "deputy-c", "principal"]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@dataclass
class Walk:
    """One walk: a browser, with or without script, over one site."""

    browser: Browser
    site: Site
    has_script: bool

    @contextmanager
    def person(self, username: str) -> Iterator[Page]:
        """Sign a person in, in a browser of his own; whatever happens there must leave the console without an error."""
        context = self.browser.new_context(locale="zh-CN", java_script_enabled=self.has_script, base_url=self.site.address)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto("/login/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("待办")
        yield page
        context.close()
        assert complaints == []

    def numbers(self, username: str = "deputy-b") -> dict:
        """Return the dashboard's numbers for machines, as this person gets them."""
        with self.person(username) as page:
            return json.loads(page.request.get("/dashboard/summary.json").text())


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walk(request, tmp_path):
    sink = Sink()
    with sync_playwright() as playwright, running(sink), own_services("walk") as services:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        site = Site(tmp_path, free_port(), services | {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"})
        yield Walk(browser, site, request.param), sink
        browser.close()


def test_from_the_target_to_the_digest(walk):
    walk, sink = walk
    with walk.site.running(DIGESTS_PAUSED="true"):
        change_a_target(walk)
        make_today_a_working_day(walk)
        before = walk.numbers()
        file_the_report(walk)
        return_without_and_with_a_reason(walk)
        correct_and_submit_again(walk)
        approve(walk)
        after = walk.numbers()
        assert_moved(before, after)
        assert_page_says(walk, after)
        assert sink.received == []
        let_letters_leave_from_midnight(walk)
    with walk.site.running():
        told = fire_by_command_and_schedule(walk, sink)
        assert_digests_carry(walk, sink, after)
        assert sorted(line.split(":")[0] for line in told) == sorted(LEADERS * 2)
        assert {line.split(": ")[1] for line in told} <= {"sent", "already sent"}


def change_a_target(walk):
    with walk.person("admin") as page:
        page.goto(f"/admin/plan/target/?q={TARGET}")
        page.get_by_role("link", name=TARGET).first.click()
        page.get_by_label("数量", exact=False).first.fill("约三百")
        save(page)
        expect(page.locator(".errsum, .errornote").first).to_be_visible()
        expect(page.get_by_text("只填数字").first).to_be_visible()
        page.get_by_label("数量", exact=False).first.fill("1500")
        page.get_by_label("变更原因").fill("按实际需求调整")
        page.get_by_label("批准人").fill("演示·理事长")
        page.get_by_label("批准文号").fill("演示〔2026〕1号")
        save(page)
        page.goto(f"/admin/plan/target/?q={TARGET}")
        page.get_by_role("link", name=TARGET).first.click()
        expect(page.get_by_label("数量", exact=False).first).to_have_value(re.compile(r"^1,?500(\.00)?$"))
        page.get_by_role("link", name="历史").first.click()
        expect(page.get_by_text("按实际需求调整").first).to_be_visible()
        expect(page.get_by_text("演示〔2026〕1号").first).to_be_visible()


def make_today_a_working_day(walk):
    today = timezone.localdate()
    if state_calendar_says(today):
        return
    with walk.person("admin") as page:
        page.goto("/admin/plan/workdayoverride/add/")
        page.locator("[name=day]").fill(today.isoformat())
        page.locator("[name=is_workday]").check()
        save(page)


def save(page):
    page.locator("[name=_save]").first.click()


def file_the_report(walk):
    with walk.person("head-kfb") as page:
        page.get_by_role("link", name="填写汇报").click()
        done = item(page, TARGET).get_by_label("累计完成", exact=False)
        done.fill("约三百")
        page.get_by_role("button", name="保存草稿").last.click()
        expect(page).to_have_title(re.compile("^错误："))
        expect(page.locator("#error-summary")).to_be_focused()
        expect(done).to_have_value("约三百")
        done.fill("1,200")
        fill_all_rows(page)
        page.get_by_label("工作安排").last.fill("一是补齐救助名额；二是按期完成各项任务。")
        page.get_by_role("button", name="保存草稿").last.click()
        expect(page).not_to_have_title(re.compile("^错误："))
        expect(done).to_have_value("1200")
        page.get_by_role("button", name=re.compile("^报送给")).click()
        expect(page.get_by_role("main")).to_contain_text("已报送")


def item(page, title):
    return page.locator("details.item").filter(has=page.get_by_role("heading", name=title))


def fill_all_rows(page):
    for fold in page.locator("details.item:not([open]) > summary").all():
        fold.click()
    for field in page.locator("[name$='-narrative']").all():
        field.fill("按计划推进，已完成本期各个环节。")
    for field in page.locator("[name$='-reason']").all():
        field.fill("前期手续多，预计下月底前办结。")
    # What leaders have required since the last report: each is answered, and why it is not wholly done.
    for choice in page.locator("[name^='instructions-'][value=partly]").all():
        choice.check()
    for field in page.locator("[name^='instructions-'][name$='-text']").all():
        field.fill("已经明确专人，正在逐项办理。")


def return_without_and_with_a_reason(walk):
    with walk.person("deputy-b") as page:
        page.get_by_role("link", name=re.compile("^审阅.*康复部")).click()
        page.get_by_role("button", name="退回修改").click()
        expect(page).to_have_title(re.compile("^错误："))
        expect(page.locator("#error-summary")).to_be_focused()
        page.locator("[name='return-reason']").fill(REASON_TO_RETURN)
        page.get_by_role("button", name="退回修改").click()
        expect(page.get_by_role("main")).to_contain_text("退回")


def correct_and_submit_again(walk):
    with walk.person("head-kfb") as page:
        expect(page.get_by_role("main")).to_contain_text(REASON_TO_RETURN)
        page.get_by_role("link", name=re.compile("修改汇报")).first.click()
        expect(page.get_by_role("main")).to_contain_text(REASON_TO_RETURN)
        third = page.locator("details.item").nth(2)
        if third.get_attribute("open") is None:
            third.locator("summary").first.click()
        third.locator("[name$='-next_step']").fill("由综合科牵头，下月十日前办完。")
        page.get_by_role("button", name=re.compile("^报送给")).click()
        expect(page.get_by_role("main")).to_contain_text("已报送")


def approve(walk):
    with walk.person("deputy-b") as page:
        page.get_by_role("link", name=re.compile("^审阅.*康复部")).click()
        expect(page.get_by_role("main")).to_contain_text("由综合科牵头")
        page.get_by_role("button", name="审阅通过").click()
        expect(page.get_by_role("main")).to_contain_text("审阅通过")


def lights_of(numbers, code="kfb"):
    return next(row["lights"] for row in numbers["departments"] if row["code"] == code)


def assert_moved(before, after):
    was, now = lights_of(before), lights_of(after)
    assert now["yellow"] == was["yellow"] - 1, (was, now)
    assert sum(now.values()) == sum(was.values())
    assert after["progress"] > before["progress"]


def assert_page_says(walk, numbers):
    with walk.person("deputy-b") as page:
        page.goto("/dashboard/")
        expect(page.locator(".lede")).to_contain_text(f"逾期 {numbers['lights']['red']}")
        expect(page.locator(".legend").first).to_contain_text(f"滞后 {numbers['lights']['yellow']}")


def let_letters_leave_from_midnight(walk):
    """Set the hour of the digests so early that it has passed, whenever this walk is run."""
    with walk.person("admin") as page:
        page.goto("/admin/django_celery_beat/periodictask/")
        page.locator("#result_list tbody tr").first.get_by_role("link").first.click()
        page.get_by_label("每天几点").fill("00:00")
        save(page)
        expect(page.locator("#result_list tbody tr").first).to_contain_text("00:00")


def fire_by_command_and_schedule(walk, sink):
    """Run the command twice at once beside the running schedule; return what they said."""
    commands = [walk.site.command("send_overdue_digests") for _ in range(2)]
    said = [command.communicate(timeout=90)[0] for command in commands]
    assert [command.returncode for command in commands] == [0, 0], said
    wait_until(lambda: len(sink.received) >= len(LEADERS), 90, lambda: f"{said} {[letter.to for letter in sink.received]}")
    third = walk.site.command("send_overdue_digests").communicate(timeout=90)[0]
    assert third.count("already sent") == len(LEADERS), third
    return [line for text in said for line in text.splitlines()]


def assert_digests_carry(walk, sink, numbers):
    assert sorted(letter.to.split("@")[0] for letter in sink.received) == LEADERS, "one letter for each leader, and none twice"
    assert len({letter.message_id for letter in sink.received}) == len(LEADERS)
    for username in LEADERS:
        letter = next(letter for letter in sink.received if letter.to.startswith(username))
        red = walk.numbers(username)["lights"]["red"]
        assert f"逾期 {red} 项" in str(letter.message["Subject"])
    mine = next(letter for letter in sink.received if letter.to.startswith("deputy-b")).message
    assert f"逾期 {numbers['lights']['red']} 项" in str(mine["Subject"])
    assert mine["List-Id"]
