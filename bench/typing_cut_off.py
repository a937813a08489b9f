#!/usr/bin/env python3
"""Type 5,000 characters into a report in Chromium, break something at once, and count the characters that are lost.

    .venv/bin/python bench/typing_cut_off.py [--cut 60] [--only restart ...]

Starts a site of its own (manage.py serve, demo data; DATABASE_URL and REDIS_URL count as elsewhere). One after the other: the row of the
session is deleted; somebody signs in elsewhere, so that this session ends; the network is cut; the server is restarted; the tab dies; the whole
browser is killed with SIGKILL, with the network and without, and opened again. Leaves with 1 where a character is lost.
"""

import argparse
import contextlib
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
os.environ.setdefault("SECRET_KEY", "only-for-this-bench-" + "0" * 40)
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="typing-bench-"))

import django

django.setup()

from playwright.sync_api import Error, expect, sync_playwright  # noqa: E402

from federation_tasks.digests.testing import free_port  # noqa: E402
from federation_tasks.home.testing import PASSWORD, Site, own_services  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
CHARACTERS, CHUNK = 5000, 25
A_MOMENT = 300  # milliseconds between the last key and what breaks: the page itself saves after 3,000
SETTLES = 2_000  # milliseconds after which a page that was opened has taken up what was kept
WITHIN = 90_000  # milliseconds after which what is not saved counts as lost
WHO = "clerk-kfb"


class Desk:
    """One person, his browser with a profile that outlives it, and the site."""

    def __init__(self, playwright, site, folder):
        self.playwright, self.site, self.profile = playwright, site, folder
        self.draw, self.path, self.field = random.Random(1), "", ""
        self.running = contextlib.ExitStack()
        self.start_site()
        self.open()

    def start_site(self):
        # One session for each person: who signs in elsewhere ends the one here.
        self.running.enter_context(self.site.running(SESSIONS_PER_PERSON="1", DIGESTS_PAUSED="true"))

    def open(self):
        words = ["--no-sandbox", "--disable-background-networking", "--hide-crash-restore-bubble"]
        self.browser = self.playwright.chromium.launch_persistent_context(self.profile, executable_path=CHROMIUM, args=words, base_url=self.site.address)
        self.page = self.browser.new_page()

    def open_form(self):
        """Come to the form, signing in where one must."""
        self.page.goto(self.path or "/")
        if self.page.locator("#id_username").count():
            self.sign_in(self.page)
        self.path = self.path or self.draft()
        self.page.goto(self.path)
        self.field = self.field or self.page.locator("textarea[name$=-narrative]").first.get_attribute("id")

    def draft(self):
        """Return the address of the form of a report that can be written."""
        for period in re.findall(r"/reports/(\d{4}H[12])/", self.page.goto("/reports/").text()):
            path = f"/reports/{period}/{WHO.removeprefix('clerk-')}/edit/"
            if self.page.goto(path).url.endswith(path):
                return path
        raise SystemExit(f"{WHO} has no report to write")

    def sign_in(self, page):
        page.goto("/login/")
        page.fill("#id_username", WHO)
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()

    @property
    def area(self):
        return self.page.locator(f"#{self.field}")

    def type(self):
        """Type a new text over what stands there; return it."""
        text = "".join(chr(self.draw.randint(0x4E00, 0x9FA5)) for _ in range(CHARACTERS))
        fold = self.page.locator("details", has=self.area)
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        self.area.click()
        self.page.keyboard.press("Control+A")
        for first in range(0, CHARACTERS, CHUNK):
            self.page.keyboard.insert_text(text[first : first + CHUNK])
        return text

    def wait_until_saved(self):
        """Wait until the page keeps nothing any more that the server has not acknowledged."""
        self.page.wait_for_timeout(SETTLES)
        with contextlib.suppress(Error):
            self.page.wait_for_function("() => !Object.keys(localStorage).length", timeout=WITHIN)

    def stands(self):
        """Return what stands stored, as a page that is opened anew in another browser shows it."""
        with contextlib.closing(self.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])) as browser:
            page = browser.new_context(base_url=self.site.address).new_page()
            self.sign_in(page)
            page.goto(self.path)
            return page.locator(f"#{self.field}").input_value()

    def kill_browser(self):
        """Kill every process of this profile at one blow."""
        lines = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
        for pid in [int(line.split()[0]) for line in lines if f"--user-data-dir={self.profile}" in line]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(Error):
            self.browser.close()
        pathlib.Path(self.profile, "SingletonLock").unlink(missing_ok=True)

    def go_on_after_signing_in(self):
        """Sign in again as the page asks one to, in another window."""
        self.page.get_by_role("alertdialog", name="已经自动退出").wait_for(timeout=WITHIN)
        with self.browser.expect_page() as opened:
            self.page.get_by_role("link", name="在新窗口登录").click()
        self.sign_in(opened.value)
        opened.value.close()
        self.page.get_by_role("button", name="已经登录，接着写").click()


