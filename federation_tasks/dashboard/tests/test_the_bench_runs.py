"""The measurement of the dashboard (bench/dashboard.py) runs, at the smallest size, and its check against plain SQL holds. No time is judged."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.conf import settings


@pytest.mark.postgresql
def test_the_smallest_size_is_measured_and_agrees_with_plain_sql(db):
    base = settings.DATABASES["default"]
    port, user = base["PORT"] or 5432, quote(base["USER"] or "postgres")
    url = f"postgres://{user}{':' + quote(base['PASSWORD']) if base['PASSWORD'] else ''}@{base['HOST'] or '127.0.0.1'}:{port}/postgres"
    inherited = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    ran = subprocess.run(
        [sys.executable, settings.BASE_DIR / "bench" / "dashboard.py", url, "S", "--rounds", "1"],
        capture_output=True, text=True, env=inherited, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert [line for line in ran.stdout.splitlines() if "summary.json" in line]
