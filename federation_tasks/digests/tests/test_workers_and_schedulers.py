"""Real workers, schedulers, broker and mail server: nothing is sent twice, and nothing is lost when they die.

Runs on what the test run has: SQLite and the embedded broker, or PostgreSQL and Redis. The long form is bench/digest_kill.py.
"""

import collections
import datetime as dt
import os
import signal

import pytest
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from departments.models import Department, Leader
from departments.testing import leader, person
from federation_tasks.celery import app
from federation_tasks.digests import schedule, tasks
from federation_tasks.digests.testing import Sink, running
from federation_tasks.digests.tests.processes import Site, kill
from federation_tasks.plan.models import Period, Task, WorkdayOverride
from federation_tasks.plan.testing import five_goals

LEADERS = 8
LETTERS = "SELECT key, state, message_id FROM digests_letter"
HEARTBEATS = "SELECT name, at FROM digests_heartbeat"


@pytest.fixture
def today(transactional_db):
    """A working day whose hour has come, on which each of eight leaders has something overdue."""
    schedule.install()
    day = timezone.localdate()
    WorkdayOverride.objects.create(day=day, is_workday=True)
    midnight, _ = CrontabSchedule.objects.get_or_create(minute="0", hour="0", timezone=timezone.get_default_timezone())
    second, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
    PeriodicTask.objects.filter(task=schedule.DIGESTS).update(crontab=midnight)
    PeriodicTask.objects.filter(task=schedule.SWEEP).update(interval=second)
    goal = five_goals()[0]
    period = Period.objects.create(year=day.year, half=1 if day.month < 7 else 2, state=Period.State.OPEN)
    for n in range(LEADERS):
        department = Department.objects.create(code=f"d{n}", name=f"单位{n}", order=n)
        leader(person(f"leader{n}"), Leader.Rank.DEPUTY, department, order=n)
        due = day - dt.timedelta(days=3)
        Task.objects.create(period=period, department=department, goal=goal, title=f"任务{n}", start=due - dt.timedelta(days=30), due=due)
    return day


@pytest.fixture
def sink():
    """A mail server that takes its time."""
    with running(Sink(delay=0.05)) as server:
        yield server


@pytest.fixture
def site(today, sink, tmp_path):
    """The site, for processes of its own."""
    app.control.purge()
    found = Site(tmp_path, sink.port)
    yield found
    found.stop()
    app.control.purge()


def everyone_told(site):
    """Say whether every leader's letter was sent."""
    return [state for _, state, _ in site.rows(LETTERS)] == ["sent"] * LEADERS


def test_three_triggers_two_workers_two_schedulers_and_the_command_make_one_letter_each(site, sink):
    runners = [site.worker(), site.worker(), site.beat(), site.beat()]
    for _ in range(3):
        tasks.overdue_digests.delay()
    command = site.command("send_overdue_digests")
    site.wait(lambda: everyone_told(site))
    site.wait(lambda: command.poll() is not None)
    assert command.returncode == 0, site.logs()
    for _ in range(3):
        tasks.overdue_digests.delay()
    # The command may have sent everything before the first worker was up.
    site.wait(lambda: len(site.rows(HEARTBEATS)) == 2)
    heard = site.rows(HEARTBEATS)
    site.wait(lambda: not set(site.rows(HEARTBEATS)) & set(heard))  # both go on showing that they live
    assert all(process.poll() is None for process in runners)
    assert collections.Counter(letter.to for letter in sink.received) == {f"leader{n}@example.test": 1 for n in range(LEADERS)}
    assert len(site.rows(LETTERS)) == LEADERS


def test_a_worker_killed_in_mid_batch_loses_no_letter_and_repeats_only_the_same_one(site, sink):
    kills = {2: "before", 5: "after", 8: "before"}  # at which letter the worker dies, and whether the server has taken it by then
    workers, counted, in_flight = [], [], set()

    def strike(moment):
        def maybe(address):
            counted.extend([address] if moment == "before" else [])
            if kills.get(len(counted)) == moment:
                del kills[len(counted)]
                in_flight.add(address)
                os.killpg(workers[-1].pid, signal.SIGKILL)

        return maybe

    def keep_one_running():
        if not workers or workers[-1].poll() is not None:
            workers.append(site.worker())
        tasks.ring.delay()

    sink.before, sink.after = strike("before"), strike("after")
    site.wait(lambda: everyone_told(site), meanwhile=keep_one_running)
    kill(workers[-1])
    assert not kills
    assert len(workers) == 4
    taken = collections.Counter(letter.to for letter in sink.received)
    assert set(taken) == {f"leader{n}@example.test" for n in range(LEADERS)}  # none lost
    assert {address for address, times in taken.items() if times > 1} <= in_flight  # no repeat outside the moment of a kill
    ids = {address: {letter.message_id for letter in sink.of(address)} for address in taken}
    assert all(len(found) == 1 for found in ids.values())  # and a repeat is the same letter
    assert sum(taken.values()) <= LEADERS + 3
