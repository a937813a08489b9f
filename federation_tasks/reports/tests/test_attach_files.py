"""A department puts files to its report: read by its authors until it is submitted, by whoever reads the version from then on."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import EXE, PDF, FormBody, office, picture
from federation_tasks.plan.models import Period
from federation_tasks.reports.models import Report, ReportEvidence
from federation_tasks.workflow.moves import perform

BASE = "/reports/2026H2/kfb/"
WHOLE = f"{BASE}attachments/"
AUTHORS = {"head", "acting_head", "clerk"}
READERS = AUTHORS | {"deputy", "principal", "office"}
PICKED = {"Accept": "application/json"}

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    return settings.ATTACHMENTS_DIR


@pytest.fixture
def at(draft, tasks):
    """The address of the files of the first item."""
    return f"{WHOLE}?item={tasks[0].pk}"


def send(client, address, *files, headers=None):
    form = FormBody({}, [("evidence", name, content) for name, content in files])
    return client.generic("POST", address, form.body, form.content_type, headers=headers)


def page(answer):
    return answer.content.decode()


def bytes_in(store):
    return sorted(path.read_bytes() for path in store.rglob("*") if path.is_file())


def who_reads(cast, row, suffix=""):
    answers = {part: cast.client(part).get(f"/attachments/{row.pk}/{suffix}").status_code for part in cast.everyone()}
    assert set(answers.values()) == {200, 404}
    return {part for part, status in answers.items() if status == 200}


# --- In --------------------------------------------------------------------------------------------------------------


def test_several_files_at_once_stand_at_their_item(at, cast, tasks, store):
    clerk = cast.client("clerk")
    answer = send(clerk, at, ("台账.docx", office()), ("现场.jpg", picture("JPEG")))
    assert (answer.status_code, answer["Location"]) == (302, at)
    first, second = ReportEvidence.objects.all()
    assert (first.item.task, first.attachment.name, first.attachment.owner, first.attachment.department) == (tasks[0], "台账.docx", first, cast.kfb)
    assert first.attachment.acting_as == "康复部联络员"
    assert bytes_in(store) == sorted([office(), picture("JPEG")])
    for shown in (page(clerk.get(at)), page(clerk.get(f"{BASE}edit/")), page(clerk.get(BASE)), page(clerk.get(f"{BASE}preview/"))):
        for row in (first, second):
            assert f'href="/attachments/{row.attachment_id}/"' in shown
            assert row.attachment.words in shown
    assert "儿童康复救助，附件" in page(clerk.get(BASE))


def test_files_of_the_whole_report_stand_at_its_end(draft, cast):
    send(cast.client("clerk"), WHOLE, ("总表.pdf", PDF))
    row = ReportEvidence.objects.get()
    assert row.item is None
    assert "整份汇报，附件" in page(cast.client("head").get(BASE))


def test_one_refused_of_three_takes_no_other_along(at, cast, tasks):
    answer = send(cast.client("clerk"), at, ("台账.docx", office()), ("照片.pdf", EXE), ("现场.png", picture()))
    shown = page(answer)
    assert answer.status_code == 200
    assert "“照片.pdf”没有收：名字是 .pdf，内容其实是程序" in shown
    assert "错误：佐证材料" in shown
    assert 'href="#id_evidence"' in shown
    assert [row.row.name for row in ReportEvidence.objects.all()] == ["台账.docx", "现场.png"]
    assert "台账.docx" in shown
    refused = Entry.objects.get(action=Action.UPLOAD, result=Result.REFUSED)
    assert refused.thing == "照片.pdf"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [("空.pdf", b"", "这是一个空文件"), ("片.pdf", PDF[:30], "这个 PDF 不完整"), ("程序.exe", EXE, "不收 .exe 这种文件"), ("大.png", b"x" * 3000, "太大")],
)
def test_each_refusal_says_what_to_do(at, cast, settings, name, content, sentence):
    settings.ATTACHMENT_BYTES = 2000
    for headers in (None, PICKED):
        answer = send(cast.client("clerk"), at, (name, content), headers=headers)
        found = answer.json()["refusals"][0] if headers else page(answer)
        assert f"“{name}”没有收" in found
        assert sentence in found
        assert "再选" in found
    assert not ReportEvidence.objects.exists()


def test_a_virus_is_refused_and_said_so(at, cast, monkeypatch):
    monkeypatch.setattr("federation_tasks.files.scanner.is_on", lambda: True)
    monkeypatch.setattr("federation_tasks.files.scanner.scan", lambda file: "Eicar")
    found = send(cast.client("clerk"), at, ("总表.pdf", PDF), headers=PICKED).json()
    assert "病毒" in found["refusals"][0]
    assert not ReportEvidence.objects.exists()


def test_nothing_chosen_is_said_at_the_field(at, cast):
    shown = page(send(cast.client("clerk"), at))
    assert "还没有选文件" in shown
    assert 'href="#id_evidence"' in shown


def test_no_more_than_the_store_takes_at_one_place(at, draft, cast, settings):
    settings.ATTACHMENT_MAX_FILES = 2
    clerk = cast.client("clerk")
    shown = page(send(clerk, at, *[(f"第{n}页.png", picture()) for n in range(3)]))
    assert "“第2页.png”没有收：这里最多附 2 个文件，已经满了" in shown
    assert "已经满了" in send(clerk, at, ("又一页.png", picture()), headers=PICKED).json()["refusals"][0]
    assert send(clerk, WHOLE, ("又一页.png", picture()), headers=PICKED).json()["names"] == ["又一页.png"]
    assert Attachment.objects.count() == 3


def test_the_same_file_sent_again_is_there_once(at, cast, store, settings):
    settings.ATTACHMENT_MAX_FILES = 1
    for _ in range(2):
        answer = send(cast.client("clerk"), at, ("总表.pdf", PDF), headers=PICKED).json()
        assert (answer["names"], answer["refusals"]) == (["总表.pdf"], [])
    assert ReportEvidence.objects.count() == 1
    assert bytes_in(store) == [PDF]


def test_the_script_gets_the_list_as_it_is_now(at, cast):
    answer = send(cast.client("clerk"), at, ("台账 <b>.docx", office()), headers=PICKED)
    assert answer["Content-Type"] == "application/json"
    row = Attachment.objects.get()
    assert f'href="/attachments/{row.pk}/"' in answer.json()["list"]
    assert "<b>" not in answer.json()["list"]


def test_the_button_in_the_form_saves_what_was_typed_and_leads_to_the_files(walk, tasks, draft):
    clerk = walk("clerk")
    fields = clerk.form() | {f"items-{tasks[0].pk}-narrative": "改写过的完成情况", "do": "attach"}
    for query, place in ((f"?item={tasks[0].pk}", f"{WHOLE}?item={tasks[0].pk}"), ("", WHOLE), ("?item=//evil", WHOLE)):
        answer = clerk.client.post(f"{BASE}edit/{query}", fields | {"revision": str(Report.objects.get().revision)})
        assert (answer.status_code, answer["Location"]) == (302, place)
    assert draft.items.get(task=tasks[0]).narrative == "改写过的完成情况"
    assert f'formaction="{BASE}edit/?item={tasks[0].pk}"' in page(clerk.get("edit/"))


def test_limits_stand_beside_every_field(at, cast, tasks):
    shown = page(cast.client("clerk").get(f"{BASE}edit/"))
    assert shown.count("每个不超过 20 MB，最多 10 个") == len(tasks) + 1
    assert "每个不超过 20 MB，最多 10 个" in page(cast.client("clerk").get(at))


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_a_drafts_files_are_its_authors_alone(at, cast):
    send(cast.client("clerk"), at, ("现场.png", picture()))
    row = Attachment.objects.get()
    for suffix in ("", "preview/", "picture/"):
        assert who_reads(cast, row, suffix) == AUTHORS
    for part in cast.everyone():
        for act in ("withdraw/", "remove/"):
            assert cast.client(part).get(f"/attachments/{row.pk}/{act}").status_code == (200 if part in AUTHORS else 404)


def test_only_authors_put_files_to_a_report(at, cast, draft, store):
    for part in cast.everyone():
        answer = send(cast.client(part), at, ("台账.docx", office()))
        assert answer.status_code == (302 if part in AUTHORS else 404), part
    ReportEvidence.objects.all().delete()
    perform(draft, "submit", cast.access("head"))
    for part in READERS - AUTHORS:
        assert send(cast.client(part), at, ("台账.docx", office()), headers=PICKED).status_code == 403
        assert cast.client(part).get(at)["Location"] == BASE
    assert cast.client("stranger").get(at).status_code == 404


def test_an_item_that_is_not_in_the_report_is_not_found(draft, cast, plan):
    other = plan.task(cast.jjb)
    for wanted in (other.pk, "x", "9" * 30, "-1"):
        assert cast.client("clerk").get(f"{WHOLE}?item={wanted}").status_code == 404
        assert send(cast.client("clerk"), f"{WHOLE}?item={wanted}", ("a.pdf", PDF)).status_code == 404


def test_what_was_submitted_is_read_with_the_version(at, cast, draft):
    send(cast.client("clerk"), at, ("总表.pdf", PDF))
    row = Attachment.objects.get()
    perform(draft, "submit", cast.access("head"))
    for suffix in ("", "preview/"):
        assert who_reads(cast, row, suffix) == READERS
    version = Report.objects.get().standing
    [listed] = [file for item in version.content["items"] for file in item["files"]]
    assert listed == {"id": row.pk, "name": "总表.pdf", "size": len(PDF), "sha256": row.sha256}
    for address in (BASE, f"{BASE}versions/1/"):
        shown = page(cast.client("deputy").get(address))
        assert "总表.pdf" in shown
        assert row.words in shown


def test_what_is_added_after_a_return_is_not_read_until_it_is_submitted_again(at, cast, draft):
    send(cast.client("clerk"), at, ("一.pdf", PDF))
    perform(draft, "submit", cast.access("head"))
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="补照片")
    send(cast.client("clerk"), at, ("二.png", picture()))
    first, second = Attachment.objects.all()
    assert who_reads(cast, first) == READERS
    assert who_reads(cast, second) == AUTHORS
    assert "二.png" not in page(cast.client("deputy").get(BASE))
    perform(Report.objects.get(), "submit", cast.access("head"))
    assert who_reads(cast, second) == READERS
    assert "二.png" not in page(cast.client("deputy").get(f"{BASE}versions/1/"))
    assert "二.png" in page(cast.client("deputy").get(f"{BASE}versions/2/"))


def test_what_was_taken_back_unread_is_its_authors_again(at, cast, draft):
    send(cast.client("clerk"), at, ("一.pdf", PDF))
    perform(draft, "submit", cast.access("head"))
    perform(Report.objects.get(), "withdraw", cast.access("head"))
    row = Attachment.objects.get()
    assert who_reads(cast, row) == AUTHORS
    assert cast.client("clerk").get(f"/attachments/{row.pk}/remove/").status_code == 409  # a version lists it
    perform(Report.objects.get(), "submit", cast.access("head"))
    assert who_reads(cast, row) == READERS


# --- Out -------------------------------------------------------------------------------------------------------------


def test_a_file_that_was_never_submitted_is_simply_removed(at, cast, store):
    send(cast.client("clerk"), at, ("错的.pdf", PDF))
    row = Attachment.objects.get()
    head = cast.client("head")
    assert f'href="/attachments/{row.pk}/remove/"' in page(head.get(at))
    assert "去掉" in page(head.get(f"/attachments/{row.pk}/remove/"))
    assert Attachment.objects.exists()
    answer = head.post(f"/attachments/{row.pk}/remove/")
    assert (answer.status_code, answer["Location"]) == (302, at)
    assert not Attachment.objects.exists()
    assert not ReportEvidence.objects.exists()
    entry = Entry.objects.get(action=Action.DELETE, kind="files.attachment")
    assert (entry.thing, entry.username, entry.before["sha256"]) == ("错的.pdf", "head", row.sha256)


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_removed_file_are_gone(at, cast, store):
    send(cast.client("clerk"), at, ("错的.pdf", PDF))
    cast.client("clerk").post(f"/attachments/{Attachment.objects.get().pk}/remove/")
    assert bytes_in(store) == []


def test_a_file_that_was_submitted_is_withdrawn_with_a_reason_once_the_report_is_written_again(at, cast, draft):
    send(cast.client("clerk"), at, ("名单.pdf", PDF))
    row = Attachment.objects.get()
    clerk = cast.client("clerk")
    perform(draft, "submit", cast.access("head"))
    for act in ("withdraw", "remove"):
        answer = clerk.post(f"/attachments/{row.pk}/{act}/", {"reason": "有个人信息"})
        assert (answer.status_code, "现在是“已报送”，佐证材料不能再增减" in page(answer)) == (409, True)
        assert cast.client("deputy").post(f"/attachments/{row.pk}/{act}/", {"reason": "x"}).status_code == 403
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="有个人信息")
    assert clerk.post(f"/attachments/{row.pk}/remove/").status_code == 409
    assert f'href="/attachments/{row.pk}/withdraw/"' in page(clerk.get(at))
    assert "请写明撤下的理由" in page(clerk.post(f"/attachments/{row.pk}/withdraw/", {"reason": ""}))
    assert clerk.post(f"/attachments/{row.pk}/withdraw/", {"reason": "有身份证号"})["Location"] == at
    for part, address in (("deputy", f"{BASE}versions/1/"), ("clerk", at), ("deputy", BASE)):
        shown = page(cast.client(part).get(address))
        assert "<s>名单.pdf</s>" in shown
        assert "有身份证号" in shown
    assert who_reads_nothing(cast, row)
    perform(Report.objects.get(), "submit", cast.access("head"))
    assert not any(item["files"] for item in Report.objects.get().standing.content["items"])


def who_reads_nothing(cast, row):
    return {cast.client(part).get(f"/attachments/{row.pk}/").status_code for part in READERS} == {404}


def test_nothing_goes_in_or_out_once_it_is_submitted(at, cast, submitted, store):
    for headers in (None, PICKED):
        answer = send(cast.client("clerk"), at, ("晚了.pdf", PDF), headers=headers)
        assert answer.status_code == 409
        assert "现在是“已报送”，佐证材料不能再增减；要改请先撤回" in (answer.json()["sentence"] if headers else page(answer))
    assert cast.client("clerk").get(at)["Location"] == BASE
    assert bytes_in(store) == []
    assert Entry.objects.filter(action=Action.REFUSAL, reason__contains="佐证材料不能再增减").count() == 2


def test_nothing_goes_in_or_out_once_the_period_is_closed(at, cast, plan):
    send(cast.client("clerk"), at, ("一.pdf", PDF))
    Period.objects.filter(pk=plan.period.pk).update(state=Period.State.CLOSED)
    row = Attachment.objects.get()
    clerk = cast.client("clerk")
    answer = send(clerk, at, ("二.pdf", PDF))
    assert (answer.status_code, "已关闭的周期不再打开" in page(answer)) == (409, True)
    assert clerk.get(at)["Location"] == BASE
    for act in ("withdraw", "remove"):
        assert clerk.post(f"/attachments/{row.pk}/{act}/", {"reason": "理由"}).status_code == 409
    assert who_reads(cast, row) == AUTHORS


def test_an_item_with_files_stays_in_the_report_when_its_task_is_suspended(at, cast, draft, tasks):
    send(cast.client("clerk"), at, ("一.pdf", PDF))
    draft.items.filter(task=tasks[0]).update(narrative="")
    perform(tasks[0], "suspend", cast.access("office"), reason="中止")
    perform(draft, "submit", cast.access("head"))
    assert "一.pdf" in page(cast.client("deputy").get(BASE))


def test_every_change_is_written_down(at, cast, draft):
    send(cast.client("clerk"), at, ("一.pdf", PDF))
    perform(draft, "submit", cast.access("head"))
    made, marked = Entry.objects.filter(kind="reports.reportevidence").order_by("pk")
    assert (made.action, made.username, made.department) == (Action.CREATE, "clerk", "kfb")
    assert (marked.action, marked.after) == (Action.CHANGE, {"first_version": 1})


# --- Queries ---------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_files(at, cast, draft, tasks):
    clerk, deputy = cast.client("clerk"), cast.client("deputy")
    seen = []
    for number in (1, 2, 3):
        for task in tasks[:number]:
            for n in range(number):
                send(clerk, f"{WHOLE}?item={task.pk}", (f"{number}-{n}.pdf", PDF), headers=PICKED)
        send(clerk, WHOLE, (f"{number}.pdf", PDF))
        counts = [_count(clerk, address) for address in (f"{BASE}edit/", f"{BASE}preview/", BASE, at)]
        perform(Report.objects.get(), "submit", cast.access("head"))
        deputy.get(BASE)
        counts += [_count(deputy, BASE), _count(deputy, f"{BASE}versions/1/")]
        seen.append(counts)
        perform(Report.objects.get(), "return", cast.access("deputy"), reason="补")
        deputy.get(BASE)
    assert seen[1] == seen[2]  # the first round stood as a draft, these were returned


def _count(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_links_are_told_apart(at, cast):
    send(cast.client("clerk"), at, ("一.pdf", PDF), ("二.pdf", PDF + b"\n"))
    shown = page(cast.client("clerk").get(at))
    links = [re.sub(r"<[^>]+>", "", text) for text in re.findall(r'<a class="pad" href="/attachments/[^>]*>(.*?)</a>', shown)]
    assert len(links) == len(set(links)) == 6
