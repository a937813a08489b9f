#!/usr/bin/env python3
"""Take backups while people write, restore each into an empty place, and compare (control 46, F21).

    .venv/bin/python bench/restore_drill.py postgres://postgres@127.0.0.1/postgres [--rounds 20] [--writers 3]
    .venv/bin/python bench/restore_drill.py sqlite [--rounds 5]

Writers are processes of their own that send the site's own forms through all of its code: updates with and without files, forms that are
refused and leave a file held, and now and then the sweep that seals the audit. Beside what `manage.py restore` verifies itself, this asks
both databases: every update that was acknowledged before the backup began is there; every update has as many files as it was sent with, each
with its bytes, and its row in the audit; every row that is only ever added is the same here and there. Leaves with 1 where one is not.
Works in databases and a folder of its own, which it removes.
"""

import argparse
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# What is only ever added, and what of it: a file that is held may still be put to something, or let go.
ONLY_ADDED = {
    "plan_progressupdate": "",
    "workflow_historyrow": "",
    "files_attachment": " WHERE state = 'attached'",
    "audit_entry": " WHERE verb <> 'restore'",
    "audit_seal": " WHERE number <= {head}",
}


def start_django():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "federation_tasks.settings")
    import django

    django.setup()


# --- A writer -------------------------------------------------------------------------------------------------------


def write(number, log):
    """Send forms as one clerk until this process is ended; note each that was accepted, once it was."""
    start_django()
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from django.test.utils import override_settings
    from django.utils import timezone

    from departments.models import User
    from federation_tasks.audit import chain
    from federation_tasks.files.testing import PDF
    from federation_tasks.plan.models import Task

    draw, client = random.Random(number), Client(SERVER_NAME="127.0.0.1")
    clerk = User.objects.get(username=f"clerk{number}")
    client.force_login(clerk)
    where = f"/tasks/{Task.objects.get(department__code=f'd{number}').pk}/updates/"
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(STORAGES=plain), log.open("a", buffering=1) as noted:
        for turn in range(10**6):
            contents = [
                PDF.replace(b"trailer", b"%" + draw.randbytes(draw.randint(1, 100_000)).hex().encode() + b"\ntrailer") for _ in range(draw.choice([0, 0, 1, 3]))
            ]
            files = [SimpleUploadedFile(f"{turn}-{n}.pdf", content) for n, content in enumerate(contents)]
            is_refused = draw.random() < 0.2  # without a text: what came with it is held for the next try
            text = f"writer {number} turn {turn} files {len(files)}"
            answer = client.post(where, {"text": "" if is_refused else text, "progress": "50", "reason": "x", "evidence": files})
            if not is_refused:
                assert answer.status_code == 302, answer.content.decode()[:3000]
                noted.write(f"{time.time()} {text}\n")
            if number == 0 and turn % 5 == 0:
                chain.seal_all(timezone.now())


# --- The site that is written to ------------------------------------------------------------------------------------


class Place:
    """A database and a folder, and what is run with them."""

    def __init__(self, server, folder, name):
        self.folder, self.name, self.server = pathlib.Path(folder, name), f"{name}_{os.getpid()}", server
        self.folder.mkdir(mode=0o700)
        url = f"sqlite:///{self.folder / 'ledger.sqlite3'}" if server == "sqlite" else urlunsplit(urlsplit(server)._replace(path=f"/{self.name}"))
        self.environment = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_OWNER_URL", "ATTACHMENTS_DIR"}}
        self.environment |= {"DATABASE_URL": url, "VAR_DIR": str(self.folder), "SECRET_KEY": "only-for-a-drill-" + "0" * 40, "DIGESTS_PAUSED": "true"}
        self.url = url

    @contextlib.contextmanager
    def standing(self):
        """Have the empty database for a while."""
        if self.server != "sqlite":
            self.on_server(f"CREATE DATABASE {self.name}")
        try:
            yield self
        finally:
            if self.server != "sqlite":
                self.on_server(f"DROP DATABASE {self.name} WITH (FORCE)")
            shutil.rmtree(self.folder)

    def on_server(self, statement):
        import psycopg2

        server = psycopg2.connect(self.server)
        server.autocommit = True
        server.cursor().execute(statement)
        server.close()

    def manage(self, *words):
        """Run a command of the site; return how it ended, with what it said."""
        ran = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    def rows(self, sql):
        """Ask the database, past all of the site's code."""
        if self.server == "sqlite":
            with contextlib.closing(sqlite3.connect(self.folder / "ledger.sqlite3", timeout=20)) as found:
                return found.execute(sql).fetchall()
        import psycopg2

        with contextlib.closing(psycopg2.connect(self.url)) as found, found.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()


def populate(place, writers):
    """Give each writer a department, a clerk and a task."""
    code, said = place.manage("migrate", "--verbosity", "0")
    if code:
        sys.exit(said)
    script = f"import sys; sys.path.insert(0, {str(ROOT / 'bench')!r}); import restore_drill; restore_drill.make({writers})"
    code, said = place.manage("shell", "--no-imports", "-c", script)
    if code:
        sys.exit(said)


def make(writers):
    import datetime as dt

    from django.db import transaction
    from django.utils import timezone

    from departments.models import Department, Membership
    from departments.testing import member, person
    from federation_tasks.plan.models import Period, Task
    from federation_tasks.plan.testing import five_goals

    today = timezone.localdate()
    with transaction.atomic():
        goal = five_goals()[0]
        period = Period.objects.create(year=today.year, half=1 if today.month < 7 else 2, state=Period.State.OPEN)
        for n in range(writers):
            department = Department.objects.create(code=f"d{n}", name=f"部门{n}", order=n)
            member(person(f"clerk{n}"), department, Membership.Role.CLERK)
            Task.objects.create(
                period=period, department=department, goal=goal, title=f"任务{n}", start=today, due=today + dt.timedelta(days=30), state="in_progress"
            )


