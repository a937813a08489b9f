"""A report's form as a browser holds it open: static/js/autosave.js in Python, for the benches."""

import contextlib
import html
import http.client
import json
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode

MOST = 5000  # characters in one field
IDLE = 1.5  # seconds after which a kept connection is not trusted any more: the server closes it after two
AREA = re.compile(r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', re.DOTALL)

TEMPLATE = re.compile(r"<template.*?</template>", re.DOTALL)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def plain(text):
    return text.replace("\r\n", "\n").strip()


class Browser:
    """One signed-in person, by plain HTTP, with a connection that is kept open for a moment."""

    def __init__(self, port, cookies):
        self.port, self.cookies = port, dict(cookies)
        self.connection, self.used = None, 0.0

    def ask(self, method, path, form=None, *, by_the_page=False):
        """Return status and text. Raises OSError or HTTPException where no whole answer comes."""
        if self.connection is None or time.monotonic() - self.used > IDLE:
            self.close()
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": f"http://127.0.0.1:{self.port}"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        headers |= {"X-Sent-By-The-Page": "1"} if by_the_page else {}
        try:
            self.connection.request(method, path, urlencode(form) if form is not None else None, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self.used = time.monotonic()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


@dataclass(frozen=True)
class Acknowledged:
    """One field of one save, as the server took it."""

    report: str  # address of the report
    name: str
    text: str
    base: str  # what the page believed to stand there
    revision: int
    is_new: bool  # False where an earlier try had been taken already and only its answer was lost


class Page:
    """One page that stands open. What is typed is `typed`; it is sent by `save` until the server has acknowledged it."""

    def __init__(self, browser, report, who):
        self.browser, self.report, self.who = browser, report, str(who)
        status, text = browser.ask("GET", f"{report}edit/")
        if status != 200:
            raise SystemExit(f"{report}edit/: {status} {text[:300]}")
        self.token, self.page, self.revision = hidden(text, "csrfmiddlewaretoken"), hidden(text, "page"), int(hidden(text, "revision"))
        self.base = {name: plain(html.unescape(said)) for name, said in AREA.findall(TEMPLATE.sub("", text))}
        self.typed, self.taken, self.took, self.conflicts, self.failures = {}, [], [], 0, 0

    @property
    def narratives(self):
        return [name for name in self.base if name.endswith("-narrative")]

    def save(self):
        """Send what is not acknowledged yet; return the conflicts. Raises where no answer comes, or one that is no yes."""
        sent = dict(self.typed)
        form = {"csrfmiddlewaretoken": self.token, "revision": self.revision, "page": self.page, "who": self.who}
        began = time.perf_counter()
        status, text = self.browser.ask("POST", f"{self.report}autosave/", form | sent, by_the_page=True)
        if status != 200:
            raise http.client.HTTPException(f"{status}: {text[:300]}")
        self.took.append(time.perf_counter() - began)
        return self.settle(json.loads(text), sent)

    def settle(self, found, sent):
        self.revision = found["revision"]
        if found["errors"]:
            raise SystemExit(f"refused: {found['errors']}")
        undecided = {one["name"] for one in found["conflicts"]}
        for name in sent.keys() - undecided:
            self.taken.append(Acknowledged(self.report, name, sent[name], self.base[name], self.revision, bool(found["saved"])))
            self.base[name] = plain(sent[name])
            if self.typed.get(name) == sent[name]:
                del self.typed[name]
        self.base |= {name: value for name, value in found["theirs"].items() if name not in sent and name in self.base}
        self.base |= {one["name"]: one["value"] for one in found["conflicts"]}
        self.conflicts += len(undecided)
        return found["conflicts"]

    def save_and_decide(self, draw):
        """Save; where somebody else has written into the same field, let either one's own words or both stay, and save again."""
        while conflicts := self.save():
            for one in conflicts:
                both = f"{one['value']}\n{one['mine']}"
                if draw.random() < 0.5 and len(both) < MOST:
                    self.typed[one["name"]] = both

    def save_until_acknowledged(self, draw, *, patience):
        """Save, and try again on the same page and revision, later and later, as long as no answer comes (seconds)."""
        until, wait = time.monotonic() + patience, 0.1
        while self.typed:
            try:
                self.save_and_decide(draw)
            except (OSError, http.client.HTTPException):
                self.failures += 1
                if time.monotonic() > until:
                    raise
                time.sleep(wait * draw.uniform(0.5, 1))
                wait = min(2, 2 * wait)

    def close(self):
        with contextlib.suppress(OSError):
            self.browser.close()
