#!/usr/bin/env python3
"""Time the auditor's pages over a long log on PostgreSQL: lists by each filter, searches, one entry, writing, sealing, verifying, the export.

    .venv/bin/python bench/audit.py postgres://postgres@127.0.0.1/postgres [--entries 1000000] [--rounds 7] [--most 300] [--plans]

Makes a database of its own beside the one that is named, fills it with a year of entries, sealed by the product's own sweep, and drops it
again. Leaves with 1 where a page is answered wrongly, the chain does not verify, or, with `--most`, a page takes longer than that (ms).
"""

import argparse
import datetime as dt
import re
import statistics
import sys
import time
from urllib.parse import urlencode

from beside import database_beside, migrate, start_django

PLAN_FROM = 100  # ms in queries from which on a page's plans are worth a look
DAYS = 365  # over which the entries are spread
FILL = """
INSERT INTO audit_entry (at, actor_id, actor, username, role, address, request, method, path, action, verb, kind, key, thing, department,
                         before, after, result, reason)
SELECT now() - interval '20 minutes' - (%(entries)s - n) * interval '1 day' * %(days)s / %(entries)s, person, '人员' || person, 'user-' || person,
       '部室' || person %% 100 || '联络员', '10.0.' || person %% 7 || '.' || person %% 200,
       lpad(to_hex(n / 3), 16, '0'), 'POST', '/tasks/' || n %% 50000 || '/updates/',
       (ARRAY['create', 'change', 'change', 'move', 'sign_in', 'sign_out', 'download', 'refusal'])[1 + n %% 8], '登记进展',
       (ARRAY['plan.task', 'plan.progressupdate', 'reports.report', 'departments.user', 'request'])[1 + n %% 5], (n %% 50000)::text,
       '半年任务' || n %% 50000 || '：分解任务、明确责任、按期推进、形成台账', 'd' || person %% 100,
       '{"progress":' || n %% 100 || '}', '{"progress":' || n %% 100 + 1 || ',"state":"in_progress"}',
       CASE WHEN n %% 8 = 7 THEN 'refused' ELSE 'done' END, CASE WHEN n %% 10 = 0 THEN '按季度安排推进，第' || n || '号说明' ELSE '' END
FROM (SELECT n, 1 + floor(power(random(), 2) * 2000)::int AS person FROM generate_series(1, %(entries)s) AS n) AS made
ORDER BY n
"""


def fill(entries):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FILL, {"entries": entries, "days": DAYS})
        cursor.execute("VACUUM ANALYZE audit_entry")


def seal():
    """Seal everything as the sweep does, and return how many rows."""
    from django.db import connection
    from django.utils import timezone

    from federation_tasks.audit import chain

    done = 0
    while sealed := chain.seal_all(timezone.now()):
        done += sealed
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE audit_seal")
    return done


def browser():
    """Return a browser in which an auditor is signed in."""
    from django.contrib.auth.models import Group
    from django.core.management import call_command
    from django.test import Client

    from departments.access import Role
    from departments.models import User

    call_command("collectstatic", interactive=False, verbosity=0)
    auditor = User.objects.create_user("auditor", name="审计员")
    auditor.groups.set([Group.objects.get(name=Role.AUDITOR.value)])
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(auditor)
    return client


