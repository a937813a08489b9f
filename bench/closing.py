#!/usr/bin/env python3
"""Close a half-year of many tasks on PostgreSQL, kill the closing half-way again and again, and count what was carried.

    .venv/bin/python bench/closing.py postgres://postgres@127.0.0.1/postgres [--tasks 10000] [--kills 10] [--seed 1]

Makes a database of its own beside the one that is named and drops it again. Each kill is a kill -9 of the process that closes, inside its
transaction, after a number of statements that is drawn; after each, nothing may have changed. The last two closings then start at once:
one closes, the other is told so. Prints seconds, queries for each task and the peak of memory of the one that closed, and leaves with 1
where a task was carried twice, or not at all, or where a kill left anything behind.
"""

import argparse
import datetime as dt
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import time

from beside import database_beside, migrate, start_django

DEPARTMENTS, TODAY = 50, dt.date(2026, 7, 20)
START, DUE = dt.date(2026, 2, 1), dt.date(2026, 6, 20)
STATES = ("assigned", "acknowledged", "in_progress", "in_progress", "claimed")
CHUNK = 500
WRITES_OF_A_CHUNK = 15  # at least
KEPT_BACK = 10  # one task in so many is completed or suspended and stays


def fill(number):
    """Make a half-year of tasks with milestones and supporting departments, some with an extension that waits and an urge."""
    from django.db import transaction

    from departments.access import Role
    from departments.models import Department
    from departments.testing import person
    from federation_tasks.plan.models import Period
    from federation_tasks.plan.testing import five_goals

    migrate()
    with transaction.atomic():  # rows that the audit watches
        office = person("office", "办公室", Role.OFFICE)
        period = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
        Period.objects.create(year=2026, half=2, state=Period.State.OPEN)
        departments = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n:03}", order=n) for n in range(DEPARTMENTS))
        goals = five_goals()
        for first in range(0, number, CHUNK):
            some(range(first, min(first + CHUNK, number)), period, departments, goals, office)


def some(numbers, period, departments, goals, office):
    from federation_tasks.plan.models import Milestone, Task
    from federation_tasks.supervision.models import Extension, Urge, UrgeNotice

    tasks = Task.objects.bulk_create(a_task(n, period, departments, goals) for n in numbers)
    links = Task.supporting.through
    links.objects.bulk_create(links(task=task, department=departments[(n + 7) % DEPARTMENTS]) for n, task in zip(numbers, tasks, strict=True) if n % 2)
    Milestone.objects.bulk_create(Milestone(task=task, name=name, order=order) for task in tasks for order, name in enumerate(("筹备", "实施")))
    waiting = [task for n, task in zip(numbers, tasks, strict=True) if n % 20 == 2]
    Extension.objects.bulk_create(
        Extension(task=task, state="asked", old_due=DUE, asked_due=DUE + dt.timedelta(days=9), reason="汛期", asked_by=office, asked_on=DUE) for task in waiting
    )
    notice = UrgeNotice.objects.create(by=office, note="请抓紧", on=TODAY)
    Urge.objects.bulk_create(
        Urge(notice=notice, stage="blue", task=task, department=task.department, period=period, state="sent", days_late=5) for task in waiting
    )


def a_task(n, period, departments, goals):
    from federation_tasks.plan.models import Task

    state = ("completed", "suspended")[n // KEPT_BACK % 2] if n % KEPT_BACK == 9 else STATES[n % len(STATES)]
    facts = {"claimed_on": DUE} if state in {"claimed", "completed"} else {}
    facts |= {"completed_on": DUE} if state == "completed" else {}
    facts |= {"state_before": "in_progress"} if state == "suspended" else {}
    place = {"period": period, "department": departments[n % DEPARTMENTS], "goal": goals[n % 5]}
    return Task(title=f"任务{n}", description="分解任务、明确责任、按期推进。", start=START, due=DUE, progress=n % 101, state=state, **place, **facts)


def close(url):
    """Close the half-year as the office: a line for each statement that inserts or updates, then the figures."""
    start_django(url)
    from django.db import connection

    from departments.access import Access
    from departments.models import User
    from federation_tasks.plan.closing import close_period
    from federation_tasks.plan.models import Period
    from federation_tasks.workflow.moves import WrongState

    asked = 0

    def note(execute, sql, params, many, context):
        nonlocal asked
        asked += 1
        found = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE")):
            print("wrote", flush=True)
        return found

    period, access = Period.objects.get(year=2026, half=1), Access(User.objects.get(username="office"), TODAY)
    with connection.execute_wrapper(note):
        began = time.perf_counter()
        try:
            done = close_period(period, access).numbers
        except WrongState:
            done = None
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"carried": done and done["结转的任务"], "seconds": time.perf_counter() - began, "queries": asked, "megabytes": megabytes}))


