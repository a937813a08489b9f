"""What `manage.py serve` starts and how it stops: web, worker and scheduler under one supervisor."""

import http.client
import os
import shlex
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from honcho.manager import Manager

HERE = "127.0.0.1"
STOP_WITHIN = 4  # seconds for requests in hand; honcho kills what is left one second later
WEB_STARTS_WITHIN = 60  # seconds
ASKED_TO_STOP = {130, 143}  # honcho's codes for SIGINT and SIGTERM


def commands() -> dict[str, list[str]]:
    """Return the two commands. The scheduler lives in the worker's process group: one beat, and no file of its own."""
    web = ["gunicorn", "--config", str(Path(settings.BASE_DIR, "deploy/gunicorn.conf.py")), "--graceful-timeout", str(STOP_WITHIN), "federation_tasks.wsgi"]
    worker = ["celery", "--quiet", "--app", "federation_tasks", "worker", "--beat", "--pool", "threads", "--concurrency", "1", "--loglevel", "WARNING"]
    return {"web": [sys.executable, "-m", *web], "worker": [sys.executable, "-m", *worker]}


def environment() -> dict[str, str]:
    """Return the environment of the two: ours, with the port that we looked at and lines that come at once."""
    return os.environ | {"PORT": str(settings.PORT), "PYTHONUNBUFFERED": "1"}


def is_port_free(port: int) -> bool:
    """Say whether nobody listens on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except OSError:
            return False
    return True


def wait_for_web(port: int, then: Callable[[], object]) -> None:
    """Call `then` as soon as the web server answers anything; give up after a minute."""
    until = time.monotonic() + WEB_STARTS_WITHIN
    while time.monotonic() < until:
        time.sleep(0.2)
        if answers(port):
            then()
            return


def answers(port: int) -> bool:
    """Say whether the web server answers at all; a refusal is an answer."""
    try:
        connection = http.client.HTTPConnection(HERE, port, timeout=2)
        connection.request("GET", "/health/live/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    return True


class Supervisor(Manager):  # type: ignore[misc]
    """honcho's manager, which also stops everything where it is asked to before all have started, or where its own output is gone."""

    is_asked_to_stop = False

    def terminate(self) -> None:
        """Ask all processes to stop; where some have not started yet, as soon as they have."""
        self.is_asked_to_stop = True
        if super()._all_started():
            super().terminate()

    def _all_started(self) -> bool:
        started: bool = super()._all_started()
        if started and self.is_asked_to_stop:
            super().terminate()
        return started

    def run(self) -> int:
        """Run until somebody asks to stop (0), or until a process ends by itself (never 0); return the exit code."""
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # under nohup it is ignored, and stays so
            signal.signal(signal.SIGHUP, stop)
        try:
            self.loop()
        finally:
            self._stop_the_rest()
        return 0 if self.returncode in ASKED_TO_STOP else self.returncode or 1

    def _stop_the_rest(self) -> None:
        for process in self._processes.values():
            if process.get("pid") and process.get("returncode") is None:
                self._procmgr.terminate(process["pid"])


def stop(*_args: Any) -> None:
    """Stop as if somebody had asked politely: the terminal was closed."""
    os.kill(os.getpid(), signal.SIGTERM)


def supervisor() -> Supervisor:
    """Return a supervisor that knows what to start."""
    manager = Supervisor()
    for name, command in commands().items():
        manager.add_process(name, "exec " + shlex.join(command), env=environment(), cwd=str(settings.BASE_DIR))
    return manager
