"""The scanner's hook (control 34): off by default, fails closed when on, and what it finds is quarantined.

At the other end stands a stand-in that speaks clamd's own INSTREAM over a real socket, or misbehaves: clamd itself needs its signatures
from the internet before it finds anything.
"""

import os
import socketserver
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from federation_tasks.audit.models import Action, Entry, Result
from federation_tasks.files import scanner
from federation_tasks.files.models import Attachment
from federation_tasks.files.testing import EICAR, PDF, Clamd, listening

AWAY = "病毒扫描现在用不了，文件没有收下"


def saying(answer):
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.request.recv(100)
            self.wfile.write(answer)

    return Handler


class Hanging(socketserver.StreamRequestHandler):
    def handle(self):
        time.sleep(3)


class Dripping(socketserver.StreamRequestHandler):
    """Gives a byte now and then, so that no single wait is long."""

    def handle(self):
        for _ in range(30):
            try:
                self.wfile.write(b"s")
            except OSError:
                return
            time.sleep(0.2)


@pytest.fixture
def clamd(settings):
    with ExitStack() as servers:

        def start(handler):
            server = servers.enter_context(listening(handler))
            settings.CLAMD_ADDRESS, settings.CLAMD_TIMEOUT = f"127.0.0.1:{server.server_address[1]}", 1
            return server

        yield start


def test_without_an_address_nothing_is_asked(send, settings):
    assert settings.CLAMD_ADDRESS == ""
    assert send([("eicar.txt", EICAR)]).status_code == 302


def test_a_clean_file_goes_in_as_it_was_sent(send, clamd):
    server = clamd(Clamd)
    assert send([("总结.pdf", PDF)]).status_code == 302
    assert server.seen == [PDF]
    assert Attachment.objects.get().state == Attachment.State.ATTACHED


def test_eicar_is_refused_and_quarantined(send, clamd, cast, task, store, caplog):
    clamd(Clamd)
    answer = send([("eicar.txt", EICAR), ("总结.pdf", PDF)])
    shown = answer.content.decode()
    assert "“eicar.txt”没有收：病毒扫描查出里面有病毒，已经隔离" in shown
    assert "第三季度验收 200 张。</textarea>" in shown
    row = Attachment.objects.get(state=Attachment.State.QUARANTINED)
    assert row.signature == "Eicar-Test-Signature"
    assert row.place == store / "quarantine" / row.stored
    assert row.place.stat().st_mode & 0o777 == 0
    assert "Eicar-Test-Signature" in caplog.text
    entry = Entry.objects.get(action=Action.UPLOAD, result=Result.REFUSED)
    assert (entry.key, entry.thing, entry.after["virus"]) == (str(row.pk), "eicar.txt", "Eicar-Test-Signature")
    assert {cast.client(part).get(f"/attachments/{row.pk}/").status_code for part in cast.everyone()} == {404}
    assert "已隔离" in cast.client("system_admin").get("/admin/files/attachment/").content.decode()
    assert cast.client("office").get("/admin/files/attachment/").status_code == 404


def test_a_quarantined_file_cannot_be_put_to_anything(send, clamd, task):
    clamd(Clamd)
    send([("eicar.txt", EICAR)])
    row = Attachment.objects.get()
    assert "请重新选" in send([], evidence_kept=str(row.pk)).content.decode()
    assert not task.updates.exists()


@pytest.mark.parametrize(
    "handler",
    [
        Hanging,
        Dripping,
        saying(b""),
        saying(b"OK\0"),
        saying(b"HTTP/1.1 200 OK\r\n\r\n"),
        saying(b"INSTREAM size limit exceeded. ERROR\0"),
        saying(b"x" * 9000),
    ],
    ids=["hangs", "drips", "hangs up", "half a word", "not clamd", "an error", "too much"],
)
def test_a_scanner_that_does_not_answer_lets_nothing_in(send, clamd, task, store, handler):
    clamd(handler)
    began = time.monotonic()
    shown = send([("总结.pdf", PDF), ("又一份.pdf", PDF)]).content.decode()
    assert shown.count(AWAY) == 4  # for each of the two files, in the summary and at the field
    assert "第三季度验收 200 张。</textarea>" in shown
    assert (Attachment.objects.count(), task.updates.count()) == (0, 0)
    assert [path for path in store.rglob("*") if path.is_file()] == []
    assert time.monotonic() - began < 30  # it asks once, not once for each file
    assert {row.result for row in Entry.objects.filter(action=Action.UPLOAD)} == {Result.FAILED, Result.REFUSED}


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.ctl"])
def test_a_scanner_that_is_not_there_lets_nothing_in(send, settings, address):
    settings.CLAMD_ADDRESS = address
    assert AWAY in send([("总结.pdf", PDF)]).content.decode()
    assert not Attachment.objects.exists()


def test_a_socket_in_the_file_system_is_a_scanner_too(send, settings, tmp_path):
    place = f"/tmp/clamd-{os.getpid()}.ctl"
    server = socketserver.ThreadingUnixStreamServer(place, Clamd)
    server.seen, settings.CLAMD_ADDRESS = [], place
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert send([("总结.pdf", PDF)]).status_code == 302
        assert server.seen == [PDF]
    finally:
        server.shutdown()
        server.server_close()
        Path(place).unlink()


def test_whether_it_is_there_can_be_asked(clamd, settings):
    clamd(Clamd)
    scanner.answers()
    clamd(saying(b"GNOP\0"))
    with pytest.raises(scanner.ScannerUnavailable):
        scanner.answers()
