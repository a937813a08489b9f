"""The web server as production runs it (deploy/gunicorn.conf.py), for benches that look at its processes or kill them."""

import http.client
import os
import pathlib
import signal
import subprocess
import sys
import time

from beside import ROOT

TICKS = os.sysconf("SC_CLK_TCK")
STARTS_WITHIN = 90  # seconds


class WebServer:
    """gunicorn on a port of its own, on the database and in the folder that this process has."""

    def __init__(self, port, log):
        self.port, self.log, self.process = port, pathlib.Path(log), None

    def start(self):
        line = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy/gunicorn.conf.py"), "federation_tasks.wsgi"]
        environment = os.environ | {"PORT": str(self.port), "DIGESTS_PAUSED": "true"}
        with self.log.open("a") as out:
            self.process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True)
        self.wait()
        return self

    def wait(self):
        until = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(f"the web server does not answer: {self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def answers(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/live/")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def workers(self):
        """Return the processes that answer requests."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_a_worker(self, draw):
        os.kill(draw.choice(self.workers()), signal.SIGKILL)

    def kill_all(self):
        """Kill master and workers at one blow, as when the machine runs out of memory, and start anew."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def cpu(self):
        """Return the seconds of CPU that its processes have used."""
        return sum(cpu_of(pid) for pid in [self.process.pid, *self.workers()])


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def database_cpu():
    """Return the seconds of CPU that PostgreSQL has used for each connection to this database; nothing where it runs on another machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        pids = [pid for (pid,) in cursor.fetchall()]
    try:
        return {pid: cpu_of(pid) for pid in pids}
    except OSError:
        return {}


def since(before):
    """Return the seconds of CPU that PostgreSQL has used since; None where connections have gone meanwhile, or it cannot be seen."""
    now = database_cpu()
    return sum(now.values()) - sum(before.values()) if before.keys() <= now.keys() and now else None
