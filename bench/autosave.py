#!/usr/bin/env python3
"""Save reports by themselves over HTTP, many at once, while the server is killed, and submit one twenty times at the same moment.

    .venv/bin/python bench/autosave.py postgres://postgres@127.0.0.1/postgres [--small] [--kills 50] [--pause 3] [--seed 1]

Makes a database of its own beside the one that is named (200 departments of 12 tasks) and drops it again; the web server is gunicorn as in
production. Each client keeps to the protocol of the page (open_form.py). A save is lost where its text is neither in a field nor in
the record of the saves; it went over somebody's words unseen where the page did not know what stood there. Leaves with 1 where a save
was lost or went unseen, where a page met itself, or where twenty submissions were not one.
"""

import argparse
import collections
import contextlib
import datetime as dt
import os
import pathlib
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass

from beside import database_beside, migrate, start_django
from open_form import Browser, Page, hidden
from web_server import WebServer, database_cpu, since

TASKS = 12  # of each department
AT_ONCE = 20  # submissions at the same moment
WRITERS, TOGETHER = 8, 4  # who write while the server is killed, and on how many reports
PATIENCE = 120  # seconds for one save, all its tries included
WORDS = "对照年初确定的各项目标任务，本半年已完成筛查、建档和转介，余下的正在逐市核对，预计十一月底以前全部办结。" * 5


# --- What is there ----------------------------------------------------------------------------------------------------