class Measuring:
    """Asks for pages, prints a line for each, and remembers whether one failed or was too slow."""

    def __init__(self, rounds, most, plans):
        self.client, self.rounds, self.most, self.plans, self.failed = browser(), rounds, most, plans, False

    def page(self, what, address):
        """Time a page: all of it, what of it is this process's own work, and what is spent in queries."""
        self.timed(address)
        seen = [self.timed(address) for _ in range(self.rounds)]
        whole, own, queries, answer = statistics.median(run[0] for run in seen), *(statistics.median(run[n] for run in seen) for n in (1, 2)), seen[-1][3]
        heading = re.search("<h1>(.*?)</h1>", answer.content.decode(), re.DOTALL)
        note = re.sub("<[^>]*>", "", heading[1]).strip()[:60] if heading else ""
        slow = bool(self.most) and whole > self.most
        self.failed |= answer.status_code != 200 or slow
        print(f"{what:44}{whole:>9.0f} ms{own:>9.0f} ms{queries:>9.0f} ms  {note}{'  TOO SLOW' if slow else ''}", flush=True)
        if self.plans and queries > PLAN_FROM:
            self.explain(address)

    def timed(self, address):
        """Return how long a page took, in ms: all, own work, queries; and the answer."""
        from django.db import connection

        spent = []

        def note(execute, *query):
            began = time.perf_counter()
            try:
                return execute(*query)
            finally:
                spent.append(time.perf_counter() - began)

        with connection.execute_wrapper(note):
            began, busy = time.perf_counter(), time.process_time()
            answer = self.client.get(address)
            return 1000 * (time.perf_counter() - began), 1000 * (time.process_time() - busy), 1000 * sum(spent), answer

    def explain(self, address):
        """Print how PostgreSQL answers the slow queries of a page."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        print(address)
        with CaptureQueriesContext(connection) as seen:
            self.client.get(address)
        for query in seen:
            if float(query["time"]) * 1000 > PLAN_FROM / 2 and query["sql"].startswith(("SELECT", "WITH")):
                with connection.cursor() as cursor:
                    cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"])
                    print(query["sql"][:2000], *(row[0] for row in cursor.fetchall()), sep="\n    ")

    def once(self, what, act, rows):
        """Time something that is done once; return what it returned."""
        began = time.perf_counter()
        done = act()
        took = time.perf_counter() - began
        print(f"{what:44}{1000 * took:>9.0f} ms{'':24}  {rows / took:,.0f} rows/s", flush=True)
        return done


def log(**conditions):
    return f"/audit/?{urlencode(conditions)}"


def pages(measuring):
    """Time the pages."""
    from django.utils import timezone

    from federation_tasks.audit.models import Entry

    today = timezone.localdate()
    year = {"since": today - dt.timedelta(days=DAYS), "until": today}
    newest = Entry.objects.order_by("-at", "-pk").first()
    middle = Entry.objects.order_by("-at", "-pk")[Entry.objects.count() // 2]
    measuring.page("default: the last 30 days", "/audit/")
    measuring.page("a year", log(**year))
    measuring.page("a year, deep: from the middle", log(**year, older=middle.pk))
    measuring.page("a year, deep, upwards", log(**year, newer=middle.pk))
    measuring.page("person, busy, a year", log(**year, who="user-1"))
    measuring.page("person, by name, a year", log(**year, who="人员1990"))
    measuring.page("person who is not there, a year", log(**year, who="nobody"))
    measuring.page("department, a year", log(**year, department="d7"))
    measuring.page("action, a year", log(**year, action="refusal"))
    measuring.page("action without rows, a year", log(**year, action="purge"))
    measuring.page("result, a year", log(**year, result="refused"))
    measuring.page("kind, a year", log(**year, kind="plan.task"))
    measuring.page("object, a year", log(**year, kind=newest.kind, key=newest.key))
    measuring.page("network address, a year", log(**year, address="10.0.3.10"))
    measuring.page("request, a year", log(**year, request=newest.request))
    measuring.page("person and action, a year", log(**year, who="user-1", action="sign_in"))
    measuring.page("three that never meet, a year", log(**year, kind="plan.task", action="download", result="refused"))
    measuring.page("words found often, 30 days", log(q="半年任务"))
    measuring.page("words found rarely, 30 days", log(q="任务4999："))
    measuring.page("words not there, 30 days", log(q="没有这个词"))
    measuring.page("words not there, a year", log(**year, q="没有这个词"))
    measuring.page("words not there, a year, from the middle", log(**year, q="没有这个词", older=middle.pk))
    measuring.page("words not there, a busy kind, a year", log(**year, kind="plan.task", q="没有这个词"))
    measuring.page("one entry", f"/audit/{newest.pk}/")
    return year


def acts(measuring, year):
    """Time what writes and what walks."""
    from django.db import transaction
    from django.utils import timezone

    from federation_tasks.audit import chain
    from federation_tasks.audit.exporting import MOST
    from federation_tasks.audit.trail import Action, record

    def write(number):
        for n in range(number):
            with transaction.atomic():
                record(Action.CHANGE, kind="plan.task", key=n, name="任务", department="d1", before={"n": 1}, after={"n": 2})

    measuring.once("writing 1,000 rows, each its transaction", lambda: write(1000), 1000)
    measuring.once("sealing 1,000 rows", lambda: chain.seal_all(timezone.now()), 1000)
    walk = measuring.once("verifying the whole chain", chain.verify, chain.head().number)
    measuring.failed |= walk.trouble is not None or walk.rows != chain.head().number

    def export(conditions):
        answer = measuring.client.post("/audit/export/", conditions)
        return sum(len(part) for part in answer.streaming_content) if answer.streaming else -1

    rows = rows_of(year | {"who": "user-1"})
    size = measuring.once(f"export, {rows:,} rows", lambda: export(year | {"who": "user-1"}), rows)
    if rows_of(year) > MOST:
        measuring.once("export, too many: refused", lambda: export(year), 1)
    measuring.failed |= size < 0


def rows_of(conditions):
    from django.http import QueryDict
    from django.utils import timezone

    from federation_tasks.audit.filtering import LogFilter

    form = LogFilter(QueryDict(urlencode(conditions)), timezone.localdate())
    return form.rows.count() if form.is_valid() else 0


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--most", type=float, default=0, help="milliseconds that a page may take; 0: not judged")
    options.add_argument("--plans", action="store_true", help="print how PostgreSQL answers the slow queries of a page")
    chosen = options.parse_args()
    with database_beside(chosen.url, "bench_audit") as url:
        start_django(url)
        migrate()
        began = time.perf_counter()
        fill(chosen.entries)
        print(f"{chosen.entries:,} entries made in {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        print(f"{seal():,} sealed in {time.perf_counter() - began:.0f} s")
        print(f"{'':44}{'median':>12}{'own work':>12}{'queries':>12}")
        measuring = Measuring(chosen.rounds, chosen.most, chosen.plans)
        acts(measuring, pages(measuring))
        sys.exit(measuring.failed)


if __name__ == "__main__":
    main()
