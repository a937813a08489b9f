#!/usr/bin/env python3
"""What must not come in, sent over HTTP to a site of its own (gunicorn, demo data): in how many seconds each is refused, and what is left
when a connection is cut or the server is killed in the middle (controls 31 to 34, F19).

    .venv/bin/python bench/uploads.py [--short] [--patient]

The scanner is a stand-in that speaks clamd's INSTREAM and finds EICAR. Leaves with 1 where a file came in, a text was lost, an answer took
5 s or more, or something was left over.
"""

import argparse
import contextlib
import hashlib
import http.client
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlencode

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
os.environ.setdefault("SECRET_KEY", "only-for-this-bench-" + "0" * 40)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="uploads-bench-"))

import django

django.setup()

from federation_tasks.digests.testing import free_port  # noqa: E402
from federation_tasks.files.testing import EICAR, EXE, PDF, FormBody, bomb, listening, office  # noqa: E402
from federation_tasks.home.testing import PASSWORD, Site, own_services  # noqa: E402

MB = 1024 * 1024
WITHIN = 5.0  # seconds
PERSON = "clerk-kfb"


class Browser:
    """One signed-in person, by plain HTTP."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Cookie": cookie, "Origin": f"http://127.0.0.1:{self.port}"} | (headers or {}))
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        answer.content = answer.read()
        answer.text = answer.content.decode("utf-8", "replace")
        connection.close()
        return answer

    def token(self, path):
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", path).text)[1]

    def sign_in(self):
        fields = {"csrfmiddlewaretoken": self.token("/login/"), "username": PERSON, "password": PASSWORD}
        answer = self.ask("POST", "/login/", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 302, answer.text[:2000]

    def task(self):
        """Return the first of one's tasks that takes updates."""
        for path in dict.fromkeys(re.findall(r'href="(/tasks/\d+/)"', self.ask("GET", "/tasks/").text)):
            if "/updates/" in (page := self.ask("GET", path)).text and 'name="progress"' in page.text:
                return path
        raise SystemExit("no task takes updates")

    def form(self, task, text, files):
        fields = {"csrfmiddlewaretoken": self.token(task), "progress": "99", "reason": ""}
        return FormBody(fields, [("evidence", name, content) for name, content in files], {"text": text})

    def update(self, task, text, files):
        form = self.form(task, text, files)
        began = time.monotonic()
        answer = self.ask("POST", f"{task}updates/", form.body, {"Content-Type": form.content_type})
        return answer, time.monotonic() - began


def attacks():
    yield "EICAR, scanner on", "eicar.txt", EICAR, "已经隔离"
    yield "an .exe named .pdf", "总结.pdf", EXE + bytes(5 * MB), "内容其实是程序"
    yield "a file of 100 MB", "大.pdf", PDF + bytes(100 * MB), "超过 20 MB"
    yield "a .docx of 10 MB that unpacks to 10 GB", "总结.docx", bomb(10), "压缩炸弹"
    yield "the same, named 10 bytes", "总结.docx", bomb(10, claims=10), "压缩炸弹"
    yield "a name with ../", "../../../../etc/cron.d/总结.pdf", PDF, "路径符号"
    yield "a name of 300 characters", "甲" * 296 + ".pdf", PDF, "文件名有 300 个字"


def files_in(store, *but):
    return sorted(str(path) for path in store.rglob("*") if path.is_file() and path.parent.name not in but)


def refuse_all(browser, task, store, complain, within):
    for name, filename, content, says in attacks():
        before, text = files_in(store, "quarantine"), f"没有丢的文字：{name}"
        answer, seconds = browser.update(task, text, [(filename, content)])
        escaped = text.replace("&", "&amp;")
        faults = [
            *(["not refused"] if says not in answer.text else []),
            *(["text lost"] if f"{escaped}</textarea>" not in answer.text else []),
            *(["something was stored"] if files_in(store, "quarantine") != before else []),
            *([f"took {seconds:.1f} s"] if seconds >= within else []),
        ]
        print(f"{seconds:6.2f} s  {len(content) / MB:6.1f} MB  {name}: {'; '.join(faults) or 'refused, text kept'}")
        complain += [f"{name}: {fault}" for fault in faults]


def cut(browser, task, port, share):
    """Send part of a form and hang up; return the text that must not turn up."""
    text = f"第 {share} 段断线"
    form = browser.form(task, text, [("名单.txt", "张三，康复\n".encode() * 100_000)])
    head = f"POST {task}updates/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Type: {form.content_type}\r\n"
    head += f"Content-Length: {len(form.body)}\r\nCookie: {'; '.join(f'{name}={value}' for name, value in browser.cookies.items())}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head.encode() + form.body[: int(len(form.body) * share)])
        time.sleep(0.5)
    return text