@contextlib.contextmanager
def writing(place, writers):
    """Have so many processes write for a while; yield how to read what they were told was saved."""
    logs = [place.folder / f"writer{n}.log" for n in range(writers)]
    errors = (place.folder / "writers.err").open("w")
    line = [sys.executable, __file__, place.server, "--write"]
    processes = [subprocess.Popen([*line, str(n), "--log", str(log)], env=place.environment, stdout=errors, stderr=errors) for n, log in enumerate(logs)]

    def noted():
        if any(process.poll() is not None for process in processes):
            sys.exit("a writer ended: " + (place.folder / "writers.err").read_text()[-4000:])
        lines = [line.split(" ", 1) for log in logs if log.exists() for line in log.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [(float(at), text.strip()) for at, text in lines]

    try:
        yield noted
    finally:
        for process in processes:
            process.kill()
            process.wait()
        errors.close()


# --- A round --------------------------------------------------------------------------------------------------------


def one_round(source, place, backup, noted):
    """Take a backup, restore it, compare; return what was counted, and what is not right."""
    began = time.time()
    code, said = source.manage("backup", str(backup))
    taken, faults = time.time(), []
    if code:
        return {}, [f"backup: {said}"]
    during = sum(began <= at <= taken for at, _ in noted())
    with place.standing():
        code, said = place.manage("restore", str(backup))
        counted = json.loads((backup / "manifest.json").read_text())
        figures = {"rows": sum(counted["tables"].values()), "files": len(counted["files"]), "written meanwhile": during}
        figures |= {"backup s": round(taken - began, 1), "restore s": round(time.time() - taken, 1)}
        if code:
            return figures, [f"restore: {said}"]
        head = counted["audit_head"].partition(":")[0]
        faults += missing(place, [text for at, text in noted() if at < began])
        faults += torn(place)
        faults += changed(source, place, head)
    return figures, faults


def missing(place, texts):
    """Return what was acknowledged before the backup began and is not there."""
    there = {text for (text,) in place.rows("SELECT text FROM plan_progressupdate")}
    return [f"lost: {text}" for text in texts if text not in there]


def torn(place):
    """Return the updates of which only a part is there: a file, its bytes, or the row in the audit."""
    updates = {pk: int(text.rsplit(" ", 1)[1]) for pk, text in place.rows("SELECT id, text FROM plan_progressupdate")}
    kind = place.rows("SELECT id FROM django_content_type WHERE app_label = 'plan' AND model = 'progressupdate'")[0][0]
    files = place.rows(f"SELECT object_id, stored, sha256 FROM files_attachment WHERE state = 'attached' AND content_type_id = {kind}")
    audited = {int(key) for (key,) in place.rows("SELECT key FROM audit_entry WHERE kind = 'plan.progressupdate' AND action = 'create'")}
    counts = dict.fromkeys(updates, 0)
    faults = []
    for owner, stored, sha256 in files:
        counts[owner] = counts.get(owner, 0) + 1
        path = place.folder / "attachments/store" / stored[:2] / stored[2:4] / stored
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            faults.append(f"file of update {owner}: not its bytes")
    faults += [f"update {pk}: {counts[pk]} files of {sent}" for pk, sent in updates.items() if counts[pk] != sent]
    return faults + [f"update {pk}: not in the audit" for pk in updates if pk not in audited]


def changed(source, place, head):
    """Return the rows, of those only ever added, that are not the same here and there."""
    faults = []
    for table, which in ONLY_ADDED.items():
        key = "number" if table == "audit_seal" else "id"
        restored = place.rows(f"SELECT {key}, found.* FROM {table} AS found{which.format(head=head)} ORDER BY {key}")
        kept = {row[0]: row for row in source.rows(f"SELECT {key}, found.* FROM {table} AS found")}
        faults += [f"{table} {row[0]}: not so at its source" for row in restored if kept.get(row[0]) != row]
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", help="a database on the server to work on, or the word sqlite")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--write", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--log", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write is not None:
        return write(options.write, options.log)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nothing is left running, and no database
    failed, during = 0, 0
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as folder, Place(options.server, folder, "drill_source").standing() as source:
        populate(source, options.writers)
        with writing(source, options.writers) as noted:
            while len(noted()) < 5 * options.writers:
                time.sleep(0.2)
            for number in range(options.rounds):
                backup = pathlib.Path(folder, f"backup{number}")
                figures, faults = one_round(source, Place(options.server, folder, f"drill_restored{number}"), backup, noted)
                failed, during = failed + bool(faults), during + figures.get("written meanwhile", 0)
                print(f"round {number + 1}: {'FAULTS' if faults else 'equal'}, {figures}", *faults[:10], sep="\n  " if faults else "", flush=True)
                shutil.rmtree(backup, ignore_errors=True)
            acknowledged = len(noted())
    engine = "SQLite" if options.server == "sqlite" else "PostgreSQL"
    print(f"{engine}: {options.rounds - failed} of {options.rounds} restored and equal; {acknowledged} updates acknowledged, {during} while a backup was taken")
    return 1 if failed or not during else 0


if __name__ == "__main__":
    sys.exit(main())
