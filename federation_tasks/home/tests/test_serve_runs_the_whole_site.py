"""`manage.py serve`, what `make run` does, as a process of its own: it starts, answers, keeps its data, and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
from django.conf import settings

READY_WITHIN = 300  # seconds; a start takes far less, but machines that test are busy
STOPPED_WITHIN = 60
PASSWORD, OTHER_PASSWORD = "first-password-4711", "second-password-4712"


class Site:
    """One installation of its own: a folder, a port, and the process that serves it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.log = folder / "log"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more):
        leave = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS"}
        kept = {name: value for name, value in os.environ.items() if name not in leave}
        return kept | {"VAR_DIR": str(self.folder / "var"), "PORT": str(self.port), "SECRET_KEY": "x" * 50} | more

    def start(self, **more):
        with self.log.open("w") as log:
            command = [sys.executable, "manage.py", "serve"]
            self.process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment(**more), stdout=log, stderr=subprocess.STDOUT)
        return self

    def get(self, path):
        """Return status and body of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def wait(self, path="/health/", until=lambda status, _body: status == 200):
        """Wait until an address answers as it should; return the seconds it took."""
        begun = time.monotonic()
        while time.monotonic() - begun < READY_WITHIN:
            assert self.process.poll() is None, self.said()
            if until(*self.get(path)):
                return time.monotonic() - begun
            time.sleep(0.2)
        pytest.fail(f"{path} did not become ready: {self.get(path)}\n{self.said()}")

    def wait_for_words(self, words):
        """Wait until the process has said something."""
        begun = time.monotonic()
        while words not in self.said():
            assert time.monotonic() - begun < READY_WITHIN, self.said()
            time.sleep(0.2)

    def said(self):
        return self.log.read_text()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(timeout=STOPPED_WITHIN)

    def processes(self):
        """Return all processes that have this installation's folder in their environment."""
        mark = f"VAR_DIR={self.folder / 'var'}\0".encode()
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environment.read_bytes():
                    found.append(int(environment.parent.name))
            except OSError:
                continue
        return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sign_in(site, username, password):
    """Sign in as a browser does; return the address where one ends up."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{site.url}/login/", timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "username": username, "password": password}).encode()
    return urllib.parse.urlsplit(browser.open(f"{site.url}/login/", form, timeout=20).url).path


@pytest.fixture
def site(tmp_path):
    """An installation that is gone afterwards, whatever happens."""
    found = Site(tmp_path)
    yield found
    for process in found.processes():
        os.kill(process, signal.SIGKILL)


def test_it_starts_answers_and_leaves_nothing_behind_twice(site):
    site.start(DEMO_PASSWORD=PASSWORD).wait()
    # The worker's first sign of life may follow the scheduler's by a moment.
    site.wait(until=lambda status, body: status == 200 and json.loads(body)["worker"] == "ok")
    health = json.loads(site.get("/health/")[1])
    assert {health[part] for part in ("database", "broker", "scheduler", "worker")} == {"ok"}

    site.wait_for_words("auditor")
    said = site.said()
    assert f"{site.url}/" in said
    assert PASSWORD in said
    assert "Traceback" not in said
    for username in ("head-kfb", "clerk-csjjxx", "deputy-b", "principal", "office", "admin", "security"):
        assert re.search(rf"^\s+{username}\s", said, re.MULTILINE), username

    password_file = site.folder / "var" / "demo-password"
    assert password_file.read_text().strip() == PASSWORD
    assert stat.S_IMODE(password_file.stat().st_mode) == 0o600
    assert sign_in(site, "deputy-b", PASSWORD) == "/"
    style = re.search(r'href="(/static/css/app\.[0-9a-f]+\.css)"', site.get("/login/")[1].decode())[1]
    assert site.get(style)[0] == 200

    second = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=settings.BASE_DIR, env=site.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode != 0
    assert f"Port {site.port} is taken" in second.stderr
    assert "Traceback" not in second.stderr

    assert site.stop() == 0
    assert site.processes() == []
    assert site.get("/health/live/")[0] == 0

    # The second start keeps the data, asks nothing, and takes the new password; Ctrl-C is as good as SIGTERM.
    site.start(DEMO_PASSWORD=OTHER_PASSWORD).wait()
    assert sign_in(site, "deputy-b", OTHER_PASSWORD) == "/"
    assert sign_in(site, "deputy-b", PASSWORD) == "/login/"
    assert site.stop(signal.SIGINT) == 0
    assert site.processes() == []


def test_a_worker_that_dies_takes_the_site_down_with_it_so_that_somebody_notices(site):
    site.start().wait("/health/live/")
    site.wait_for_words("worker started")
    pid = int(re.search(r"worker started \(pid=(\d+)\)", site.said())[1])
    os.killpg(pid, signal.SIGKILL)
    assert site.process.wait(timeout=STOPPED_WITHIN) != 0
    assert site.processes() == []


def test_a_stop_while_the_processes_are_being_started_stops_them(site):
    site.start()
    site.wait_for_words("Collecting static files")
    time.sleep(0.3)
    site.stop()
    assert site.processes() == []


def test_a_database_that_is_not_there_is_one_sentence(site):
    command = [sys.executable, "manage.py", "serve"]
    environment = site.environment(DATABASE_URL="postgres://u:Geheim-4711@127.0.0.1:1/ledger")
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "The database cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Geheim" not in ended.stdout + ended.stderr