def gunicorn_workers(root):
    """Return the processes that answer requests: children of gunicorn's own, of the site that this bench started."""
    lines = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    rows = [(int(pid), int(parent), args) for pid, parent, args in (line.split(None, 2) for line in lines)]
    below = {root}
    for _ in range(4):
        below |= {pid for pid, parent, _ in rows if parent in below}
    gunicorn = {pid for pid, _, args in rows if "gunicorn" in args and pid in below}
    return [pid for pid, parent, _ in rows if pid in gunicorn and parent in gunicorn]


def break_off(browser, task, site, store, complain):
    before = files_in(store)
    texts = [cut(browser, task, site.port, share) for share in (0.1, 0.5, 0.99)]
    time.sleep(1)
    page = browser.ask("GET", task).text
    complain += [f"{text}: the update was saved" for text in texts if text in page]
    if (left := files_in(store)) != before:
        complain.append(f"cut connections left {set(left) - set(before)}")
    print(f"connections cut at 10, 50 and 99 %: {3 - sum(text in page for text in texts)} of 3 not taken, {len(set(left) - set(before))} files left")


def kill_in_the_middle(browser, task, site, store, complain):
    form = browser.form(task, "服务器被杀", [("名单.txt", "张三，康复\n".encode() * 500_000)])
    head = f"POST {task}updates/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nOrigin: http://127.0.0.1:{site.port}\r\nContent-Type: {form.content_type}\r\n"
    head += f"Content-Length: {len(form.body)}\r\nCookie: {'; '.join(f'{name}={value}' for name, value in browser.cookies.items())}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(head.encode() + form.body[: len(form.body) // 2])
        time.sleep(1)
        for pid in gunicorn_workers(os.getpid()):
            os.kill(pid, signal.SIGKILL)
    pieces = list((store / "incoming").iterdir())
    for path in pieces:
        os.utime(path, (0, 0))
    for _ in range(60):
        with contextlib.suppress(OSError):
            browser.ask("GET", "/health/live/")
            break
        time.sleep(0.5)
    swept = site.command("sweep_attachments").communicate()[0].strip().splitlines()[-1]
    left = list((store / "incoming").iterdir())
    if "服务器被杀" in browser.ask("GET", task).text:
        complain.append("a form that was cut by the kill was saved")
    if left:
        complain.append(f"after the sweep {left} are left")
    print(f"kill -9 in mid-upload: {len(pieces)} pieces left, sweep: {swept}")


def try_again(browser, task, store, complain):
    content = office(extra={"word/media/a.bmp": os.urandom(MB)})
    before = set(files_in(store))
    answer, seconds = browser.update(task, "再试一次", [("验收表.docx", content)])
    new = set(files_in(store)) - before
    page = browser.ask("GET", task).text
    [number] = set(re.findall(r'href="/attachments/(\d+)/"', page)) or {"0"}
    got = browser.ask("GET", f"/attachments/{number}/")
    same = hashlib.sha256(got.content).digest() == hashlib.sha256(content).digest()
    if answer.status != 302 or len(new) != 1 or not same:
        complain.append(f"the retry: {answer.status}, {len(new)} new files, equal: {same}")
    print(f"the retry: {answer.status} in {seconds:.2f} s, {len(new)} new file, sha256 of the download equal: {same}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="only the refusals")
    parser.add_argument("--patient", action="store_true", help="print the times, judge everything but them")
    options = parser.parse_args()
    complain = []
    with tempfile.TemporaryDirectory() as folder, listening() as clamd, own_services("uploads") as services:
        site = Site(pathlib.Path(folder), free_port(), services | {"CLAMD_ADDRESS": f"127.0.0.1:{clamd.server_address[1]}", "DIGESTS_PAUSED": "true"})
        store = pathlib.Path(folder, "attachments")
        with site.running():
            browser = Browser(site.port)
            browser.sign_in()
            task = browser.task()
            refuse_all(browser, task, store, complain, float("inf") if options.patient else WITHIN)
            if not options.short:
                break_off(browser, task, site, store, complain)
                kill_in_the_middle(browser, task, site, store, complain)
            try_again(browser, task, store, complain)
    for sentence in complain:
        print(f"FAULT: {sentence}")
    return 1 if complain else 0


if __name__ == "__main__":
    sys.exit(main())
