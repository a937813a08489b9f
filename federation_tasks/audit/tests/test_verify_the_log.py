"""The log is sealed in order and verified: whatever was altered, taken out, swapped or slipped in by SQL is named, the first one."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from federation_tasks.audit import chain, tasks
from federation_tasks.audit.models import Action, Entry, Seal
from federation_tasks.audit.protection import lifted
from federation_tasks.audit.trail import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    """Return six sealed rows."""
    rows = [
        record(Action.CHANGE, kind="plan.task", key=n, name=f"任务{n}", department="kfb", before={"n": n}, after={"n": n + 1}, reason="因为") for n in range(6)
    ]
    chain.seal_all(timezone.now())
    return rows


def verify(**options):
    said = io.StringIO()
    call_command("verify_audit", stdout=said, **options)
    return said.getvalue()


def by_sql(statement, *values):
    """Do what an intruder with all rights on the database does."""
    with lifted(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_rows_are_sealed_in_order_once_and_verify(log):
    assert list(Seal.objects.order_by("number").values_list("entry_id", flat=True)) == [row.pk for row in log]
    assert chain.seal_all(timezone.now()) == 0
    assert "6 rows checked" in verify()
    assert f"head {chain.head()}" in verify()


def test_the_sweep_seals_what_commits_late_and_says_the_head(log, caplog):
    late = log[0].pk - 1 if Entry.objects.filter(pk=log[0].pk - 1).count() == 0 else None
    Entry(
        pk=late or -5,
        **{name: getattr(log[0], name) for name in ("actor", "username", "role", "address", "path", "action", "kind", "thing", "after", "result")},
    ).save()
    with caplog.at_level("INFO"):
        tasks.seal.run()
    assert str(chain.head()) in caplog.text
    assert chain.head().number == 7
    assert "7 rows checked" in verify()


@pytest.mark.parametrize("column", [field.attname for field in Entry._meta.concrete_fields if not field.primary_key])
def test_one_value_changed_in_any_column_is_named(log, column):
    value = "2026-01-01 00:00:00+00" if column == "at" else 77 if column == "actor_id" else "x"
    by_sql(f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, log[3].pk)
    with pytest.raises(CommandError, match=rf"row {log[3].pk} .*altered") as refused:
        verify()
    assert refused.value.returncode == 1


def test_one_byte_changed_in_the_figures_is_named_even_where_they_mean_the_same(log):
    by_sql("UPDATE audit_entry SET after = %s WHERE id = %s", '{"n": 3}', log[2].pk)
    with pytest.raises(CommandError, match=rf"row {log[2].pk} .*altered"):
        verify()


def test_a_deleted_row_is_named(log):
    by_sql("DELETE FROM audit_entry WHERE id = %s", log[4].pk)
    with pytest.raises(CommandError, match=rf"row {log[4].pk} .*missing"):
        verify()


def test_a_deleted_seal_is_named_although_its_row_is_sealed_anew(log):
    by_sql("DELETE FROM audit_seal WHERE number = %s", 3)
    chain.seal_all(timezone.now())
    with pytest.raises(CommandError, match=r"seal 3\): missing"):
        verify()


def test_two_swapped_rows_are_named(log):
    for entry, number in ((-1, 2), (log[1].pk, 3), (log[2].pk, 2)):
        by_sql("UPDATE audit_seal SET entry_id = %s WHERE number = %s", entry, number)
    with pytest.raises(CommandError, match=rf"row {log[2].pk} .*altered"):
        verify()


@pytest.mark.parametrize("column", ["hash", "at"])
def test_an_altered_seal_is_named(log, column):
    by_sql(f"UPDATE audit_seal SET {column} = %s WHERE number = 5", "0" * 64 if column == "hash" else "2026-01-01 00:00:00+00")
    with pytest.raises(CommandError, match=rf"row {log[4].pk} .*altered"):
        verify()


def test_a_forged_row_is_named_whether_it_is_sealed_by_the_forger_or_by_the_sweep(log):
    columns = "actor, username, role, address, request, method, path, action, verb, kind, key, thing, department, before, after, result, reason"
    forge = f"INSERT INTO audit_entry (id, at, {columns}) SELECT %s, %s, {columns} FROM audit_entry WHERE id = %s"
    by_sql(forge, 900001, "2026-01-02 03:04:05+00", log[0].pk)
    sid = transaction.savepoint()
    by_sql("INSERT INTO audit_seal (number, entry_id, hash, at) VALUES (7, 900001, %s, %s)", "f" * 64, "2026-01-02 03:04:05+00")
    with pytest.raises(CommandError, match=r"row 900001 .*altered"):
        verify()
    transaction.savepoint_rollback(sid)
    chain.seal_all(timezone.now())
    with pytest.raises(CommandError, match=r"row 900001 .*out of order"):
        verify()


def test_a_chain_cut_off_or_written_anew_is_known_by_a_head_kept_outside(log):
    head = chain.head()
    assert "as it was sealed" in verify(head=head)
    by_sql("DELETE FROM audit_seal WHERE number > 4")
    by_sql("DELETE FROM audit_entry WHERE id > %s", log[3].pk)
    assert "4 rows checked" in verify()
    with pytest.raises(CommandError, match="cut off: the chain held number 6"):
        verify(head=head)
    record(Action.CHANGE, name="x")
    record(Action.CHANGE, name="y")
    chain.seal_all(timezone.now())
    with pytest.raises(CommandError, match="written anew: number 6"):
        verify(head=head)


def test_rows_that_nobody_seals_are_reported(log):
    waiting = record(Action.CHANGE, name="x")
    assert "6 rows checked" in verify()
    by_sql("UPDATE audit_entry SET at = %s WHERE id = %s", timezone.now() - dt.timedelta(minutes=11), waiting.pk)
    with pytest.raises(CommandError, match=f"1 rows have waited longer than ten minutes, the first is row {waiting.pk}"):
        verify()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_while_one_sweep_holds_the_chain_another_leaves_it_alone(log):
    with transaction.atomic():
        record(Action.CHANGE, name="x")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [chain.LOCK])
        assert chain.seal_all(timezone.now()) == 0
    finally:
        other.close()
    assert chain.seal_all(timezone.now()) == 1
