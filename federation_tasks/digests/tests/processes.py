"""Real workers and schedulers as processes of their own, beside a test or a trial: started, killed without warning, stopped."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from departments.testing import server_url

PATIENCE = 90  # seconds until a trial that should have ended is called failed; a busy machine is slow to start processes
LOOK_AGAIN_AFTER = 0.2  # seconds


class Site:
    """The database of this test run as other processes reach it; an in-memory one is copied into a file first."""

    def __init__(self, folder, sink_port, **environment):
        self.folder = folder
        self.file = folder / "ledger.sqlite3" if connection.vendor == "sqlite" else None
        self.processes = []
        self.environment = os.environ | {
            "DATABASE_URL": self.database_url(),
            "VAR_DIR": str(settings.VAR_DIR),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink_port}",
            "EMAIL_TIMEOUT": "1",
            "DIGESTS_PAUSED": "false",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def database_url(self):
        """Return the address of the database; for SQLite, copy what stands in it by now."""
        if self.file is not None:
            connection.ensure_connection()
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            return f"sqlite:///{self.file}"
        return server_url(connection.settings_dict["NAME"])

    def rows(self, sql):
        """Return the rows of a query, wherever the processes write."""
        if self.file is None:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        with closing(sqlite3.connect(self.file, timeout=20)) as file:
            return file.execute(sql).fetchall()

    def start(self, *arguments):
        """Start a process in a group of its own, so that it can be killed whole."""
        with (self.folder / f"process-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(arguments, env=self.environment, stdout=log, stderr=log, start_new_session=True, cwd=Path(settings.BASE_DIR))
        self.processes.append(process)
        return process

    def worker(self):
        """Start a worker."""
        name = f"worker{len(self.processes)}@%h"
        return self.start(sys.executable, "-m", "celery", "-A", "federation_tasks", "worker", "-P", "solo", "-l", "INFO", "-n", name)

    def beat(self):
        """Start a scheduler."""
        return self.start(sys.executable, "-m", "celery", "-A", "federation_tasks", "beat", "-l", "INFO", "--pidfile=", "--max-interval=1")

    def command(self, *arguments):
        """Start one of the site's commands."""
        return self.start(sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *arguments)

    def wait(self, done, meanwhile=lambda: None):
        """Wait until something is so; say what the processes said where it never is."""
        began = time.monotonic()
        while not done():
            assert time.monotonic() - began < PATIENCE, self.logs()
            meanwhile()
            time.sleep(LOOK_AGAIN_AFTER)

    def logs(self):
        """Return the end of what each process said."""
        return "\n".join(f"--- {file.name}\n{file.read_text()[-2000:]}" for file in sorted(self.folder.glob("process-*.log")))

    def stop(self):
        """End every process that is left."""
        for process in self.processes:
            kill(process)


def kill(process):
    """Kill a process and its children, without warning."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
