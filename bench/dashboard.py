#!/usr/bin/env python3
"""Time the dashboard on PostgreSQL beside the bare SQL of the same numbers: pages through the whole site, SQL through psycopg2, in one run.

    .venv/bin/python bench/dashboard.py postgres://postgres@127.0.0.1/postgres [S M L XL] [--rounds 30]

For each size it makes a database of its own beside the one that is named, loads the generated organisation (bench/generate.py), and drops it.
Leaves with 1 where a page and the bare SQL disagree. Times are for reading, not for passing: they depend on the machine.
"""

import argparse
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from beside import database_beside, migrate, start_django
from counts import PLAIN, fetched

HERE = pathlib.Path(__file__).resolve().parent
OVERDUE = """
SELECT id, title, department_id, due, progress FROM plan_task
WHERE period_id = %(period)s AND red_from <= %(day)s AND state NOT IN ('suspended', 'carried_over', 'completed')
  AND NOT (state = 'claimed' AND claimed_on < red_from)
ORDER BY red_from, id LIMIT 50
"""


def load(folder, size, today):
    from django.core.management import call_command
    from django.db import connection

    subprocess.run([sys.executable, HERE / "generate.py", folder, size], check=True, stdout=subprocess.DEVNULL)
    call_command("load_dataset", f"{folder}/{size}", today=today)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE plan_task")


def browser(rank):
    """Return a browser in which the principal, or the first deputy, is signed in."""
    from django.db import transaction
    from django.test import Client

    from departments.models import Leader, User

    leader = Leader.objects.filter(rank=rank).first()
    if leader is None:
        with transaction.atomic():
            user = User.objects.create_user("principal", name="理事长")
            leader = Leader.objects.create(name="理事长", federation_post="理事长", rank=rank, user=user, in_office_from="2020-01-01")
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(leader.user)
    return client


def timed(act, rounds):
    """Return median and 95th percentile of the time, and the median of this process's own work, in ms, after two runs to warm up."""
    seen, worked = [], []
    for turn in range(rounds + 2):
        began, busy = time.perf_counter(), time.process_time()
        act()
        if turn > 1:
            seen.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
    return statistics.median(seen), sorted(seen)[math.ceil(0.95 * len(seen)) - 1], statistics.median(worked)


def page(client, address):
    """Return a function that opens a page, the number of its queries, and its size in kB."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def open_it():
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        return answer

    with CaptureQueriesContext(connection) as queries:
        answer = open_it()
    return open_it, len(queries), len(answer.content) / 1000


def check(client, counted):
    """Leave where summary.json says other numbers than the bare SQL."""
    said = client.get("/dashboard/summary.json").json()["lights"]
    plain = dict.fromkeys(said, 0)
    for _, _, light, n, _, _ in counted:
        plain[light] += n
    if said != plain:
        raise SystemExit(f"the product says {said}, plain SQL {plain}")


def measure(size, rounds, today):
    from django.db import connection

    from federation_tasks.plan.models import Period

    values = {"day": today, "period": Period.objects.get(state=Period.State.OPEN).pk}
    principal, deputy = browser("principal"), browser("deputy")
    check(principal, fetched(PLAIN, values))
    connection.ensure_connection()
    floors = {name: timed(lambda sql=sql: fetched(sql, values), rounds) for name, sql in (("counts", PLAIN), ("overdue", OVERDUE))}
    for name, times in floors.items():
        line(size, f"bare SQL, {name}", times, 1)
    for name, client, address, floor in (
        ("dashboard, principal", principal, "/dashboard/", "counts"),
        ("dashboard, deputy", deputy, "/dashboard/", "counts"),
        ("summary.json, principal", principal, "/dashboard/summary.json", "counts"),
        ("tasks, overdue", principal, "/tasks/?light=red", "overdue"),
    ):
        open_it, queries, weight = page(client, address)
        times = timed(open_it, rounds)
        line(size, name, times, queries, weight=f"{weight:.0f}", ratio=f"{times[0] / floors[floor][0]:.1f}")


def line(size, name, times, queries, *, weight="", ratio=""):
    median, p95, worked = times
    print(f"{size:4}{name:28}{median:9.1f}{p95:9.1f}{worked:9.1f}{queries:9}{weight:>9}{ratio:>9}", flush=True)


def one(url, size, rounds):
    """Make, load and measure one size."""
    with database_beside(url, "bench_dashboard") as own, tempfile.TemporaryDirectory() as folder:
        start_django(own)
        migrate()
        from django.conf import settings
        from django.utils import timezone

        settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
        today = timezone.localdate()
        load(folder, size, today)
        measure(size, rounds, today)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("sizes", nargs="*", default=["S", "M", "L"])
    options.add_argument("--rounds", type=int, default=30)
    chosen = options.parse_args()
    if len(chosen.sizes) == 1:
        return one(chosen.url, chosen.sizes[0], chosen.rounds)
    print(f"{'':4}{'':28}{'median':>9}{'p95 ms':>9}{'own CPU':>9}{'queries':>9}{'kB':>9}{'x bare':>9}", flush=True)
    for size in chosen.sizes:  # a process for each: Django is set up for one database
        subprocess.run([sys.executable, __file__, chosen.url, size, "--rounds", str(chosen.rounds)], check=True)
    return None


if __name__ == "__main__":
    main()