def session_deleted(desk, _cut):
    desk.site.command("shell", "-c", "from departments.sessions.models import Session; Session.objects.all().delete()").communicate()
    desk.go_on_after_signing_in()


def signed_in_elsewhere(desk, _cut):
    with contextlib.closing(desk.playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])) as other:
        desk.sign_in(other.new_context(base_url=desk.site.address).new_page())
    desk.go_on_after_signing_in()


def network_cut(desk, cut):
    desk.browser.set_offline(True)
    time.sleep(cut)
    desk.browser.set_offline(False)


def server_restarted(desk, _cut):
    desk.running.close()
    desk.start_site()


def tab_closed(desk, _cut):
    desk.page.close()
    desk.browser.set_offline(False)
    desk.page = desk.browser.new_page()
    desk.open_form()


def browser_killed(desk, _cut):
    desk.kill_browser()
    desk.open()
    desk.open_form()


CASES = {
    "session": ("the row of the session is deleted", session_deleted, False),
    "elsewhere": ("somebody signs in elsewhere", signed_in_elsewhere, False),
    "network": ("the network is cut for {cut} s", network_cut, False),
    "restart": ("the server is restarted", server_restarted, False),
    "tab": ("the tab is closed without the network", tab_closed, True),
    "killed": ("the browser is killed", browser_killed, False),
    "killed-offline": ("the browser is killed without the network", browser_killed, True),
}


def lost(text, stands):
    """Return how many of the characters typed do not stand there, from the first that differs."""
    return len(text) - next((n for n, (mine, there) in enumerate(zip(text, stands, strict=False)) if mine != there), min(len(text), len(stands)))


def run(desk, name, cut):
    what, breaks, is_offline = CASES[name]
    desk.open_form()
    desk.browser.set_offline(is_offline)
    text = desk.type()
    desk.page.wait_for_timeout(A_MOMENT)
    began = time.monotonic()
    breaks(desk, cut)
    desk.browser.set_offline(False)
    desk.wait_until_saved()
    seconds, missing = time.monotonic() - began, lost(text, desk.stands())
    print(f"{what.format(cut=cut)}: {missing} of {CHARACTERS:,} characters lost, all there after {seconds:.0f} s", flush=True)
    return missing


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cut", type=float, default=60, help="seconds without the network")
    options.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, own_services("typing") as services, sync_playwright() as playwright:
        profile = tempfile.mkdtemp(prefix="profile-", dir=folder)
        site = pathlib.Path(folder, "site")
        site.mkdir()
        desk = Desk(playwright, Site(site, free_port(), services), profile)
        try:
            missing = [run(desk, name, chosen.cut) for name in chosen.only]
        finally:
            desk.browser.close()
            desk.running.close()
    sys.exit(any(missing))


if __name__ == "__main__":
    main()
