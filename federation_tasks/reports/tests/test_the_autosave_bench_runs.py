"""Saves by many at once over a server that is killed, and twenty submissions at once (bench/autosave.py, in short). No time is judged."""

import pytest

from departments.testing import run_bench


@pytest.mark.postgresql
def test_no_save_is_lost_and_nothing_is_doubled(db):
    ran = run_bench("autosave.py", "--small")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-4000:]
    assert ran.stdout.count("18 acknowledged") == 2
    assert "0 lost, 0 not on record, 0 conflicts with oneself" in ran.stdout
    assert "20 submissions at once: {302: 1, 409: 19}, 19 told why" in ran.stdout
