"""In Chromium: what is typed is saved by itself, outlives everything that breaks on the way, and two people meet without loss."""

import datetime as dt
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session as AnySession
from django.db import OperationalError
from django.utils import timezone
from playwright.sync_api import Error, expect, sync_playwright

from departments.sessions.models import Session
from federation_tasks.reports.models import Report, ReportItem

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
PASSWORD = "Yi-tian-yi-bu-27"
FORM = "/reports/2026H2/kfb/edit/"
LONG = "".join(chr(0x4E00 + number % 3000) for number in range(5000))
SAVED = re.compile(r"已保存 \d\d:\d\d")


@pytest.fixture
def chromium(monkeypatch, live_server):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])


@pytest.fixture
def task(cast, plan):
    plan.period.report_deadline = timezone.now() + dt.timedelta(days=20)
    plan.period.save()
    for one in (cast.head, cast.clerk):
        one.set_password(PASSWORD)
        one.save()
    days = {"start": timezone.localdate() - dt.timedelta(days=30), "due": timezone.localdate() + dt.timedelta(days=30)}
    return plan.task(cast.kfb, title="康复条例调研", state="in_progress", **days)


@pytest.fixture
def open_form(chromium, live_server, task):
    """Open the form as somebody, in a browser of his own."""

    def opened(username, **options):
        page = chromium.new_context(base_url=live_server.url, **options).new_page()
        sign_in(page, username)
        page.goto(FORM)
        return page

    return opened


