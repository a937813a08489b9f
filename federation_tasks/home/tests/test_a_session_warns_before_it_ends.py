"""In Chromium: a warning before the session ends, a button to stay, and a text that is still there when it was not pressed."""

import datetime as dt
import os
import re

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PASSWORD = "Yi-tian-yi-bu-27"
TYPED = "已经完成筛选，正在签订协议。" * 20


@pytest.fixture
def page(monkeypatch, live_server, cast, plan, settings):
    """The head's browser on a page with a form; a session holds for sixteen idle seconds, and warns for eight."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.SESSION_IDLE = dt.timedelta(seconds=16)
    cast.head.set_password(PASSWORD)
    cast.head.save()
    task = plan.task(
        cast.kfb, state="in_progress", measure="percent", start=dt.date.today() - dt.timedelta(days=30), due=dt.date.today() + dt.timedelta(days=30)
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        page = browser.new_context(base_url=live_server.url).new_page()
        sign_in(page)
        page.goto(f"/tasks/{task.pk}/")
        yield page


def sign_in(page, username="head"):
    page.goto("/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def warning(page):
    return page.get_by_role("alertdialog", name="快要自动退出了")


def test_the_warning_is_spoken_takes_the_focus_and_gives_it_back(page):
    field = page.locator("#id_text")
    field.focus()
    expect(warning(page)).to_be_visible(timeout=15_000)
    expect(warning(page)).to_have_accessible_description(re.compile(r"\d+:\d\d 会自动退出。要接着用，请按“继续使用”。"))
    expect(page.get_by_role("button", name="继续使用")).to_be_focused()
    page.keyboard.press("Enter")
    expect(warning(page)).not_to_be_visible()
    expect(field).to_be_focused()
    page.wait_for_timeout(9_000)  # past the first limit
    page.reload()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def test_who_does_not_answer_is_signed_out_and_reads_why(page):
    expect(page).to_have_url(re.compile(r"/login/\?next=%2Ftasks%2F\d+%2F"), timeout=40_000)
    expect(page.get_by_role("status")).to_contain_text("系统已经自动退出")


def test_what_was_typed_stays_and_is_sent_after_signing_in_elsewhere(page):
    page.locator("#id_text").fill(TYPED)
    page.fill("#id_progress", "80")
    over = page.get_by_role("alertdialog", name="已经自动退出")
    expect(over).to_be_visible(timeout=40_000)
    page.get_by_role("button", name="已经登录，接着写").click()
    expect(page.get_by_role("alertdialog", name="还没有用原来的账号登录")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    sign_in(opened.value)
    page.get_by_role("button", name="已经登录，接着写").click()
    expect(page.get_by_role("alertdialog")).not_to_be_visible()
    expect(page.locator("#id_text")).to_have_value(TYPED)
    page.get_by_role("button", name="登记进展").click()
    expect(page.get_by_role("status")).to_contain_text("已登记进展")
    expect(page.locator(".timeline")).to_contain_text(TYPED)


def test_somebody_else_at_the_same_machine_does_not_go_on_in_it(page, cast):
    page.locator("#id_text").fill(TYPED)
    expect(page.get_by_role("alertdialog", name="已经自动退出")).to_be_visible(timeout=40_000)
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    other = page.context.new_page()
    sign_in(other, "clerk")
    page.get_by_role("button", name="已经登录，接着写").click()
    expect(page.get_by_role("alertdialog", name="还没有用原来的账号登录")).to_be_visible()
