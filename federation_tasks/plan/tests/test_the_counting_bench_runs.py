"""A day's counts are answered from an index alone, and by the numbers of plain SQL (bench/counts.py, in short). No time is judged."""

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_one_half_year_is_counted_from_the_index_alone(db):
    ran = run_bench("counts.py", "--tasks", "100000", "--most", "1000")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert all("Index Only Scan" in line for line in ran.stdout.splitlines() if line.startswith("one half-year"))