class Federation:
    """Departments that each owe a report, begun and empty; `crowd` people draft the first one's."""

    def __init__(self, departments, crowd):
        from django.db import transaction
        from django.utils import timezone

        from departments.models import Department
        from federation_tasks.plan.models import Period
        from federation_tasks.plan.testing import five_goals

        self.today = timezone.localdate()
        with transaction.atomic():
            five_goals()
            half = 1 if self.today.month < 7 else 2
            self.period = Period.objects.create(year=self.today.year, half=half, state=Period.State.OPEN)
            self.departments = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n:03}", order=n) for n in range(departments))
            self.clerks = self.people("clerk", [self.departments[0]] * (crowd - 1) + self.departments)
            self.heads = self.people("head", self.departments[:1])
            self.begin_reports()

    def people(self, role, departments):
        from departments.models import Membership, User

        made = [User(username=f"{role}{n}", name=f"{role}{n}", password="!") for n, _ in enumerate(departments)]
        made = User.objects.bulk_create(made)
        places = zip(made, departments, strict=True)
        Membership.objects.bulk_create(Membership(user=user, department=where, role=role, valid_from=dt.date(2020, 1, 1)) for user, where in places)
        return made

    def begin_reports(self):
        from federation_tasks.plan.models import Goal, ReportDuty, Task
        from federation_tasks.reports.models import Report, ReportItem

        goal, month = Goal.objects.first(), dt.timedelta(days=30)
        place = {"period": self.period, "goal": goal, "start": self.today - month, "due": self.today + month, "state": "in_progress", "progress": 50}
        tasks = [Task(title=f"任务 {n}", department=one, **place) for one in self.departments for n in range(TASKS)]
        tasks = Task.objects.bulk_create(tasks)
        ReportDuty.objects.bulk_create(ReportDuty(period=self.period, department=one, mode="written") for one in self.departments)
        reports = Report.objects.bulk_create(Report(period=self.period, department=one) for one in self.departments)
        ReportItem.objects.bulk_create(ReportItem(report=reports[n // TASKS], task=task) for n, task in enumerate(tasks))

    def address(self, number):
        return f"/reports/{self.period.code}/{self.departments[number].code}/"

    def browser(self, user, port):
        """Return a browser in which somebody is signed in, by a session such as signing in makes."""
        from django.test import Client

        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(user)
        return Browser(port, {name: morsel.value for name, morsel in client.cookies.items()})

    def pages(self, users, numbers, port):
        return in_threads([lambda user=user, n=n: Page(self.browser(user, port), self.address(n), user.pk) for user, n in zip(users, numbers, strict=True)])


def in_threads(acts, *, at_most=16):
    """Run these in a few threads; return what each returned."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def run(act):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(at_most) as pool:
        return list(pool.map(run, acts))


def prepare():
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


# --- What is left -----------------------------------------------------------------------------------------------------


class Record:
    """The saves that the database knows, by report."""

    def __init__(self, federation):
        from federation_tasks.reports.models import Report, ReportItem, Saved

        self.address = {row.pk: federation.address(row.department.order) for row in Report.objects.select_related("department")}
        self.now = {(self.address[item.report_id], f"{item.prefix}-narrative"): item.narrative for item in ReportItem.objects.all()}
        self.said, self.rows = collections.defaultdict(set), {}
        for row in Saved.objects.iterator():
            self.rows[self.address[row.report_id], row.number] = row.changes
            for name, (_, after) in row.changes.items():
                self.said[self.address[row.report_id], name].add(after)
        numbers = collections.Counter(report for report, _ in self.rows)
        self.gaps = sum(row.revision - numbers[self.address[row.pk]] for row in Report.objects.filter(submissions=0))

    def faults(self, pages):
        """Return what is not as the pages were told."""
        taken = [one for page in pages for one in page.taken]
        new = [(self.rows.get((one.report, one.revision), {}).get(one.name), one) for one in taken if one.is_new]
        return {
            "lost": sum(one.text not in self.said[one.report, one.name] and one.text not in self.now[one.report, one.name] for one in taken),
            "overwritten unseen": sum(row is not None and row[0] != one.base for row, one in new),
            "acknowledged and not on record": sum(row is None or row[1] != one.text for row, one in new),
            "revisions without a record": self.gaps,
        }


def found_faults(what, federation, pages):
    found = Record(federation).faults(pages)
    return [f"{what}: {number} {fault}" for fault, number in found.items() if number], found


# --- Many at once -----------------------------------------------------------------------------------------------------


def save_many(stand, what, pages, pause):
    """Let each page be typed into and saved so many times; print the figures, return the faults."""

    def write(number, page):
        draw = random.Random(f"{stand.options.seed} {what} {number}")
        time.sleep(draw.uniform(0, pause))
        for turn in range(stand.options.times):
            page.typed[draw.choice(page.narratives)] = f"第 {number} 页第 {turn} 次（{what}）：{WORDS}"
            page.save_and_decide(draw)
            time.sleep(draw.uniform(0.8, 1.2) * pause)

    web, database, began = stand.server.cpu(), database_cpu(), time.perf_counter()
    in_threads([lambda pair=pair: write(*pair) for pair in enumerate(pages)], at_most=len(pages))
    seconds, web, database = time.perf_counter() - began, stand.server.cpu() - web, since(database)
    took = sorted(1000 * one for page in pages for one in page.took)
    faults, found = found_faults(what, stand.federation, pages)
    acknowledged, conflicts = sum(len(page.taken) for page in pages), sum(page.conflicts for page in pages)
    print(f"{what}: {len(pages)} clients, {len(took):,} requests in {seconds:.1f} s ({len(took) / seconds:.0f}/s)")
    print(f"  {acknowledged:,} acknowledged, {conflicts:,} conflicts decided, {found['lost']} lost, {found['overwritten unseen']} overwritten unseen")
    postgres = "" if database is None else f", PostgreSQL {1000 * database / len(took):.1f} ms"
    print(f"  p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(0.95 * len(took))]:.0f} ms; CPU for each: web {1000 * web / len(took):.1f} ms{postgres}")
    return faults


def count_queries(federation):
    """Print how many queries one save makes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from federation_tasks.reports.models import Report

    client, user, report = Client(headers={"host": "127.0.0.1"}), federation.clerks[-1], Report.objects.last()
    client.force_login(user)
    name = f"{report.items.first().prefix}-narrative"
    for text in ("一", "二"):
        revision = Report.objects.get(pk=report.pk).revision
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(f"{federation.address(report.department.order)}autosave/", {"revision": revision, "page": "count", name: text})
    if answer.json()["saved"] != 1:
        raise SystemExit(answer.content.decode())
    print(f"one save of one field: {len(asked)} queries")


# --- While the server is killed ---------------------------------------------------------------------------------------


def kill_meanwhile(stand):
    """Write into one's own fields only, while workers, and sometimes the whole server, are killed; return the faults."""
    federation, server, kills, seed = stand.federation, stand.server, stand.options.kills, stand.options.seed
    draw, over = random.Random(f"{seed} kills"), threading.Event()
    back = [1 + n % TOGETHER for n in range(WRITERS)]  # reports, counted from the last one
    pages = federation.pages([federation.clerks[-n] for n in back], [-n for n in back], server.port)

    def write(number, page):
        own, dice = page.narratives[number // TOGETHER], random.Random(f"{seed} writer {number}")
        turn = 0
        while not over.is_set():
            page.typed[own] = f"第 {number} 个人第 {turn} 次：{WORDS}"
            page.save_until_acknowledged(dice, patience=PATIENCE)
            turn += 1
            time.sleep(dice.uniform(0, 0.1))

    def kill():
        whole, began = 0, time.perf_counter()
        try:
            for _ in range(kills):
                time.sleep(draw.uniform(0.1, 0.5))
                if draw.random() < 0.2:
                    whole += 1
                    server.kill_all()
                else:
                    server.kill_a_worker(draw)
                    server.wait()
        finally:
            over.set()
        return whole, time.perf_counter() - began

    found = in_threads([kill, *(lambda pair=pair: write(*pair) for pair in enumerate(pages))], at_most=WRITERS + 1)
    faults, figures = found_faults("kills", federation, pages)
    conflicts, taken = sum(page.conflicts for page in pages), [one for page in pages for one in page.taken]
    unanswered, again = sum(page.failures for page in pages), sum(not one.is_new for one in taken)
    print(f"{kills} kills -9 in {found[0][1]:.0f} s, {found[0][0]} of them of the whole server, while {len(pages)} pages saved")
    print(f"  {len(taken):,} acknowledged, {unanswered} tries unanswered, {again} of them saved all the same")
    print(f"  {figures['lost']} lost, {figures['acknowledged and not on record']} not on record, {conflicts} conflicts with oneself")
    return faults + [f"kills: {conflicts} conflicts of pages with themselves"] * bool(conflicts)


# --- Submitted twenty times -------------------------------------------------------------------------------------------


def submit_at_once(stand):
    """Press the button for submitting on so many connections at once; return the faults."""
    from federation_tasks.reports.models import Report

    federation, server = stand.federation, stand.server
    report = Report.objects.get(department=federation.departments[0])
    complete(report)
    first = federation.browser(federation.heads[0], server.port)
    _, text = first.ask("GET", f"{federation.address(0)}preview/")
    form = {"csrfmiddlewaretoken": hidden(text, "csrfmiddlewaretoken"), "revision": hidden(text, "revision")}
    barrier = threading.Barrier(AT_ONCE)

    def press():
        browser = Browser(server.port, first.cookies)
        browser.ask("GET", "/health/live/")
        barrier.wait()
        return browser.ask("POST", f"{federation.address(0)}submit/", form)

    answers = in_threads([press] * AT_ONCE, at_most=AT_ONCE)
    statuses = collections.Counter(status for status, _ in answers)
    told = sum("现在是“已报送”，不能报送" in text for status, text in answers if status == 409)
    print(f"{AT_ONCE} submissions at once: {dict(sorted(statuses.items()))}, {told} told why; {doubled(report)}")
    faults = [f"{AT_ONCE} submissions at once left {what}" for what, number in doubled(report).items() if number != 1]
    return faults + [f"answers {dict(statuses)}, {told} told why"] * (statuses != {302: 1, 409: AT_ONCE - 1} or told != AT_ONCE - 1)


def complete(report):
    from django.db import transaction

    from federation_tasks.reports.models import Report

    with transaction.atomic():
        report.items.filter(narrative="").update(narrative="按计划推进。")
        Report.objects.filter(pk=report.pk).update(arrangements="下半年的安排。")


def doubled(report):
    """Return how often what goes with one submission is there."""
    from federation_tasks.audit.models import Entry, Result
    from federation_tasks.plan.models import ProgressUpdate
    from federation_tasks.reports.models import Report
    from federation_tasks.workflow.models import HistoryRow

    report = Report.objects.get(pk=report.pk)
    return {
        "versions": report.versions.count(),
        "number": report.submissions,
        "rows of history": HistoryRow.objects.of(report).count(),
        "audit rows of the move": Entry.objects.filter(verb="submit", kind="reports.report", result=Result.DONE).count(),
        "statements on each task": ProgressUpdate.objects.filter(task__department=report.department_id).count() / TASKS,
    }


# --- All of it --------------------------------------------------------------------------------------------------------


@dataclass
class Stand:
    """What the trials share."""

    federation: Federation
    server: WebServer
    options: argparse.Namespace


def trial(options, folder):
    from federation_tasks.digests.testing import free_port

    crowd, reports = (6, 6) if options.small else (50, 200)
    federation = Federation(reports, crowd)
    server = WebServer(free_port(), folder / "web.log").start()
    stand, faults = Stand(federation, server, options), []
    rhythms = [("at once", 0)] + [("paced", options.pause)] * (not options.small)
    try:
        count_queries(federation)
        for words, pause in rhythms:
            pages = federation.pages(federation.clerks[:crowd], [0] * crowd, server.port)
            faults += save_many(stand, f"one report, {words}", pages, pause)
        for words, pause in rhythms:
            pages = federation.pages(federation.clerks[crowd - 1 :], range(reports), server.port)
            faults += save_many(stand, f"a report each, {words}", pages, pause)
        faults += kill_meanwhile(stand) + submit_at_once(stand)
        log = server.log.read_text()
        return faults + [f"the server's log has a traceback: {log[-3000:]}"] * ("Traceback" in log)
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.stop()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("--small", action="store_true", help="six clients, two kills")
    options.add_argument("--kills", type=int)
    options.add_argument("--times", type=int, help="saves of each client")
    options.add_argument("--pause", type=float, default=3, help="seconds between two saves of a page; the page itself waits three")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    chosen.kills = chosen.kills if chosen.kills is not None else 2 if chosen.small else 50
    chosen.times = chosen.times or (3 if chosen.small else 10)
    with tempfile.TemporaryDirectory(prefix="autosave-bench-") as folder, database_beside(chosen.url, "bench_autosave") as url:
        os.environ["VAR_DIR"] = folder
        start_django(url)
        migrate()
        prepare()
        faults = trial(chosen, pathlib.Path(folder))
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "nothing was lost, nothing went unseen, nothing was doubled")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
