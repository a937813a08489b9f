"""A closing that is killed half-way has closed nothing, and the next one carries each task once (bench/closing.py, in short). No time is judged."""

import re

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_killed_half_way_and_closed_twice_at_once_each_task_is_carried_once(db):
    ran = run_bench("closing.py", "--tasks", "700", "--kills", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert "2 inside the transaction: figures unchanged" in ran.stdout
    assert "each unfinished task was carried exactly once" in ran.stdout
    assert float(re.search(r"\((\d+\.\d+) for each task", ran.stdout)[1]) < 0.5
