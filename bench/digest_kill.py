#!/usr/bin/env python3
"""Kill the worker while it sends digests, again and again, and count what the mail server got.

    DATABASE_URL=... REDIS_URL=... bench/digest_kill.py [--kills 200] [--leaders 12] [--seed 1]

Works in an empty database: the one of DATABASE_URL, or a SQLite file with the embedded broker where that is not set. Three kills in
four come while the server holds a letter's DATA: before it takes it, or after it took it and before it says so; the others at a
random moment. Prints expected, accepted, lost, repeats, and exits 1 where a letter was lost, came again under another Message-ID, or
came again although nobody was killed over it.
"""

import argparse
import collections
import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LETTER_TAKES = 0.03  # seconds
PATIENCE = 120  # seconds for one day's letters


def prepare(folder):
    """Set up Django for this trial: its own folder, short patience with the mail server."""
    os.environ.setdefault("SECRET_KEY", "only-for-a-trial-" + "0" * 40)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "federation_tasks.settings", "VAR_DIR": folder, "EMAIL_TIMEOUT": "1", "DIGESTS_PAUSED": "false"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def populate(leaders):
    """Make leaders, each with one department that has something overdue."""
    from django.utils import timezone

    from departments.models import Department, Leader, Portfolio, User
    from federation_tasks.plan.models import Period, Task
    from federation_tasks.plan.testing import five_goals

    today = timezone.localdate()
    due, long_ago = today - dt.timedelta(days=3), today - dt.timedelta(days=400)
    period = Period.objects.create(year=today.year, half=1 if today.month < 7 else 2, state=Period.State.OPEN)
    goal = five_goals()[0]
    for n in range(leaders):
        user = User.objects.create_user(f"leader{n}", name=f"leader{n}", email=f"leader{n}@example.test")
        leader = Leader.objects.create(name=user.name, federation_post="deputy", rank=Leader.Rank.DEPUTY, user=user, in_office_from=long_ago)
        department = Department.objects.create(code=f"d{n}", name=f"d{n}", order=n)
        Portfolio.objects.create(leader=leader, department=department, valid_from=long_ago)
        Task.objects.create(period=period, department=department, goal=goal, title=f"t{n}", start=long_ago, due=due)


class Trial:
    """Days of letters, one after the other, with a worker that is killed on the way."""

    def __init__(self, sink, draw, kills):
        self.sink, self.draw, self.left = sink, draw, kills
        self.worker = None
        self.in_flight = set()  # (address, day) of the letters over which a worker was killed
        self.today = ""
        self.struck = collections.Counter()
        self.lock = threading.Lock()
        self.plan_next()
        sink.before = lambda address: self.strike("before 250", address)
        sink.after = lambda address: self.strike("after 250, before it is said", address)

    def plan_next(self):
        """Draw when the next kill comes."""
        self.moment = self.draw.choice(["before 250", "before 250", "after 250, before it is said", "any"]) if self.left else ""
        self.countdown = self.draw.randint(1, 6)

    def strike(self, moment, address):
        """Kill the worker where its time has come."""
        with self.lock:
            if moment != self.moment:
                return
            self.countdown -= 1
            if self.countdown == 0:
                self.in_flight.add((address, self.today))
                self.kill(moment)

    def kill(self, moment):
        """Kill the worker's whole group."""
        if self.worker and self.worker.poll() is None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.struck[moment] += 1
            self.left -= 1
            self.plan_next()

    def keep_one_running(self):
        """Start a worker where none runs; now and then kill it at any moment."""
        if self.worker is None or self.worker.poll() is not None:
            command = [sys.executable, "-m", "celery", "-A", "federation_tasks", "worker", "-P", "solo", "-l", "WARNING", "-n", "trial@%h"]
            environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}"}
            self.worker = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        elif self.moment == "any" and self.draw.random() < 0.2:
            with self.lock:
                self.kill("at any moment")

    def day(self, day):
        """Plan a day and wait until its letters have gone."""
        from federation_tasks.digests import planning, tasks
        from federation_tasks.digests.models import Letter

        self.today = day.isoformat()
        planning.plan_digests(day)
        began = time.monotonic()
        while Letter.objects.filter(day=day).exclude(state="sent").exists():
            if time.monotonic() - began > PATIENCE:
                sys.exit(f"{day}: not sent within {PATIENCE} s: {list(Letter.objects.filter(day=day).values_list('state', 'reason'))}")
            self.keep_one_running()
            tasks.ring.delay()
            time.sleep(0.25)


def count(sink, expected, in_flight):
    """Return what the mail server got, beside what it should have got."""
    ids = collections.defaultdict(list)
    for letter in sink.received:
        ids[letter.key].append((letter.message_id, letter.to))
    repeats = {key: found for key, found in ids.items() if len(found) > 1}
    return {
        "expected": expected,
        "accepted": len(sink.received),
        "lost": expected - len(ids),
        "repeated, same Message-ID": sum(len(found) - 1 for found in repeats.values() if len({one for one, _ in found}) == 1),
        "repeated, new Message-ID": sum(len({one for one, _ in found}) - 1 for found in repeats.values()),
        "repeated outside a kill": sum((found[0][1], key.rpartition(":")[2]) not in in_flight for key, found in repeats.items()),
    }


def main():
    """Run the trial and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--leaders", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digest-kill-") as folder:
        prepare(folder)
        populate(options.leaders)
        from django.conf import settings
        from django.utils import timezone

        from federation_tasks.digests.testing import Sink, running

        began, days = time.monotonic(), 0
        with running(Sink(delay=LETTER_TAKES)) as sink:
            trial = Trial(sink, random.Random(options.seed), options.kills)
            while trial.left:
                trial.day(timezone.localdate() + dt.timedelta(days=days))
                days += 1
            os.killpg(trial.worker.pid, signal.SIGKILL)
            found = count(sink, days * options.leaders, trial.in_flight)
        found |= {"kills": dict(trial.struck), "days": days, "seconds": round(time.monotonic() - began), "seed": options.seed}
        found |= {"database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2], "broker": settings.CELERY_BROKER_URL.partition(":")[0]}
    print(json.dumps(found, ensure_ascii=False, indent=1))
    sys.exit(bool(found["lost"] or found["repeated, new Message-ID"] or found["repeated outside a kill"]))


if __name__ == "__main__":
    main()
