#!/usr/bin/env python3
"""Ask a running site from outside, over HTTP, for every address as every demo account, and compare with the table of who gets what.

    make run                                              # in one terminal
    .venv/bin/python bench/probe.py http://127.0.0.1:8000 var/demo-password [--short]

The objects are found from outside as well: tasks, reports, letters and rows of the admin that the pages link to. Posts are sent only
where they must be refused, each with a valid token, and the figures of the whole federation are compared before and after. Leaves with 1
where an answer is not in the table or something changed. The table: federation_tasks/home/tests/who_gets_what.py.
"""

import argparse
import http.client
import os
import pathlib
import re
import sys
import tempfile
import time
from urllib.parse import urlencode, urlsplit

HERE = pathlib.Path(__file__).resolve().parent
CODES = ("jcb", "zlb", "kfb", "jjb", "xwb", "jgdw", "kfyy", "csjjxx", "ysa", "ysb")
PORTFOLIOS = {"a": {"jcb", "zlb", "jgdw", "ysa"}, "b": {"kfb", "kfyy", "xwb"}, "c": {"jjb", "csjjxx", "ysb"}}
GROUPS = {"principal": {"principal"}, "office": {"office"}, "admin": {"system", "plan"}, "security": {"security"}, "auditor": {"auditor"}}
SHORT = ("head-kfb", "clerk-jjb", "deputy-b", "office", "admin", "auditor")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """One person's browser: cookies, one connection kept open, redirects not followed."""

    def __init__(self, site, name=""):
        self.site, self.name, self.cookies, self.token = urlsplit(site), name, {}, ""
        self.connection = http.client.HTTPConnection(self.site.hostname, self.site.port or 80, timeout=60)

    def ask(self, method, path, form=None):
        body = urlencode(form | {"csrfmiddlewaretoken": self.token}) if form is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"{self.site.scheme}://{self.site.netloc}"}
        for attempt in (1, 2):  # the server may close a connection that was kept open
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                break
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()
                if attempt == 2:
                    raise
        text = answer.read().decode(errors="replace")
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def read(self, path):
        return self.ask("GET", path)[1]

    def sign_in(self, password):
        self.token = TOKEN.search(self.read("/login/"))[1]
        status, text = self.ask("POST", "/login/", {"username": self.name, "password": password})
        if status != 302:
            raise SystemExit(f"{self.name} cannot sign in: {status} {text[:300]}")
        self.token = TOKEN.search(self.read("/"))[1]
        return self


def people():
    from federation_tasks.home.tests.access_walk import Person

    found = [Person(f"{role}-{code}", own={code: role}) for code in CODES for role in ("head", "clerk")]
    found += [Person(f"deputy-{letter}", leads=frozenset(codes)) for letter, codes in PORTFOLIOS.items()]
    return found + [Person(name, groups=frozenset(groups)) for name, groups in GROUPS.items()]


def links(text, pattern):
    return list(dict.fromkeys(re.findall(pattern, text)))


def discover(browsers, labels):
    """Return the objects that the site's own pages lead to, and one of each kind that does not exist."""
    from federation_tasks.home.tests.access_walk import Thing

    principal, admin = browsers["principal"], browsers["admin"]
    period = re.search(r"/reports/(\d{4}H[12])/", principal.read("/reports/"))[1]
    names = {
        re.sub("<[^>]+>", "", name).strip(): code
        for code in CODES
        for name in re.findall(r"<h1[^>]*>(.*?)</h1>", principal.read(f"/departments/{code}/"), re.DOTALL)
    }
    nothing = {"pk": 999_999_999, "code": "nowhere", "period": period, "number": 99, "object_id": "999999999"}
    found = [Thing(kind, "none", exists=False, args=nothing) for kind in ("task", "extension", "report", "draft", "department", "letter", "handover", *labels)]
    found.append(Thing("admin:plan", "plan", args={"app_label": "plan"}))
    for code in CODES:
        found.append(Thing("department", code, code, args={"code": code}))
        keys = links(principal.read(f"/tasks/?period={period}&department={code}"), r'href="/tasks/(\d+)/"')[:2]
        found += [Thing("task", key, **concerned(principal.read(f"/tasks/{key}/"), names), args={"pk": int(key)}) for key in keys]
        args = {"period": period, "code": code, "number": 1}
        to_head, to_principal = (browsers[name].ask("GET", f"/reports/{period}/{code}/")[0] for name in (f"head-{code}", "principal"))
        if to_head == 200:
            found.append(Thing("report" if to_principal == 200 else "draft", code, code, args=args))
    issued = links(principal.read("/circulars/"), r'href="/circulars/(\d{4}H[12])/"')
    halves = [("period", period), ("to be issued", period), *(("issued", code) for code in issued if code != period)]
    found += [Thing(kind, code, args={"period": code}) for kind, code in halves]
    found += [Thing(kind, "none", exists=False, args={"period": "2099H1"}) for kind in ("period", "to be issued", "issued")]
    for name in ("deputy-a", "deputy-b", "deputy-c", "principal"):
        found += [Thing("letter", key, addressee=name, args={"pk": int(key)}) for key in links(browsers[name].read("/digests/"), r'href="/digests/(\d+)/"')[:1]]
    for label in labels:
        path = f"/admin/{label.replace('.', '/')}/"
        text = next(
            (text for status, text in (browser.ask("GET", path) for browser in (admin, browsers["security"], browsers["auditor"])) if status == 200), ""
        )
        keys = links(text, rf'href="{path}([^/"]+)/change/')
        found += [Thing(label, key, args={"object_id": key} | ({"pk": int(key)} if key.isdecimal() else {})) for key in keys[-1:]]
    return found


