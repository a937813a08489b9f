"""Only what is older than the retention leaves the log, for an archive; the rest still verifies, and so does the archive."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from federation_tasks.audit import chain
from federation_tasks.audit.models import Action, Entry, Seal
from federation_tasks.audit.trail import record
from federation_tasks.environment import Environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(time_machine):
    """Return the days of rows that were written and sealed 300, 250, 185, 179 and 0 days ago, two each; the clock stands at the last."""
    today = timezone.now().replace(hour=4, minute=0, second=0, microsecond=0)
    days = []
    for ago in (300, 250, 185, 179, 0):
        time_machine.move_to(today - dt.timedelta(days=ago), tick=False)
        record(Action.CHANGE, name=f"{ago} 天前")
        record(Action.CHANGE, name=f"{ago} 天前")
        chain.seal_all(timezone.now())
        days.append(timezone.localdate())
    return days


def purge(before, file):
    said = io.StringIO()
    call_command("purge_audit", "--before", str(before), "--archive", str(file), stdout=said)
    return said.getvalue()


def verify(**options):
    said = io.StringIO()
    call_command("verify_audit", stdout=said, **options)
    return said.getvalue()


def test_what_is_too_young_is_refused_and_the_database_refuses_it_too(log, tmp_path):
    with pytest.raises(CommandError, match="retained for 180 days"):
        purge(log[3], tmp_path / "a.jsonl")  # 179 days
    assert Entry.objects.count() == 10
    assert not (tmp_path / "a.jsonl").exists()
    for table in ("audit_entry", "audit_seal"):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_old_rows_move_to_an_archive_and_both_parts_verify(log, tmp_path):
    file = tmp_path / "old.jsonl"
    said = purge(log[2], file)
    assert "4 rows moved" in said
    assert (file.stat().st_mode & 0o777) == 0o600
    purged = Entry.objects.get(action=Action.PURGE)
    assert purged.after["sha256"] in said
    assert (purged.after["rows"], purged.after["last_number"]) == (4, 4)
    assert Seal.objects.order_by("number").first().number == 5
    assert "6 rows checked" in verify()
    assert "4 rows checked" in verify(archive=str(file))
    chain.seal_all(timezone.now())
    assert "7 rows checked" in verify()
    file.write_text(file.read_text().replace("250 天前", "251 天前", 1))
    with pytest.raises(CommandError, match="altered"):
        verify(archive=str(file))


def test_nothing_is_moved_over_an_archive_nor_out_of_a_broken_chain(log, tmp_path):
    file = tmp_path / "old.jsonl"
    file.write_text("kept")
    with pytest.raises(CommandError, match="is there already"):
        purge(log[2], file)
    assert file.read_text() == "kept"
    with pytest.raises(CommandError, match="cannot be written"):
        purge(log[2], tmp_path / "no" / "folder.jsonl")
    with pytest.raises(CommandError, match="nothing to move"):
        purge(log[0], tmp_path / "b.jsonl")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE id = (SELECT entry_id FROM audit_seal WHERE number = 2)")  # old enough for the database's rule
    with pytest.raises(CommandError, match="not as it was sealed"):
        purge(log[2], tmp_path / "c.jsonl")
    assert Seal.objects.count() == 10
    assert not (tmp_path / "c.jsonl").exists()


def test_the_retention_cannot_be_set_below_six_months():
    assert Environment({"AUDIT_RETENTION_DAYS": "400"}).number("AUDIT_RETENTION_DAYS", 180, least=180) == 400
    for value in ("179", "0", "-1", "off"):
        with pytest.raises(ImproperlyConfigured, match="AUDIT_RETENTION_DAYS"):
            Environment({"AUDIT_RETENTION_DAYS": value}).number("AUDIT_RETENTION_DAYS", 180, least=180)
