"""The loop of an instruction in Chromium, with script and without: one pasted paragraph, answers, a closed half-year, a handed-over portfolio.

All of it on the machine's own day, since the browser has no other.
"""

import datetime as dt
import os
import re
from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from departments.access import Access
from departments.models import Leader, Portfolio
from federation_tasks.files.testing import PDF
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period
from federation_tasks.supervision.models import InstructionDuty

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PARAGRAPH = "会议要求：一是补齐救助台账；二是把3.5万元尾款结清。三是拿出明年的安排。"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Walk:
    """A browser on the running site, and who uses it."""

    def __init__(self, browser, address, cast, has_script):
        self.browser, self.address, self.cast, self.has_script = browser, address, cast, has_script

    @contextmanager
    def person(self, part):
        """Let one of the cast in; whatever happens there must leave the console without an error."""
        context = self.browser.new_context(locale="zh-CN", base_url=self.address, java_script_enabled=self.has_script)
        context.add_cookies([{"name": "sessionid", "value": self.cast.client(part).cookies["sessionid"].value, "url": self.address}])
        page = context.new_page()
        complaints = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto("/")
        yield page
        context.close()
        assert complaints == []


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def walk(request, monkeypatch, settings, tmp_path, live_server, cast, half_year):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield Walk(browser, live_server.url, cast, request.param)
        browser.close()


@pytest.fixture
def half_year(cast):
    """Return the half-year that runs, open."""
    today = timezone.localdate()
    return Period.objects.create(year=today.year, half=1 if today.month < 7 else 2, state=Period.State.OPEN)


def duty(department, number):
    return InstructionDuty.objects.get(department=department, instruction__number=number)


def part_of(page, department, number):
    """Open an instruction from the list and return the part of a department."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="明确要求").click()
    page.get_by_role("link", name=f"第 {number} 号：").filter(has_text=department.name).click()
    return page.locator(f"#duty-{duty(department, number).pk}")


def give_three_from_one_paragraph(walk):
    due = timezone.localdate() + dt.timedelta(days=3)
    with walk.person("deputy") as page:
        page.get_by_role("link", name="提出明确要求").click()
        page.get_by_role("textbox", name="要求", exact=True).fill(PARAGRAPH)
        page.get_by_label("康复部").check()
        page.get_by_label("康复医院").check()
        page.get_by_role("button", name="提出要求").click()
        expect(page).to_have_title(re.compile("^错误：提出明确要求"))
        page.get_by_role("link", name="请填日期").click()
        expect(page.get_by_label("办理期限")).to_be_focused()
        page.get_by_label("办理期限").fill(f"{due:%Y-%m-%d}")
        page.get_by_role("button", name="提出要求").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("核对 4 条要求")
        assert not InstructionDuty.objects.exists()
        lead, first, second, _ = page.get_by_role("group", name="第 ").all()
        expect(lead.get_by_label("不要这一条")).to_be_checked()
        expect(second.get_by_role("textbox", name="要求", exact=True)).to_have_value("把3.5万元尾款结清。")
        first.get_by_role("textbox", name="要求", exact=True).fill("本周补齐救助台账。")
        page.get_by_role("button", name="确认提出").click()
        expect(page.get_by_text("第 1 至 3 号要求")).to_be_visible()
        expect(page.get_by_role("rowheader")).to_have_count(6)


def answer(walk, part, department, tmp_path):
    proof = tmp_path / "台账.pdf"
    proof.write_bytes(PDF)
    with walk.person(part) as page:
        for number in (1, 2, 3):
            place = part_of(page, department, number)
            place.get_by_role("button", name="签收").click()
            place = page.locator(f"#duty-{duty(department, number).pk}")
            if number < 3:
                place.get_by_role("textbox", name="落实情况").fill(f"第 {number} 号已经落实")
                place.get_by_label("佐证材料").set_input_files(proof)
                place.get_by_role("button", name="答复落实情况").click()
                expect(page.get_by_text(f"{department}：已答复落实情况")).to_be_visible()
                expect(place.get_by_role("link", name="下载 台账.pdf")).to_have_count(1)


def close_one_and_send_one_back(walk):
    kfb = walk.cast.kfb
    with walk.person("deputy") as page:
        place = part_of(page, kfb, 1)
        place.get_by_role("textbox", name="批示意见").fill("同意")
        place.get_by_role("button", name="同意销号").click()
        expect(page.get_by_text("康复部：已同意销号")).to_be_visible()
        place = part_of(page, kfb, 2)
        place.get_by_role("button", name="退回重办").click()
        expect(page.get_by_role("alert").get_by_role("link", name="请写明退回理由")).to_be_visible()
        place = page.locator(f"#duty-{duty(kfb, 2).pk}")
        place.get_by_role("textbox", name="退回理由").fill("说清哪天付")
        place.get_by_role("button", name="退回重办").click()
        expect(page.get_by_role("heading", name="被退回")).to_be_visible()


def end_the_half_year(walk, half_year):
    closed = close_period(half_year, Access(walk.cast.office, timezone.localdate()))
    closed.following.state = Period.State.OPEN
    closed.following.save()
    with walk.person("office") as page:
        page.goto(f"/instructions/?period={closed.following.code}&state=open")
        rows = page.get_by_role("row").filter(has_text="康复部")
        expect(rows).to_have_count(2)
        expect(rows.nth(0)).to_contain_text("把3.5万元尾款结清")
        expect(rows.nth(0)).to_contain_text("退回重办")
        expect(rows.nth(1)).to_contain_text("拿出明年的安排")


def hand_over(walk):
    today, kfb = timezone.localdate(), walk.cast.kfb
    Portfolio.objects.filter(department=kfb).update(valid_to=today)
    Portfolio.objects.create(leader=Leader.objects.get(user=walk.cast.other_deputy), department=kfb, valid_from=today)


def the_successor_closes(walk):
    kfb = walk.cast.kfb
    with walk.person("head") as page:
        item = page.get_by_role("listitem").filter(has_text="把3.5万元尾款结清")
        expect(item).to_contain_text("领导意见：“说清哪天付”")
        item.get_by_role("link", name="重新答复").click()
        place = page.locator(f"#duty-{duty(kfb, 2).pk}")
        place.get_by_role("textbox", name="落实情况").fill("已经付清")
        place.get_by_role("button", name="答复落实情况").click()
    with walk.person("other_deputy") as page:
        place = part_of(page, kfb, 2)
        expect(place).to_contain_text("已经付清")
        place.get_by_role("button", name="同意销号").click()
        expect(page.get_by_text("康复部：已同意销号")).to_be_visible()
        expect(place.get_by_role("listitem").filter(has_text="同意销号")).to_contain_text("副理事长丙")
        expect(place.get_by_role("listitem").filter(has_text="退回重办")).to_contain_text("副理事长乙")
    with walk.person("deputy") as page:
        expect(part_of(page, kfb, 2)).to_contain_text("已销号")


def test_from_the_paragraph_to_the_closing_by_the_successor(walk, half_year, tmp_path):
    give_three_from_one_paragraph(walk)
    answer(walk, "head", walk.cast.kfb, tmp_path)
    answer(walk, "kfyy_head", walk.cast.kfyy, tmp_path)
    close_one_and_send_one_back(walk)
    end_the_half_year(walk, half_year)
    hand_over(walk)
    the_successor_closes(walk)
    assert InstructionDuty.objects.get(department=walk.cast.kfb, instruction__number=2).state == "closed"
