"""The measurement of the auditor's pages runs and finds each page answered and the chain whole (bench/audit.py, in short). No time is judged."""

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_every_page_is_answered_and_the_chain_verifies(db):
    ran = run_bench("audit.py", "--entries", "3000", "--rounds", "1")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
    assert "verifying the whole chain" in ran.stdout
