"""The measurement of the dashboard (bench/dashboard.py) runs, at the smallest size, and its check against plain SQL holds. No time is judged."""

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_the_smallest_size_is_measured_and_agrees_with_plain_sql(db):
    ran = run_bench("dashboard.py", "S", "--rounds", "1")
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert [line for line in ran.stdout.splitlines() if "summary.json" in line]