def closing(url):
    line = [sys.executable, str(pathlib.Path(__file__).resolve()), url, "--close"]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, start_new_session=True)


def kill_after(url, statements):
    """Start a closing and kill it inside its transaction, after so many statements that wrote; return whether it came so far."""
    process = closing(url)
    for _ in range(statements):
        if process.stdout.readline() != "wrote\n":
            break
    is_midway = process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return is_midway


def figures_of(process):
    lines = process.communicate()[0].splitlines()
    return json.loads(lines[-1]), len(lines) - 1


def standing():
    """Return what a closing would change."""
    from federation_tasks.audit.models import Entry
    from federation_tasks.plan.models import Milestone, Period, Task
    from federation_tasks.supervision.models import Extension
    from federation_tasks.workflow.models import HistoryRow

    counts = [model.objects.count() for model in (Task, Milestone, HistoryRow, Entry, Task.history.model)]
    return counts, Period.objects.get(year=2026, half=1).state, Extension.objects.filter(task__carried_from__isnull=False).count()


def wrong():
    """Return what a closing left that is not right: each unfinished task carried once, and nothing of it lost."""
    from django.db.models import Count

    from federation_tasks.plan.models import Milestone, Task
    from federation_tasks.supervision.models import Extension, Urge

    old, new = Task.objects.filter(period__year=2026, period__half=1), Task.objects.filter(period__year=2026, period__half=2)
    found = {
        "left behind": old.filter(state__in=STATES).count(),
        "carried twice": new.values("carried_from").annotate(n=Count("pk")).filter(n__gt=1).count(),
        "carried and not marked": new.exclude(carried_from__state="carried_over").count(),
        "marked and not carried": old.filter(state="carried_over", carried_to=None).count(),
        "milestones lost": 2 * new.count() - Milestone.objects.filter(task__in=new).count(),
        "extensions left": Extension.objects.filter(task__in=old.filter(state="carried_over")).count(),
        "urges left": Urge.objects.filter(task__in=old.filter(state="carried_over")).count(),
    }
    return {what: number for what, number in found.items() if number}


def trial(url, kills, draw):
    """Kill, close, compare; return the faults."""
    before, faults, midway = standing(), [], 0
    statements = WRITES_OF_A_CHUNK * max(1, before[0][0] * 9 // 10 // CHUNK)
    began = time.perf_counter()
    for _ in range(kills):
        midway += kill_after(url, draw.randint(1, statements))
        if standing() != before:
            faults.append(f"a kill left {standing()}, not {before}")
    if kills:
        print(
            f"{kills} closings killed in {time.perf_counter() - began:.0f} s, {midway} inside the transaction: figures {'changed' if faults else 'unchanged'}"
        )
        if midway < kills:
            faults.append("a closing was over before it was killed")
    both = [closing(url) for _ in range(2)]
    [won, lost] = sorted((figures_of(process) for process in both), key=lambda found: found[0]["carried"] is None)
    (done, wrote), (refused, _) = won, lost
    if done["carried"] is None or refused["carried"] is not None:
        faults.append("of two closings at once not exactly one closed")
    else:
        report(done, wrote)
    return faults + [f"{what}: {number}" for what, number in wrong().items()]


def report(done, wrote):
    each = done["queries"] / max(done["carried"], 1)
    print(f"{done['carried']:,} tasks carried in {done['seconds']:.1f} s, {done['queries']:,} queries ({each:.2f} for each task, {wrote:,} of them write)")
    print(f"peak of memory {done['megabytes']:.0f} MB; of two closings at once the other was told that the period is closed")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("url")
    options.add_argument("--tasks", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--close", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.close:
        close(chosen.url)
        return
    with database_beside(chosen.url, "bench_closing") as url:
        start_django(url)
        began = time.perf_counter()
        fill(chosen.tasks)
        print(f"{chosen.tasks:,} tasks made in {time.perf_counter() - began:.0f} s")
        faults = trial(url, chosen.kills, random.Random(chosen.seed))
        print("\n".join(faults) or "each unfinished task was carried exactly once")
        sys.exit(bool(faults))


if __name__ == "__main__":
    main()
