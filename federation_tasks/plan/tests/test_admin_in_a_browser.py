"""The admin in Chromium under the strict policy: no page breaks it, and rows can be added with script and without."""

import datetime as dt
import os

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

from departments.access import Role
from departments.testing import person
from federation_tasks.plan.models import Milestone, PolicyClause, PolicyDocument, Target, WorkdayOverride

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def browser(monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])


@pytest.fixture
def rows(plan, cast):
    """One row of everything, so that every kind of page has something to show."""
    target = Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=dt.date.today().year, indicator="指标", quantity=3, unit="名")
    task = plan.task(cast.kfb, target=target, measure="milestones")
    Milestone.objects.create(task=task, name="筛选")
    PolicyClause.objects.create(document=PolicyDocument.objects.create(issuer="省委"), text="原文")
    WorkdayOverride.objects.create(day=dt.date(2026, 12, 31), is_workday=True)
    return target


def signed_in(browser, live_server, client, **options):
    context = browser.new_context(**options)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return context.new_page()


def addresses(request_user_client):
    """Every list, form and history that this person may open."""
    yield "/admin/"
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        pages = [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_add")]
        row = model._base_manager.first()
        if row is not None:
            pages += [reverse(f"admin:{name}_{page}", args=[row.pk]) for page in ("change", "history", "delete")]
        yield from (page for page in pages if request_user_client.get(page).status_code == 200)


@pytest.mark.parametrize("part", ["plan_admin", "system_admin", "security_admin", "auditor"])
def test_no_page_breaks_the_policy(browser, live_server, cast, rows, part):
    client = cast.client(part)
    page = signed_in(browser, live_server, client)
    complaints = []
    page.on("console", lambda message: complaints.append((page.url, message.text)) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append((page.url, str(error))))
    visited = 0
    for address in addresses(client):
        assert page.goto(live_server.url + address).status == 200
        visited += 1
    assert not complaints
    assert visited >= 2


def test_another_row_is_added_by_script(browser, live_server, cast, rows):
    page = signed_in(browser, live_server, cast.client("plan_admin"))
    page.goto(live_server.url + reverse("admin:plan_policydocument_change", args=[PolicyDocument.objects.get().pk]))
    page.get_by_role("button", name="再加一个条款").click()
    expect(page.locator("#id_clauses-2-subject")).to_be_focused()
    page.fill("#id_clauses-1-text", "第二条")
    page.fill("#id_clauses-2-text", "第三条")
    page.fill("#id_change_reason", "补全")
    page.click("button[name=_save]")
    assert set(PolicyClause.objects.values_list("text", flat=True)) == {"原文", "第二条", "第三条"}


def test_a_row_is_added_without_script_and_the_errors_take_the_focus(browser, live_server, cast, rows):
    page = signed_in(browser, live_server, cast.client("plan_admin"), java_script_enabled=False)
    page.goto(live_server.url + reverse("admin:plan_policydocument_change", args=[PolicyDocument.objects.get().pk]))
    assert not page.get_by_role("button", name="再加一个条款").is_visible()
    page.fill("#id_clauses-1-text", "第二条")
    page.click("button[name=_save]")
    assert page.locator("#error-summary").get_by_role("link", name="请写明变更原因，再保存。").is_visible()
    expect(page.locator("#error-summary")).to_be_focused()
    page.fill("#id_change_reason", "补全")
    page.click("button[name=_save]")
    assert set(PolicyClause.objects.values_list("text", flat=True)) == {"原文", "第二条"}


@pytest.mark.parametrize("script", [True, False])
def test_two_on_one_page_are_asked_and_nothing_is_lost(browser, live_server, cast, rows, client, script):
    address = live_server.url + reverse("admin:plan_policydocument_change", args=[PolicyDocument.objects.get().pk])
    client.force_login(person("second", "计划员乙", Role.PLAN))
    mine = signed_in(browser, live_server, cast.client("plan_admin"), java_script_enabled=script)
    theirs = signed_in(browser, live_server, client, java_script_enabled=script)
    mine.goto(address)
    theirs.goto(address)
    save(theirs, {"#id_title": "乙的标题", "#id_number": "乙1号", "#id_clauses-0-text": "乙的条款", "#id_change_reason": "乙"})
    save(mine, {"#id_title": "甲的<b>标题", "#id_clauses-0-text": "甲的条款", "#id_change_reason": "甲"})
    expect(mine.locator("#error-summary")).to_be_focused()
    assert mine.get_by_text("别人同时改了这几处，您没有动过，已经按对方的：文号。").is_visible()
    title = mine.get_by_role("group", name="标题：以谁的为准")
    clause = mine.locator("fieldset", has=mine.locator("[name=choose-clauses-0-text]")).last
    for box, texts in ((title, ["甲的<b>标题", "乙的标题"]), (clause, ["甲的条款", "乙的条款"])):
        assert box.locator("blockquote").all_inner_texts() == texts
        assert not any(radio.is_checked() for radio in box.get_by_role("radio").all())
    mine.locator("#error-summary a").first.press("Enter")
    expect(mine.locator("[name=choose-title]").first).to_be_focused()
    mine.keyboard.press("Space")
    save(mine, {})
    assert mine.locator("#error-summary a").count() == 1  # the title is decided, the clause is asked again
    mine.locator("fieldset", has=mine.locator("[name=choose-clauses-0-text]")).last.get_by_label("两段都留").check()
    save(mine, {})
    document = PolicyDocument.objects.get()
    assert (document.title, document.number, document.clauses.get().text) == ("甲的<b>标题", "乙1号", "乙的条款\n甲的条款")


def save(page, typed):
    for where, words in typed.items():
        page.fill(where, words)
    with page.expect_navigation():
        page.click("button[name=_save]")