def sign_in(page, username):
    page.goto("/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def narrative(page, task):
    return page.locator(f"#id_items-{task.pk}-narrative")


def state(page):
    return page.locator("[data-save-state]")


def stored(ask):
    """Return what the database says, once the server, which has the same database in memory, is not just writing."""
    for _ in range(20):
        with suppress(OperationalError):
            return ask()
        time.sleep(0.2)
    return ask()


def said(task):
    return stored(lambda: ReportItem.objects.get(task=task).narrative)


def test_it_is_saved_a_moment_after_the_last_key_and_said_aloud(open_form, task):
    page = open_form("clerk")
    narrative(page, task).fill(LONG)
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    expect(page.locator("[data-save-spoken]")).to_have_text(SAVED)
    assert said(task) == LONG
    assert page.evaluate("Object.keys(localStorage)") == []
    page.get_by_role("textbox", name="责任人").first.fill("李四")
    page.get_by_role("spinbutton", name="进度").or_(page.get_by_label("进度（%）")).first.fill("120")
    expect(state(page)).to_contain_text("有 1 处没有存上", timeout=15_000)
    expect(page.get_by_text("进度只填 0 到 100 的整数")).to_be_visible()
    assert stored(lambda: Report.objects.get().problems.get().owner) == "李四"


def test_a_lost_network_is_said_bridged_and_made_up_for(open_form, task):
    page = open_form("clerk")
    page.context.set_offline(True)
    narrative(page, task).fill(LONG)
    expect(state(page)).to_have_text("离线，已存本机；连上以后会自动保存", timeout=15_000)
    assert LONG in page.evaluate("Object.values(localStorage).join()")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert said(task) == LONG


# The copy in the browser's database holds that many characters in its first field.
ON_DISK = """many => new Promise(answer => {
  const opening = indexedDB.open("ledger");
  opening.onsuccess = () => {
    const asked = opening.result.transaction("copies").objectStore("copies").getAll();
    asked.onsuccess = () => { opening.result.close(); answer(asked.result.some(copy => Object.values(copy.fields).some(texts => texts[0].length == many))); };
  };
})"""


def test_a_browser_that_is_killed_has_lost_nothing(chromium, live_server, task, tmp_path):
    """localStorage comes to the disk seconds after it was written: the copy in the browser's database is there at once."""
    profile = f"{tmp_path}/profile"

    def opened():
        words = ["--no-sandbox", "--disable-background-networking"]
        context = chromium.browser_type.launch_persistent_context(profile, executable_path="/usr/bin/chromium", args=words, base_url=live_server.url)
        page = context.new_page()
        sign_in(page, "clerk")
        page.goto(FORM)
        return page

    page = opened()
    page.context.set_offline(True)
    narrative(page, task).fill(LONG)
    page.wait_for_function(ON_DISK, arg="5000")
    kill_every_process_of(profile)
    with suppress(Error):
        page.context.close()
    page = opened()
    expect(narrative(page, task)).to_have_value(LONG)
    arrives(page, task)


def arrives(page, task):
    """Wait for the text to be saved. Now and then the dying browser itself has got it to the server: then there is nothing to make up for."""
    for _ in range(30):
        if said(task) == LONG:
            return
        page.wait_for_timeout(500)
    assert said(task) == LONG


def kill_every_process_of(profile):
    lines = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    for pid in [int(line.split()[0]) for line in lines if f"--user-data-dir={profile}" in line]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    Path(profile, "SingletonLock").unlink(missing_ok=True)


def test_what_was_saved_is_not_put_back_from_an_older_copy(open_form, task):
    """A browser that is killed after a save may have the older words in localStorage still."""
    page = open_form("clerk")
    page.route("**/autosave/", lambda route: route.abort())
    narrative(page, task).fill("写到一半")
    expect(state(page)).to_contain_text("离线，已存本机", timeout=15_000)
    older = page.evaluate("JSON.stringify(localStorage)")
    page.unroute("**/autosave/")
    narrative(page, task).fill("写完了")
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    page.goto("/reports/")
    page.evaluate("older => Object.entries(JSON.parse(older)).forEach(([slot, copy]) => localStorage.setItem(slot, copy))", older)
    page.goto(FORM)
    page.wait_for_timeout(4_000)
    expect(narrative(page, task)).to_have_value("写完了")
    assert said(task) == "写完了"


def test_a_tab_that_dies_has_lost_nothing_when_the_form_is_opened_again(open_form, task):
    page = open_form("clerk")
    page.context.set_offline(True)  # nothing reaches the server before the end
    narrative(page, task).fill(LONG)
    page.locator("#id_arrangements").fill("下一步")
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(FORM)
    expect(narrative(page, task)).to_have_value(LONG)
    arrives(page, task)
    expect(page.locator("#id_arrangements")).to_have_value("下一步")


def test_one_signs_in_again_in_place(open_form, task):
    page = open_form("clerk")
    Session.objects.all().delete()
    AnySession.objects.all().delete()
    narrative(page, task).fill(LONG)
    over = page.get_by_role("alertdialog", name="已经自动退出")
    expect(over.get_by_label("康复部联络员的密码")).to_be_focused(timeout=15_000)
    page.keyboard.press("Enter")
    expect(over.get_by_role("alert")).to_have_text("请输入密码。")
    page.keyboard.type("not-this-one-9")
    page.keyboard.press("Enter")
    expect(over.get_by_role("alert")).to_contain_text("用户名或密码不对", timeout=10_000)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(over).not_to_be_visible(timeout=10_000)
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert said(task) == LONG


@pytest.mark.parametrize("how", ["deleted", "ended elsewhere"])
def test_after_the_session_is_gone_one_signs_in_and_it_goes_on(open_form, task, how):
    page = open_form("clerk")
    if how == "deleted":
        Session.objects.all().delete()
        AnySession.objects.all().delete()
    else:
        other = open_form("clerk")
        other.goto("/sessions/")
        other.get_by_role("button", name=re.compile("别处|全部")).first.click()
    narrative(page, task).fill(LONG)
    over = page.get_by_role("alertdialog", name="已经自动退出")
    expect(over).to_be_visible(timeout=15_000)
    expect(state(page)).to_contain_text("登录已失效，已存本机")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    sign_in(opened.value, "clerk")  # which changes the token too
    opened.value.close()
    page.get_by_role("button", name="已经登录，接着写").click()
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert said(task) == LONG


def test_a_token_that_changed_in_another_window_is_renewed(open_form, task):
    page = open_form("clerk")
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach(field => field.value = 'x'.repeat(64))")
    narrative(page, task).fill(LONG)
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert said(task) == LONG


def test_signing_out_takes_the_copy_away_and_nobody_else_is_shown_it(open_form, task):
    page = open_form("clerk")
    page.route("**/autosave/", lambda route: route.abort())
    narrative(page, task).fill("还没有存上的话")
    expect(state(page)).to_contain_text("离线，已存本机", timeout=15_000)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept() if len(asked) > 1 else dialog.dismiss()))
    page.get_by_role("button", name="退出").click()
    assert "还没有保存上" in asked[0]
    expect(narrative(page, task)).to_have_value("还没有存上的话")
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#id_username")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_the_other_persons_copy_is_not_put_into_my_form(open_form, task):
    page = open_form("clerk")
    page.route("**/autosave/", lambda route: route.abort())
    narrative(page, task).fill("联络员没有存上的话")
    expect(state(page)).to_contain_text("离线，已存本机", timeout=15_000)
    page.context.clear_cookies()
    sign_in(page, "head")
    page.goto(FORM)
    expect(narrative(page, task)).to_have_value("")


