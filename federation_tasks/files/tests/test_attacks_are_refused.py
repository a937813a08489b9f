"""What must not come in, sent as a browser would: each refused in a Chinese sentence, the text kept, nothing stored (controls 31, 33, 34)."""

import io

import pytest
from django.http import UnreadablePostError

from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files.models import Attachment
from federation_tasks.files.receiving import Received
from federation_tasks.files.testing import EXE, PDF, FormBody, bomb, compound, office, picture, zipped

MB = 1024 * 1024


def files_in(store):
    return [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("总结.pdf", EXE, "内容其实是程序"),
        ("setup.exe", EXE, "不收 .exe 这种文件"),
        ("总结.docx", bomb(1), "压缩炸弹"),
        ("总结.docx", office(extra={"word/embeddings/a.xlsx": office("xlsx", {"xl/embeddings/b.zip": zipped({"a": b"a"})})}), "套着压缩包"),
        ("图形.svg", b"<svg onload='alert(1)'/>", "不收 .svg"),
        ("页面.txt", b"<html><script>alert(1)</script>", "没有收"),
        ("现场.jpg", picture("JPEG") + zipped({"a": b"a"}), "接着一个压缩包"),
        ("总结.docx", office(types="application/vnd.ms-word.document.macroEnabled.main+xml"), "有宏"),
        ("总结.doc", compound("WordDocument", "Macros/"), "有宏"),
        ("../../../../etc/cron.d/总结.pdf", PDF, "路径符号"),
        ("..\\..\\总结.pdf", PDF, "路径符号"),
        ("a\0b.pdf", PDF, "控制字符"),
        ("总结%0D%0ASet-Cookie: a=b.pdf", PDF, "控制字符"),
        ("总结\u202efdp.pdf", PDF, "控制字符"),
        ("甲" * 296 + ".pdf", PDF, "文件名有 300 个字，太长"),
        ("CON.pdf", PDF, "Windows"),
        ("空.pdf", b"", "空文件"),
        ("大.pdf", PDF + b"\0" * (21 * MB), "超过 20 MB"),
    ],
)  # fmt: skip
def test_each_is_refused_and_nothing_is_kept(task, send, store, name, content, says):
    answer = send([(name, content)])
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert says in shown
    assert "没有收：" in shown
    assert "第三季度验收 200 张。</textarea>" in shown
    assert '<a href="#id_evidence">' in shown
    assert (Attachment.objects.count(), task.updates.count(), files_in(store)) == (0, 0, [])
    row = Entry.objects.get(action=Action.UPLOAD)
    assert (row.result, row.username) == (Result.REFUSED, "clerk")


def test_a_name_with_quotes_is_only_a_name(task, send):
    send([("验收%22表%22.pdf", PDF)])
    assert Attachment.objects.get().name == '验收"表".pdf'


def test_a_hundred_megabytes_are_read_past_without_being_kept(task, send, store, monkeypatch):
    written = []
    monkeypatch.setattr(Received, "keep", lambda self, piece, keep=Received.keep: (written.append(len(piece)), keep(self, piece)))
    shown = send([("大.pdf", bytes(100 * MB)), ("小.pdf", PDF)]).content.decode()
    assert "“大.pdf”没有收：超过 20 MB" in shown
    assert "第三季度验收 200 张。</textarea>" in shown
    assert sum(written) <= 20 * MB + len(PDF)
    assert [row.name for row in Attachment.objects.all()] == ["小.pdf"]
    assert [path.stat().st_size for path in files_in(store)] == [len(PDF)]


def test_a_request_of_too_much_names_the_files_that_did_not_fit(task, send, settings):
    settings.ATTACHMENT_BYTES = settings.ATTACHMENT_REQUEST_BYTES = MB
    piece = PDF.replace(b"%%EOF", b"%" * (600 * 1024) + b"\n%%EOF")
    shown = send([("一.pdf", piece), ("二.pdf", piece), ("三.pdf", PDF)]).content.decode()
    assert "“二.pdf”没有收：这一次选的文件加起来超过 1 MB" in shown
    assert {row.name for row in Attachment.objects.all()} == {"一.pdf", "三.pdf"}


def test_nothing_is_kept_of_somebody_who_is_not_signed_in(client, task, store):
    form = FormBody({"username": "x"}, [("evidence", "总结.pdf", PDF)])
    assert client.generic("POST", f"/tasks/{task.pk}/updates/", form.body, form.content_type).status_code == 302
    assert client.generic("POST", "/login/", form.body, form.content_type).status_code == 200
    assert files_in(store) == []


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_form_that_breaks_off_is_not_taken_for_the_whole(cast, store, rf, part):
    form = FormBody({"text": "第三季度验收 200 张。"}, [("evidence", "名单.txt", "张三\n".encode() * 1000)], {"reason": ""})
    request = rf.generic("POST", "/tasks/1/updates/", form.body, form.content_type)
    request._stream = io.BytesIO(form.body[: int(len(form.body) * part)])
    request.user = cast.clerk
    with pytest.raises(UnreadablePostError, match="broke off"):
        _ = request.POST
    assert files_in(store) == []


def test_a_full_disk_is_told_and_leaves_nothing(task, send, store, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("federation_tasks.files.storing.os.fsync", full)
    shown = send([("总结.pdf", PDF)]).content.decode()
    assert "磁盘现在写不进去" in shown
    assert "第三季度验收 200 张。</textarea>" in shown
    assert (Attachment.objects.count(), files_in(store)) == (0, [])
