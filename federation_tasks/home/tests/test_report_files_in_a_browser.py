"""Files are put to a report in Chromium: with script in its form, one by one and again after a break; without script on a page of their own."""

import os
import re
from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import EXE, PDF, office, picture
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.plan.testing import five_goals
from federation_tasks.reports.models import Report, ReportEvidence, ReportItem

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SAID = "九月底前完成 900 名儿童的救助。"


@pytest.fixture
def task(cast):
    today = timezone.localdate()
    period = Period.objects.create(year=today.year, half=1 if today.month < 7 else 2, state=Period.State.OPEN)
    ReportDuty.objects.create(period=period, department=cast.kfb, mode="oral", order=1)
    days = {"start": period.starts_on, "due": period.ends_on}
    return period.tasks.create(department=cast.kfb, goal=five_goals()[2], title="儿童康复救助", state="in_progress", **days)


@pytest.fixture
def files(tmp_path):
    """Files on the person's own disk: two that are taken, and one that is not what its name says."""
    found = {"台账.docx": office(), "现场.png": picture(), "照片.pdf": EXE}
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in found]


@pytest.fixture
def browser(monkeypatch, settings, tmp_path):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture
def writing(browser, live_server, cast, task):
    @contextmanager
    def opened(part="clerk", has_script=True):
        context = browser.new_context(locale="zh-CN", base_url=live_server.url, java_script_enabled=has_script)
        context.add_cookies([{"name": "sessionid", "value": cast.client(part).cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"/reports/{task.period.code}/kfb/edit/")
        yield page, page.locator(f"#task-{task.pk}")
        context.close()

    return opened


def attached():
    return [row.row.name for row in ReportEvidence.objects.select_related("attachment")]


def choose(place, *files):
    place.get_by_label("选文件，选好就上传：儿童康复救助").set_input_files([str(file) for file in files])


def status(place):
    return place.get_by_role("status")


def test_one_of_three_is_refused_and_only_that_one_is_chosen_again(writing, files, tmp_path, task):
    with writing() as (page, place):
        place.get_by_label("完成情况").fill(SAID)
        choose(place, *files)
        expect(status(place)).to_have_text("附上了 2 个：台账.docx、现场.png。1 个没有收，原因写在下面，只要重新选这 1 个。")
        expect(place.get_by_text("“照片.pdf”没有收：名字是 .pdf，内容其实是程序")).to_be_visible()
        expect(place.get_by_role("link", name="下载 台账.docx")).to_have_count(1)
        expect(place.get_by_role("progressbar")).to_have_count(0)
        files[2].write_bytes(PDF)
        with page.expect_file_chooser() as chooser:
            place.get_by_role("button", name=re.compile("^重新选.*照片.pdf")).click()
        chooser.value.set_files(str(files[2]))
        expect(status(place)).to_have_text("附上了 1 个：照片.pdf。")
        expect(place.get_by_text("没有收")).to_have_count(0)
        expect(place.get_by_role("link", name="下载 照片.pdf")).to_have_count(1)
        expect(place.get_by_label("完成情况")).to_have_value(SAID)
        page.get_by_role("button", name="保存草稿").click()
        expect(page.get_by_text("草稿已保存")).to_be_visible()
    assert attached() == ["台账.docx", "现场.png", "照片.pdf"]
    assert ReportItem.objects.get().narrative == SAID


def test_progress_is_shown_and_told_while_a_file_is_on_its_way(writing, files):
    with writing() as (page, place):
        hold = []
        page.route("**/attachments/**", lambda route: route.continue_() if hold else hold.append(route))
        choose(place, files[0], files[1])
        expect(place.get_by_role("progressbar")).to_be_visible()
        expect(place.get_by_role("progressbar")).to_have_accessible_name(re.compile("第 1 个，共 2 个：台账.docx"))
        expect(status(place)).to_have_text("正在上传第 1 个，共 2 个：台账.docx")
        assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")  # the browser would ask before leaving
        hold[0].continue_()
        expect(status(place)).to_have_text("附上了 2 个：台账.docx、现场.png。")
        assert page.evaluate("dispatchEvent(new Event('beforeunload', {cancelable: true}))")


def test_after_a_break_the_rest_is_sent_without_being_chosen_again(writing, files):
    with writing() as (page, place):
        page.route("**/attachments/**", lambda route: route.abort("internetdisconnected"))
        choose(place, files[0], files[1])
        expect(status(place)).to_contain_text("网络断了，还没有传上：台账.docx、现场.png。")
        assert attached() == []
        page.unroute("**/attachments/**")
        place.get_by_role("button", name=re.compile("^再试")).click()
        expect(status(place)).to_have_text("附上了 2 个：台账.docx、现场.png。")
        expect(place.get_by_role("button", name="再试")).to_have_count(0)
    assert attached() == ["台账.docx", "现场.png"]


def test_an_answer_that_was_lost_leaves_one_file(writing, files):
    def lose(route):
        route.fetch()
        route.abort()

    with writing() as (page, place):
        page.route("**/attachments/**", lose)
        choose(place, files[0])
        expect(status(place)).to_contain_text("网络断了")
        page.unroute("**/attachments/**")
        place.get_by_role("button", name="再试").click()
        expect(status(place)).to_have_text("附上了 1 个：台账.docx。")
    assert attached() == ["台账.docx"]


def test_a_session_that_is_over_or_a_server_that_fails_keeps_the_files(writing, files, cast, live_server):
    with writing() as (page, place):
        page.context.clear_cookies()
        choose(place, files[0])
        expect(status(place)).to_contain_text("登录可能已经失效，还没有传上：台账.docx")
        page.route("**/attachments/**", lambda route: route.fulfill(status=502, body="bad gateway"))
        place.get_by_role("button", name="再试").click()
        expect(status(place)).to_contain_text("服务器出了错，还没有传上：台账.docx")
        place.get_by_role("button", name="不传了").click()
        expect(status(place)).to_have_text("没有再传：台账.docx。")
    assert attached() == []


def test_a_report_that_was_submitted_meanwhile_takes_no_more(writing, files):
    with writing() as (_, place):
        Report.objects.update(state="submitted")
        choose(place, files[0], files[1])
        expect(status(place)).to_contain_text("现在是“已报送”，佐证材料不能再增减")
    assert attached() == []


def test_without_script_the_text_is_saved_first_and_files_have_a_page_of_their_own(writing, files):
    with writing(has_script=False) as (page, place):
        place.get_by_label("完成情况").fill(SAID)
        expect(place.get_by_label("选文件，选好就上传")).to_be_hidden()
        place.get_by_role("button", name=re.compile("^先存草稿，去上传或去掉附件")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("佐证材料：儿童康复救助")
        assert ReportItem.objects.get().narrative == SAID
        page.get_by_label("选文件").set_input_files([str(file) for file in files])
        page.get_by_role("button", name="上传").click()
        expect(page).to_have_title(re.compile("^错误：佐证材料"))
        expect(page.get_by_role("alert")).to_contain_text("“照片.pdf”没有收")
        assert attached() == ["台账.docx", "现场.png"]
        files[2].write_bytes(PDF)
        page.get_by_label("选文件").set_input_files(str(files[2]))
        page.get_by_role("button", name="上传").click()
        expect(page.get_by_text("附上了 1 个文件。")).to_be_visible()
        page.get_by_role("link", name=re.compile("^去掉.*现场.png")).click()
        page.get_by_role("button", name="去掉").click()
        expect(page.get_by_text("已去掉“现场.png”。")).to_be_visible()
        page.get_by_role("link", name="回去接着写汇报").click()
        expect(page.get_by_role("textbox", name="完成情况").first).to_have_value(SAID)
    assert attached() == ["台账.docx", "照片.pdf"]


def test_pictures_and_pdf_are_looked_at_in_a_new_window(writing, files):
    files[2].write_bytes(PDF)
    with writing() as (page, place):
        choose(place, *files)
        expect(status(place)).to_contain_text("附上了 3 个")
        with page.context.expect_page() as opened:
            place.get_by_role("link", name="预览 现场.png").click()
        picture_page = opened.value
        shown = picture_page.get_by_role("img", name="图片“现场.png”，康复部康复部联络员上传")
        expect(shown).to_be_visible()
        assert shown.evaluate("image => image.complete && image.naturalWidth") == 40
        pdf = Attachment.objects.get(name="照片.pdf")
        with page.context.expect_page() as opened:
            place.get_by_role("link", name="预览 照片.pdf").click()
        opened.value.wait_for_load_state()
        assert opened.value.evaluate("document.contentType") == "application/pdf"  # in its viewer: what is only saved opens no page
        assert opened.value.url.endswith(f"/attachments/{pdf.pk}/preview/")
