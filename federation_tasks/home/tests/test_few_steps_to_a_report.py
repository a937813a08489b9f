"""How much it takes to file the report on twelve tasks, from 待办 to submitted, counted in Chromium, beside twelve issues in a tracker.

An interaction is a click on something, or a field that somebody typed into or chose in. The tracker is taken at its best, as Redmine's
pages are made: for each issue the list is left for the issue (a click, a page), its form is opened (a click), one note is typed (a
field), and it is saved (a click, a page). What a report says besides, problems and what comes next, the tracker has no place for.
"""

import datetime as dt
import os

import pytest
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from federation_tasks.plan.models import ProgressUpdate
from federation_tasks.reports.models import Report

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TASKS = 12
TRACKER = {"interactions": TASKS * (1 + 1 + 1 + 1), "pages": TASKS * 2}
COUNTING = """
window.addEventListener('click', (event) => { if (event.isTrusted && event.detail) count('click'); }, true);
window.addEventListener('change', (event) => { if (/text|textarea|select|number/.test(event.target.type)) count('field'); }, true);
"""


@pytest.fixture
def counted(monkeypatch, live_server, cast, plan):
    """The head's browser at 待办, and what is counted from there on."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    plan.period.report_deadline = timezone.now() + dt.timedelta(days=20)
    plan.period.save()
    today = timezone.localdate()
    for number in range(TASKS):
        task = plan.task(cast.kfb, title=f"任务{number}", state="in_progress", start=today - dt.timedelta(days=30), due=today + dt.timedelta(days=30))
        ProgressUpdate.objects.create(
            task=task, department=cast.kfb, on=max(today, plan.period.starts_on), text=f"第{number}项已经完成大半。", progress=70, author=cast.clerk
        )
    client = cast.client("head")
    found = {"click": 0, "field": 0, "pages": 0}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto("/")
        page.expose_function("count", lambda what: found.update({what: found[what] + 1}))
        page.add_init_script(COUNTING)
        page.evaluate(COUNTING)
        page.on("framenavigated", lambda _: found.update(pages=found["pages"] + 1))
        yield page, found


def open_the_form(page):
    page.get_by_role("link", name="写汇报").or_(page.get_by_role("link", name="开始写")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("工作汇报")


def say_the_rest(page):
    """One problem against a gap, with its measure, and what comes next."""
    page.get_by_label("属于哪个差距").first.select_option(index=1)
    for label, text in (("问题", "师资不足"), ("改进措施", "委托培训"), ("责任人", "张三"), ("完成时限", f"{timezone.localdate() + dt.timedelta(days=60)}")):
        page.get_by_role("group", name="问题 1").get_by_label(label, exact=True).fill(text)
    page.locator("#id_arrangements").fill("对照目标逐项推进。")


def submit(page):
    page.get_by_role("button", name="报送给").click()
    expect(page.get_by_role("status").filter(has_text="第 1 稿已报送")).to_be_visible()
    assert Report.objects.get().state == "submitted"


def told(found, record_property):
    interactions = found["click"] + found["field"]
    record_property("interactions", interactions)
    record_property("pages", found["pages"])
    return interactions


def test_with_every_wording_changed_it_takes_less_than_half_of_a_tracker(counted, record_property):
    page, found = counted
    open_the_form(page)
    for number in range(TASKS):
        page.get_by_label("完成情况", exact=True).nth(number).fill(f"第{number}项改写过的完成情况。")
    say_the_rest(page)
    submit(page)
    assert told(found, record_property) <= TRACKER["interactions"] / 2
    assert found["pages"] <= 3


def test_with_the_wordings_as_they_were_put_together_it_takes_less_than_a_quarter(counted, record_property):
    page, found = counted
    open_the_form(page)
    say_the_rest(page)
    submit(page)
    assert told(found, record_property) <= TRACKER["interactions"] / 4
    assert found["pages"] <= 3
    assert all("完成大半" in item["narrative"] for item in Report.objects.get().standing.content["items"])
