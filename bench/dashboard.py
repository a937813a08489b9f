#!/usr/bin/env python3
"""Time the dashboard on PostgreSQL beside the bare SQL of the same numbers: pages through the whole site, SQL through psycopg2, in one run.

    .venv/bin/python bench/dashboard.py postgres://postgres@127.0.0.1/postgres [S M L XL] [--rounds 30] [--charts FOLDER] [--requests SECONDS]

For each size it makes a database of its own beside the one that is named, loads the generated organisation (bench/generate.py), opens the
day, and drops the database again. A page is measured in a process that has loaded nothing: its peak memory is that of serving it.
--charts writes the table, the numbers and SVG charts of how cost grows. --requests also asks the site's own gunicorn on 8 connections that
stay open, first for /health/live/ (a Django view that asks nothing of the database and needs no sign-in) and then for the dashboard.
Leaves with 1 where a page and the bare SQL disagree, or where a page asks the database more questions at one size than at another.
Times are for reading, not for passing: they depend on the machine.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import psycopg2
from beside import database_beside, migrate, start_django
from charts import line_chart
from counts import PLAIN
from load import ask_for, quantiles
from web_server import WebServer, database_cpu, since

HERE = pathlib.Path(__file__).resolve().parent
WHERE = "WHERE %(period)s IS NULL OR period_id = %(period)s"
OF_ONE_PERIOD = "WHERE period_id = %(period)s"
BARE = {
    "counts": PLAIN.replace(WHERE, OF_ONE_PERIOD),
    "of a portfolio": PLAIN.replace(WHERE, f"{OF_ONE_PERIOD} AND department_id = ANY(%(portfolio)s)"),
    "of a department": PLAIN.replace(WHERE, f"{OF_ONE_PERIOD} AND department_id = %(department)s"),
    "of a goal": PLAIN.replace(WHERE, f"{OF_ONE_PERIOD} AND goal_id = %(goal)s"),
    "overdue": """
        SELECT id, title, department_id, due, progress FROM plan_task
        WHERE period_id = %(period)s AND red_from <= %(day)s AND state NOT IN ('suspended', 'carried_over', 'completed')
          AND NOT (state = 'claimed' AND claimed_on < red_from)
        ORDER BY red_from, id LIMIT 50""",
}
WORST, MOST, FACTOR, PER_SECOND = 2, 15, 1.5, 300  # the bars: 2 × bare SQL + 15 ms, XL 1.5 × L, 300 requests a second
LIST_WITHIN = 20  # ms


# --- What is there ----------------------------------------------------------------------------------------------------


def load(size):
    """Load the generated organisation, count what is kept, and tell the planner."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from federation_tasks.plan.keeping import refresh

    today = timezone.localdate()
    migrate()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, HERE / "generate.py", folder, size], check=True, stdout=subprocess.DEVNULL)
        call_command("load_dataset", f"{folder}/{size}", today=today, verbosity=0)
    leader_in_office()
    refresh(today)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    call_command("collectstatic", interactive=False, verbosity=0)


def leader_in_office():
    """Give the organisation a principal where it has none."""
    from django.db import transaction

    from departments.models import Leader, User

    if not Leader.objects.filter(rank="principal").exists():
        with transaction.atomic():
            user = User.objects.create_user("principal", name="理事长")
            Leader.objects.create(name="理事长", federation_post="理事长", rank="principal", user=user, in_office_from="2020-01-01")


def browser(rank):
    """Return a browser in which the principal, or the first deputy, is signed in."""
    from django.test import Client

    from departments.models import Leader

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(Leader.objects.filter(rank=rank).first().user)
    return client


def asked_about(today):
    """Return what the bare SQL is asked about: day, running period, the first deputy's departments, the first of them, the first goal."""
    from departments.models import Leader, Portfolio
    from federation_tasks.plan.models import Goal, Period

    deputy = Leader.objects.filter(rank="deputy").first()
    portfolio = list(Portfolio.objects.on(today).filter(leader=deputy).order_by("department_id").values_list("department_id", flat=True))
    period = Period.objects.get(state=Period.State.OPEN).pk
    return {"day": today, "period": period, "portfolio": portfolio, "department": portfolio[0], "goal": Goal.objects.first().pk}


def pages(values):
    """Return (name, rank, address, the bare SQL of the same numbers) of each page that is measured."""
    from departments.models import Department
    from federation_tasks.plan.models import Goal

    department, goal = Department.objects.get(pk=values["department"]), Goal.objects.get(pk=values["goal"])
    found = [
        ("dashboard, principal", "principal", "/dashboard/", "counts"),
        ("portfolio, deputy", "deputy", "/dashboard/", "of a portfolio"),
        ("department page", "principal", department.get_absolute_url(), "of a department"),
        ("goal page", "principal", f"/goals/{goal.number}/", "of a goal"),
        ("tasks, overdue", "principal", "/tasks/?light=red", "overdue"),
        ("summary.json, principal", "principal", "/dashboard/summary.json", "counts"),
    ]
    return [row for row in found if exists(row[2])]


