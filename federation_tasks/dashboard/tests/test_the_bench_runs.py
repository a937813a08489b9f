"""The measurement of the dashboard (bench/dashboard.py) runs, at the smallest size, and its check against plain SQL holds. No time is judged."""

import json
from xml.etree import ElementTree

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_the_smallest_size_is_measured_and_agrees_with_plain_sql(db, tmp_path):
    ran = run_bench("dashboard.py", "S", "--rounds", "1", "--charts", str(tmp_path), "--requests", "0.5")
    assert ran.returncode == 0, ran.stderr[-2000:]
    for name in ("dashboard, principal", "portfolio, deputy", "department page", "tasks, overdue", "summary.json", "/health/live/", "/dashboard/"):
        assert [line for line in ran.stdout.splitlines() if name in line], name
    rows = json.loads((tmp_path / "numbers.json").read_text())
    page = next(row for row in rows if row["name"] == "dashboard, principal")
    assert page["queries"] > 0
    assert page["peak"] > 20
    for name in ("time", "p95", "queries", "memory", "ratio"):
        assert ElementTree.parse(tmp_path / f"{name}.svg").getroot().tag.endswith("svg")