def test_two_write_at_once_and_each_sees_what_the_other_wrote(open_form, task):
    clerk, head = open_form("clerk"), open_form("head")
    expect(head.locator("[data-others]")).to_contain_text("康复部联络员也打开着这份汇报")
    head.locator("#id_arrangements").fill("主任的安排")
    expect(state(head)).to_have_text(SAVED, timeout=15_000)
    narrative(clerk, task).fill("联络员写的")
    expect(state(clerk)).to_contain_text("别人改了 1 处，已显示在这一页", timeout=15_000)
    expect(clerk.locator("#id_arrangements")).to_have_value("主任的安排")
    expect(clerk.locator("[data-others]")).to_contain_text("康复部主任也打开着这份汇报")


def test_into_one_field_both_texts_are_side_by_side_and_one_decides(open_form, task):
    clerk, head = open_form("clerk"), open_form("head")
    narrative(head, task).fill("主任写的")
    expect(state(head)).to_have_text(SAVED, timeout=15_000)
    narrative(clerk, task).fill("联络员写的")
    expect(state(clerk)).to_contain_text("有 1 处别人同时也改了", timeout=15_000)
    box = clerk.get_by_role("group", name="康复条例调研 完成情况")
    expect(box).to_contain_text("主任写的")
    expect(box).to_contain_text("联络员写的")
    assert said(task) == "主任写的"
    box.get_by_role("button", name="就这样定").click()  # undecided yet
    expect(box.get_by_label("以我这里写的为准")).to_be_focused()
    box.get_by_label("两段都留").check()
    box.get_by_role("button", name="就这样定").click()
    expect(narrative(clerk, task)).to_be_focused()
    expect(state(clerk)).to_have_text(SAVED, timeout=15_000)
    assert said(task) == "主任写的\n联络员写的"
    expect(clerk.locator("#conflicts")).to_be_hidden()


def test_a_row_of_a_problem_is_added_without_leaving_the_page_and_takes_the_focus(open_form, task):
    page = open_form("clerk")
    page.get_by_role("button", name="再加一个问题").click()
    row = page.get_by_role("group", name="问题 2")
    expect(row.get_by_label("属于哪个差距")).to_be_focused()
    row.get_by_role("textbox", name="问题", exact=True).fill("第二个问题")
    expect(state(page)).to_have_text(SAVED, timeout=15_000)
    assert stored(lambda: [problem.text for problem in Report.objects.get().problems.all()]) == ["第二个问题"]


def test_pressing_a_button_while_a_save_is_under_way_meets_no_conflict_with_oneself(open_form, task):
    page = open_form("clerk")
    narrative(page, task).fill("写到一半")
    page.wait_for_timeout(2_950)  # about when it saves itself
    narrative(page, task).fill("写完了")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("status").filter(has_text="草稿已保存")).to_be_visible()
    assert said(task) == "写完了"


def test_without_a_script_the_conflict_is_decided_too(open_form, task):
    clerk, head = open_form("clerk", java_script_enabled=False), open_form("head", java_script_enabled=False)
    narrative(head, task).fill("主任写的")
    head.get_by_role("button", name="保存草稿").click()
    narrative(clerk, task).fill("联络员写的")
    clerk.get_by_role("button", name="保存草稿").click()
    box = clerk.get_by_role("group", name="康复条例调研 完成情况")
    expect(box).to_contain_text("主任写的")
    box.get_by_label("两段都留").check()
    clerk.get_by_role("button", name="保存草稿").click()
    assert said(task) == "主任写的\n联络员写的"
