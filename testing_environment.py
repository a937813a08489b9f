"""The environment of the tests: loaded by pytest before the settings are read (pytest.ini), so that a bare `pytest` runs.

Under xdist each worker gets a folder and a Redis database of its own: two runs of one test must not take each other's messages.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

REDIS_DATABASES = 16  # as Redis has them when nothing else is said


def own_folder(worker: str) -> None:
    """Put what the site writes into a folder that goes when the tests end; a worker's lies in that of the run."""
    if worker:
        os.environ["VAR_DIR"] = str(Path(os.environ["VAR_DIR"], worker))
    elif "VAR_DIR" not in os.environ:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="ledger-tests-")
        atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)


def own_redis(worker: str) -> None:
    """Count a worker's number on to the number of the Redis database."""
    address = re.fullmatch(r"(rediss?://[^/]+)(?:/(\d+))?", os.environ.get("REDIS_URL", ""))
    if worker and address:
        number = (int(address[2] or 0) + int(worker.removeprefix("gw"))) % REDIS_DATABASES
        os.environ["REDIS_URL"] = f"{address[1]}/{number}"


for name in ("ALLOWED_HOSTS", "DEMO_PASSWORD", "EMAIL_URL", "PORT", "SITE_URL", "TRUSTED_PROXY_COUNT"):
    os.environ.pop(name, None)
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ["DIGESTS_PAUSED"] = "false"
own_folder(os.environ.get("PYTEST_XDIST_WORKER", ""))
own_redis(os.environ.get("PYTEST_XDIST_WORKER", ""))