def concerned(page, names):
    """Return which departments lead and support the task of a page."""
    facts = dict(re.findall(r"<dt>(牵头|配合)</dt><dd>(.*?)</dd>", page))
    return {"department": names[facts["牵头"]], "supporting": tuple(names[name] for name in facts.get("配合", "").split("、") if name)}


def probe(browser, person, things, methods):
    """Yield (what, status, right) for every row, object and method that this person may be seen to try."""
    from federation_tasks.home.tests.access_walk import address, asked_for, right_answers, rows

    for row in rows():
        for thing in asked_for(row, things):
            path = address(row, thing)
            for method in methods:
                right = right_answers(row, method, person, thing)
                if method == "POST" and (min(right) < 400) and person is not None:
                    continue  # he may: it would be done
                if method == "POST" and person is None and row.route.startswith("home:login"):
                    continue
                status, _text = browser.ask(method, path, {} if method == "POST" else None)
                yield f"{person.name if person else 'unsigned'}: {method} {path}", status, right


def figures(browser):
    return re.sub(r'"(generated_at|at)": *"[^"]*"', "", browser.read("/dashboard/summary.json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("password", help="the demo accounts' password, or the file that holds it")
    parser.add_argument("--short", action="store_true", help="six accounts, fewer objects: for the test that this runs")
    options = parser.parse_args()
    password = pathlib.Path(options.password).read_text().strip() if pathlib.Path(options.password).is_file() else options.password
    start_django()
    from federation_tasks.home.tests.access_walk import METHODS, unnamed
    from federation_tasks.home.tests.who_gets_what import ADMIN

    began = time.monotonic()
    everyone = people()
    browsers = {person.name: Browser(options.site, person.name).sign_in(password) for person in everyone}
    things = discover(browsers, list(ADMIN))
    if options.short:
        things = [thing for thing in things if thing.department in {"", "kfb", "jjb"}]
    before = figures(browsers["principal"])
    anybody = Browser(options.site)
    anybody.token = TOKEN.search(anybody.read("/login/"))[1]
    asked, wrong = 0, []
    tried = [(None, anybody), *((person, browsers[person.name]) for person in everyone if not options.short or person.name in SHORT)]
    for person, browser in tried:
        for what, status, right in probe(browser, person, things, METHODS):
            asked += 1
            if status not in right:
                wrong.append(f"{what}: {status}, not {sorted(right)}")
    changed = before != figures(browsers["principal"])
    print(f"{len(tried)} people, {len(things)} objects, {asked} requests in {time.monotonic() - began:.0f} s")
    print(f"{len(wrong)} answers not in the table, {len(unnamed())} addresses without a row, figures {'CHANGED' if changed else 'unchanged'}")
    print("\n".join(wrong[:50]))
    return 1 if wrong or changed or unnamed() else 0


def start_django():
    """Read the URL configuration; no database is touched."""
    sys.path.insert(0, str(HERE.parent))
    os.environ.setdefault("SECRET_KEY", "only-for-the-probe-" + "0" * 40)
    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="ledger-probe-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