def exists(address):
    from django.urls import Resolver404, resolve

    try:
        return bool(resolve(address.partition("?")[0]))
    except Resolver404:
        return False


# --- One page after the other -----------------------------------------------------------------------------------------


def timed(act, rounds):
    """Return median and 95th percentile of the time, and the median of this process's own work, in ms, after two runs to warm up."""
    seen, worked = [], []
    for turn in range(rounds + 2):
        began, busy = time.perf_counter(), time.process_time()
        act()
        if turn > 1:
            seen.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - busy))
    return {"median": statistics.median(seen), "p95": sorted(seen)[math.ceil(0.95 * len(seen)) - 1], "cpu": statistics.median(worked)}


def forget_peak():
    """Let the peak memory of this process count from now on."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")


def peak(pid="self"):
    """Return the most memory that a process had resident, in MB, since it began or since `forget_peak`."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def page(client, address):
    """Return a function that opens a page, the number of its queries, and its size in kB."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def open_it():
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        return answer

    open_it()  # what is asked for once in the life of a process
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


def measure(size, rounds, note):
    """Measure each page of one size, and before it the bare SQL of the same numbers."""
    from django.conf import settings
    from django.utils import timezone

    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    values = asked_about(timezone.localdate())
    with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as bare:
        bare.autocommit = True

        def fetched(sql):
            with bare.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall()

        clients = {rank: browser(rank) for rank in ("principal", "deputy")}
        check(clients["principal"], fetched(BARE["counts"]))
        floors = {name: timed(lambda sql=sql: fetched(sql), rounds) for name, sql in BARE.items()}
        for name, times in floors.items():
            note({"size": size, "name": f"bare SQL, {name}", "queries": 1} | times)
        for name, rank, address, floor in pages(values):
            open_it, queries, weight = page(clients[rank], address)
            forget_peak()
            times = timed(open_it, rounds)
            more = {"kB": weight, "peak": peak(), "bare": floors[floor]["median"], "ratio": times["median"] / floors[floor]["median"]}
            note({"size": size, "name": name, "queries": queries} | times | more)


# --- Many at once -----------------------------------------------------------------------------------------------------


def requests(size, seconds, note):
    """Ask the site's own gunicorn on 8 connections that stay open: a trivial view and then the dashboard, twice, in one run."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser("principal").cookies.items())
    server = WebServer(port, pathlib.Path(tempfile.mkdtemp(), "web.log")).start()
    try:
        for path, sent in (("/health/live/", ""), ("/dashboard/", cookie)):
            ask_for(min(2, seconds), port, path, sent)  # to warm up
        for path, sent in (("/health/live/", ""), ("/dashboard/", cookie)):
            note({"size": size, "name": path} | burst(server, path, sent, seconds))
    finally:
        server.stop()


def burst(server, path, cookie, seconds):
    """Return what one run of so many seconds took, for each request: time, and CPU of the application and of PostgreSQL apart."""
    application, database, own, began = server.cpu(), database_cpu(), time.process_time(), time.perf_counter()
    took = ask_for(seconds, server.port, path, cookie)
    lasted, used = time.perf_counter() - began, since(database)
    median, p95 = quantiles(took)
    each = {"application": 1000 * (server.cpu() - application) / len(took), "asking": 1000 * (time.process_time() - own) / len(took)}
    each["postgresql"] = None if used is None else 1000 * used / len(took)
    return {"requests": len(took), "per_second": len(took) / lasted, "median": median, "p95": p95, "peak": max(map(peak, server.workers()))} | each


# --- What is told -----------------------------------------------------------------------------------------------------

HEAD = f"{'':4}{'':28}{'median':>9}{'p95 ms':>9}{'own CPU':>9}{'queries':>9}{'kB':>9}{'peak MB':>9}{'x bare':>8}"
HEAD_OF_REQUESTS = f"{'':4}{'8 connections':28}{'per s':>9}{'median':>9}{'p95 ms':>9}{'CPU: app':>10}{'PostgreSQL':>12}{'asking':>9}{'peak MB':>9}"


def line(row):
    if "per_second" in row:
        database = "-" if row["postgresql"] is None else f"{row['postgresql']:.2f}"
        numbers = f"{row['per_second']:9.1f}{row['median']:9.1f}{row['p95']:9.1f}{row['application']:10.2f}{database:>12}{row['asking']:9.2f}{row['peak']:9.0f}"
        return f"{row['size']:4}{row['name']:28}{numbers}"
    more = f"{row['kB']:9.0f}{row['peak']:9.0f}{row['ratio']:8.1f}" if "kB" in row else ""
    return f"{row['size']:4}{row['name']:28}{row['median']:9.1f}{row['p95']:9.1f}{row['cpu']:9.1f}{row['queries']:9}{more}"


