"""The whole site as its own processes, on a port and a folder of its own, for tests that walk through it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings

from departments.testing import server_url

PASSWORD = "walk-through-2026"
STARTS_WITHIN = 150  # seconds, the demo data included
STOPS_WITHIN = 15  # seconds


@dataclass
class Site:
    """One site: its folder, its port, and the environment that it starts in."""

    folder: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Return where the site answers."""
        return f"http://127.0.0.1:{self.port}"

    def everything(self, **more: str) -> dict[str, str]:
        """Return the whole environment of its processes: ours, without what belongs to the tests."""
        ours = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DIGESTS_PAUSED"}}
        return ours | {"VAR_DIR": str(self.folder), "PORT": str(self.port), "DEMO_PASSWORD": PASSWORD} | self.environment | more

    def command(self, *words: str) -> subprocess.Popen[str]:
        """Start one of the site's management commands."""
        line = [sys.executable, "manage.py", *words]
        return subprocess.Popen(line, cwd=settings.BASE_DIR, env=self.everything(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def health(self) -> dict[str, Any]:
        """Return what the site says of itself; empty while it does not answer or is not well."""
        try:
            with urllib.request.urlopen(f"{self.address}/health/", timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    @contextmanager
    def running(self, **more: str) -> Iterator["Site"]:
        """Run web, worker and scheduler until the block ends; wait for the site to say that all are well."""
        log = Path(self.folder, "serve.log")
        with log.open("a") as out:
            process = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=settings.BASE_DIR, env=self.everything(**more), stdout=out, stderr=out)
            try:
                wait_until(lambda: self.health().get("status") == "ok" or process.poll() is not None, STARTS_WITHIN, lambda: log.read_text()[-4000:])
                assert process.poll() is None, log.read_text()[-4000:]
                yield self
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(STOPS_WITHIN)


def wait_until(holds: Any, within: float, why: Any = str) -> None:
    """Wait for something to become true; raise AssertionError with `why()` where it does not in time (seconds)."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.3)


@contextmanager
def own_services(name: str) -> Iterator[dict[str, str]]:
    """Yield the environment for a site beside the tests: a PostgreSQL database of its own and the tests' Redis, where they run on these."""
    redis = {"REDIS_URL": settings.REDIS_URL} if settings.REDIS_URL else {}
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield redis
        return
    name = f"{name}_{os.getpid()}"
    _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        yield redis | {"DATABASE_URL": server_url(name)}
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(*statements: str) -> None:
    connection = psycopg2.connect(server_url())
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()
