"""A department puts evidence to an update and to a claim; everyone who reads the task reads it (domain.md, Progress; controls 31 to 34)."""

import re

import pytest

from departments.testing import TODAY
from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import EXE, PDF, FormBody, office, picture
from federation_tasks.plan.states import TaskState

TEXT = "第三季度验收 200 张，照片和签字表见附件。"
KEPT = re.compile(r'name="(?:claim-)?evidence_kept" value="(\d+)"|value="(\d+)"[^>]*name="(?:claim-)?evidence_kept"')


@pytest.fixture(autouse=True)
def store(settings, tmp_path, monkeypatch):
    import time_machine

    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    with time_machine.travel(f"{TODAY}T01:00:00Z", tick=False):
        yield settings.ATTACHMENTS_DIR


@pytest.fixture
def task(plan, cast):
    return plan.task(cast.kfb, state="in_progress", assignee=cast.staff)


def bytes_in(store):
    return sorted(path.read_bytes() for path in store.rglob("*") if path.is_file())


def send(client, task, files, address="updates", **fields):
    prefix = "claim-" if address == "claim" else ""
    form = FormBody({"progress": "80", "reason": ""} if not prefix else {}, [(f"{prefix}evidence", name, content) for name, content in files], fields)
    return client.generic("POST", f"/tasks/{task.pk}/{address}/", form.body, form.content_type)


def page(answer):
    return answer.content.decode()


def test_files_of_an_update_stand_at_their_event_and_can_be_downloaded(task, cast, store):
    clerk = cast.client("clerk")
    answer = send(clerk, task, [("验收表（三季度）.docx", office()), ("现场.jpg", picture("JPEG"))], text=TEXT)
    assert answer.status_code == 302
    said = task.updates.get()
    first, second = Attachment.objects.all()
    assert (first.owner, first.name, first.kind, first.department, first.acting_as) == (said, "验收表（三季度）.docx", "docx", cast.kfb, "康复部联络员")
    shown = page(cast.client("deputy").get(f"/tasks/{task.pk}/"))
    for row in (first, second):
        assert f'href="/attachments/{row.pk}/"' in shown
        assert row.name in shown
        assert row.words in shown
    assert "10月21日进展，附件" in shown
    assert b"".join(clerk.get(f"/attachments/{first.pk}/").streaming_content) == office()
    assert bytes_in(store) == sorted([office(), picture("JPEG")])


def test_evidence_of_a_claim_stands_at_the_claim(task, cast):
    head = cast.client("head")
    assert send(head, task, [("完工证明.pdf", PDF)], "claim", **{"claim-reason": "其余并入下一期"}).status_code == 302
    task.refresh_from_db()
    assert task.state == TaskState.CLAIMED
    row = Attachment.objects.get()
    assert (row.owner.move, row.owner.object_id) == ("claim", task.pk)
    assert "完工证明.pdf" in page(cast.client("deputy").get(f"/tasks/{task.pk}/"))


def test_a_refused_form_keeps_its_text_and_the_files_that_passed(task, cast, store):
    clerk = cast.client("clerk")
    answer = send(clerk, task, [("验收表.docx", office()), ("照片.pdf", EXE)], text=TEXT)
    shown = page(answer)
    assert answer.status_code == 200
    assert TEXT in shown
    assert "“照片.pdf”没有收：名字是 .pdf，内容其实是程序" in shown
    assert "错误：" in shown
    assert 'href="#id_evidence"' in shown
    assert not task.updates.exists()
    [kept] = Attachment.objects.all()
    assert f"{kept.name}（{kept.words}）" in shown
    assert [value for pair in KEPT.findall(shown) for value in pair if value] == [str(kept.pk)]
    again = send(clerk, task, [], text=TEXT, evidence_kept=str(kept.pk))
    assert again.status_code == 302
    kept.refresh_from_db()
    assert kept.owner == task.updates.get()
    assert bytes_in(store) == [office()]


def test_a_form_refused_for_its_text_keeps_the_files(task, cast):
    clerk = cast.client("clerk")
    shown = page(send(clerk, task, [("验收表.docx", office())], text=""))
    kept = Attachment.objects.get()
    assert "请写进展说明" in shown
    assert "验收表.docx" in shown
    assert kept.state == Attachment.State.HELD
    assert send(clerk, task, [("现场.png", picture())], text=TEXT, evidence_kept=str(kept.pk)).status_code == 302
    assert {row.owner for row in Attachment.objects.all()} == {task.updates.get()}


def test_what_one_person_sent_is_not_for_another_nor_for_another_task(task, plan, cast):
    send(cast.client("clerk"), task, [("验收表.docx", office())], text="")
    kept = Attachment.objects.get()
    other = plan.task(cast.kfb, state="in_progress")
    for part, where in (("head", task), ("clerk", other)):
        shown = page(send(cast.client(part), where, [], text=TEXT, evidence_kept=str(kept.pk)))
        assert "请重新选" in shown
        assert "验收表.docx" not in shown
        assert not where.updates.exists()
    assert cast.client("clerk").get(f"/attachments/{kept.pk}/").status_code == 404