def judged(rows):
    """Yield (what, whether it held) for each bar that can be read off these rows."""
    found = {(row["size"], row["name"]): row for row in rows}
    board, lists = "dashboard, principal", "tasks, overdue"
    if row := found.get(("L", board)):
        yield f"dashboard at L {row['median']:.1f} ms, in less than the bare SQL of {row['bare']:.1f} ms (the goal)", row["median"] < row["bare"]
        yield f"and in no case more than {WORST} × it + {MOST} ms", row["median"] <= WORST * row["bare"] + MOST
        if large := found.get(("XL", board)):
            yield f"dashboard at XL {large['median']:.1f} ms, no slower than {FACTOR} × L", large["median"] <= FACTOR * row["median"]
    if row := found.get(("L", lists)):
        yield f"overdue list at L {row['median']:.1f} ms, under {LIST_WITHIN} ms", row["median"] < LIST_WITHIN
    for size in {size for size, name in found if name == "/dashboard/"}:
        dashboard, trivial = found[size, "/dashboard/"]["per_second"], found[size, "/health/live/"]["per_second"]
        yield f"{dashboard:.0f} requests a second at {size}, a tenth of the trivial view's {trivial:.0f} on this machine", dashboard >= trivial / 10
        yield f"and {PER_SECOND} a second on whatever machine", dashboard >= PER_SECOND


def grown(rows):
    """Return the pages that ask the database more questions at one size than at another."""
    numbers = {}
    for row in rows:
        if "queries" in row:
            numbers.setdefault(row["name"], set()).add(row["queries"])
    return {name: sorted(found) for name, found in numbers.items() if len(found) > 1}


def write_charts(folder, rows, told):
    """Write the table, the numbers, and the charts of how cost grows with the size."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("table.txt").write_text("\n".join(told) + "\n")
    folder.joinpath("numbers.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    charts = [
        ("time", "median", "Time of a page", "ms, median", True), ("p95", "p95", "Time of a page, 95th percentile", "ms", True),
        ("queries", "queries", "Queries of a page", "number", False), ("memory", "peak", "Peak memory of the process that serves it", "MB", False),
        ("ratio", "ratio", "Page beside the bare SQL of its numbers", "times as slow", False),
    ]  # fmt: skip
    for name, column, title, unit, logarithmic in charts:
        series = {}
        for row in rows:
            if column in row and "per_second" not in row and (logarithmic or not row["name"].startswith("bare")):
                series.setdefault(row["name"], {})[row["size"]] = round(row[column], 1)
        folder.joinpath(f"{name}.svg").write_text(line_chart(title, unit, sizes, series, logarithmic=logarithmic))


# --- One size in processes of its own ---------------------------------------------------------------------------------


def stage(chosen, size, name):
    """Run one stage in a process of its own: what it reads into memory is gone afterwards."""
    line = [sys.executable, __file__, chosen.url, size, "--stage", name, "--rounds", str(chosen.rounds), "--requests", str(chosen.requests)]
    subprocess.run([*line, "--results", str(chosen.results)], check=True)


def run_stage(chosen):
    start_django(os.environ["DATABASE_URL"])

    def note(row):
        with chosen.results.open("a") as out:
            out.write(json.dumps(row) + "\n")
        print(line(row), flush=True)

    size = chosen.sizes[0]
    stages = {"load": lambda: load(size), "measure": lambda: measure(size, chosen.rounds, note), "requests": lambda: requests(size, chosen.requests, note)}
    stages[chosen.stage]()


def one(chosen, size):
    """Make, load and measure one size: in a process of its own, because Django is set up for one database."""
    with database_beside(chosen.url, "bench_dashboard") as own:
        start_django(own)
        for name in ("load", "measure", *(["requests"] if chosen.requests else [])):
            if name == "requests":
                print(HEAD_OF_REQUESTS, flush=True)
            stage(chosen, size, name)


def options():
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("url")
    found.add_argument("sizes", nargs="*", default=["S", "M", "L"])
    found.add_argument("--rounds", type=int, default=30)
    found.add_argument("--charts", type=pathlib.Path, help="a folder for the table and the charts")
    found.add_argument("--requests", type=float, default=0, metavar="SECONDS", help="ask the site's own gunicorn for so long")
    found.add_argument("--stage", choices=["load", "measure", "requests", "size"], help=argparse.SUPPRESS)
    found.add_argument("--results", type=pathlib.Path, help=argparse.SUPPRESS)
    return found.parse_args()


def main():
    chosen = options()
    if chosen.stage == "size":
        return one(chosen, chosen.sizes[0])
    if chosen.stage:
        return run_stage(chosen)
    with tempfile.TemporaryDirectory() as folder:
        chosen.results = pathlib.Path(folder, "results")
        chosen.results.touch()
        for size in chosen.sizes:
            print(HEAD, flush=True)
            stage(chosen, size, "size")
        rows = [json.loads(row) for row in chosen.results.read_text().splitlines()]
    verdicts = [f"{'held    ' if held else 'NOT HELD'}  {what}" for what, held in judged(rows)]
    more = [f"more queries at one size than at another: {name} {numbers}" for name, numbers in grown(rows).items()]
    print("\n".join(verdicts + more))
    if chosen.charts:
        write_charts(chosen.charts, rows, [HEAD, *map(line, rows), *verdicts, *more])
    return 1 if more else 0


if __name__ == "__main__":
    sys.exit(main())