def test_what_was_used_cannot_be_used_again(task, cast):
    clerk = cast.client("clerk")
    send(clerk, task, [("验收表.docx", office())], text=TEXT)
    row = Attachment.objects.get()
    assert "请重新选" in page(send(clerk, task, [], text=TEXT, evidence_kept=str(row.pk)))
    row.refresh_from_db()
    assert row.owner == task.updates.get()


def test_no_more_than_ten_files(task, cast, settings):
    settings.ATTACHMENT_MAX_FILES = 2
    shown = page(send(cast.client("clerk"), task, [(f"第{n}页.png", picture()) for n in range(3)], text=TEXT))
    assert "“第2页.png”没有收：一次最多附 2 个文件" in shown
    assert Attachment.objects.count() == 2


def test_nothing_is_kept_of_somebody_without_the_right(task, cast, store):
    for part, status in (("other_head", 404), ("stranger", 404), ("office", 403), ("deputy", 403)):
        assert send(cast.client(part), task, [("验收表.docx", office())], text=TEXT).status_code == status
    assert not Attachment.objects.exists()
    assert bytes_in(store) == []


READS = {"head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin"}


def test_whoever_reads_the_task_reads_its_evidence_and_nobody_else(task, cast):
    send(cast.client("clerk"), task, [("验收表.docx", office())], text=TEXT)
    send(cast.client("head"), task, [("完工证明.pdf", PDF)], "claim", **{"claim-reason": "其余并入下一期"})
    task.supporting.add(cast.jjb)
    for row in Attachment.objects.all():
        answers = {part: cast.client(part).get(f"/attachments/{row.pk}/").status_code for part in cast.everyone()}
        assert {part for part, status in answers.items() if status == 200} == READS | {"other_head", "other_deputy"}
        assert set(answers.values()) == {200, 404}


def test_a_file_can_be_taken_back_while_the_work_goes_on(task, cast, store):
    send(cast.client("clerk"), task, [("名单含身份证号.csv", "张三,3301".encode())], text=TEXT)
    row = Attachment.objects.get()
    address = f"/attachments/{row.pk}/withdraw/"
    for part, status in (("other_head", 404), ("office", 403), ("deputy", 403), ("staff", 403)):
        assert cast.client(part).post(address, {"reason": "不该有"}).status_code == status
    head = cast.client("head")
    assert "撤下" in page(head.get(address))
    assert "请写明撤下的理由" in page(head.post(address, {"reason": " "}))
    assert head.post(address, {"reason": "含有身份证号，另附去掉的一份"}).url == task.get_absolute_url()
    assert head.get(f"/attachments/{row.pk}/").status_code == 404
    shown = page(cast.client("deputy").get(task.get_absolute_url()))
    assert "含有身份证号，另附去掉的一份" in shown
    assert f'href="/attachments/{row.pk}/"' not in shown
    assert len(bytes_in(store)) == 1
    assert Entry.objects.filter(action=Action.CHANGE, reason="含有身份证号，另附去掉的一份", actor=str(cast.head)).count() == 1


def test_what_a_leader_decides_on_stays(task, cast):
    send(cast.client("clerk"), task, [("验收表.docx", office())], text=TEXT)
    head = cast.client("head")
    send(head, task, [("完工证明.pdf", PDF)], "claim", **{"claim-reason": "其余并入下一期"})
    assert "withdraw" not in page(head.get(task.get_absolute_url()))
    for row in Attachment.objects.all():
        answer = head.post(f"/attachments/{row.pk}/withdraw/", {"reason": "想换一份"})
        assert answer.status_code == 409
        assert "佐证材料不能撤下" in page(answer)
        row.refresh_from_db()
        assert row.state == Attachment.State.ATTACHED


def test_every_upload_is_written_down_taken_or_not(task, cast):
    send(cast.client("clerk"), task, [("验收表.docx", office()), ("照片.pdf", EXE)], text=TEXT)
    taken, refused = Entry.objects.filter(action=Action.UPLOAD).order_by("pk")
    row = Attachment.objects.get()
    assert (taken.result, taken.key, taken.after["sha256"], taken.actor) == (Result.DONE, str(row.pk), row.sha256, str(cast.clerk))
    assert (refused.result, refused.thing) == (Result.REFUSED, "照片.pdf")
    assert "内容其实是程序" in refused.reason


def test_the_number_of_queries_does_not_grow_with_files(task, cast, django_assert_max_num_queries):
    clerk = cast.client("clerk")
    counts = []
    for _ in range(2):
        send(clerk, task, [(f"第{n}页.png", picture()) for n in range(5)], text=TEXT)
        with django_assert_max_num_queries(45) as queries:
            clerk.get(task.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]
