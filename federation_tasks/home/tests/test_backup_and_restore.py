"""What is restored is what was taken, while people wrote (bench/restore_drill.py in short, F21), and nothing is ever restored over something."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from departments.testing import run_bench
from federation_tasks.home.backup.databases import file_name
from federation_tasks.home.backup.manifest import FORMAT, Copied, Manifest, copy, hash_of
from federation_tasks.home.tests.test_settings_migrate_as_the_owner import manage, roles, run, shell  # noqa: F401 - roles is a fixture


@pytest.mark.postgresql
def test_a_backup_taken_while_people_write_comes_back_equal_on_postgresql():
    ran = run_bench("restore_drill.py", "--rounds", "1", "--writers", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr[-4000:]
    assert "PostgreSQL: 1 of 1 restored and equal" in ran.stdout


def test_a_backup_taken_while_people_write_comes_back_equal_on_sqlite():
    line = [sys.executable, str(Path(settings.BASE_DIR, "bench", "restore_drill.py")), "sqlite", "--rounds", "1", "--writers", "2"]
    ran = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-4000:]
    assert "SQLite: 1 of 1 restored and equal" in ran.stdout


@pytest.fixture
def backup(tmp_path):
    """A folder that says of itself that it is a backup, with one file and no real database."""
    folder, source = tmp_path / "backup", tmp_path / "source"
    source.write_bytes(b"content")
    database, file = copy(source, folder / file_name()), copy(source, folder / "attachments/ab/cd/abcd")
    Manifest(FORMAT, "2026-10-21T02:15:00+08:00", connection.vendor, database, {"plan_task": 3}, {"ab/cd/abcd": file}, f"0:{'0' * 64}").write(folder)
    return folder


@pytest.fixture
def empty(monkeypatch, settings, tmp_path):
    """A place that holds nothing yet."""
    settings.ATTACHMENTS_DIR = tmp_path / "attachments"
    monkeypatch.setattr(connection.introspection, "table_names", list)
    return settings.ATTACHMENTS_DIR


def refusal(folder):
    with pytest.raises(CommandError) as refused:
        call_command("restore", folder)
    return str(refused.value)


def test_nothing_is_restored_over_a_database_that_holds_something(backup, db):
    assert "The database is not empty" in refusal(backup)


def test_nothing_is_restored_over_files(backup, db, empty):
    (empty / "store").mkdir(parents=True)
    (empty / "store" / "somebodys").write_bytes(b"x")
    assert "is not empty: restore into a new folder" in refusal(backup)
    assert [path.name for path in empty.rglob("*") if path.is_file()] == ["somebodys"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / file_name()).write_bytes(b"c0ntent"),
        lambda folder: (folder / file_name()).unlink(),
        lambda folder: (folder / "attachments/ab/cd/abcd").write_bytes(b"conten"),
        lambda folder: (folder / "attachments/ab/cd/abcd").unlink(),
    ],
    ids=["a byte of the database", "no database", "a cut file", "no file"],
)
def test_a_damaged_backup_is_refused_before_anything_is_written(backup, db, empty, harm):
    harm(backup)
    assert "The backup is damaged: 1 files are missing or changed" in refusal(backup)
    assert not list(empty.rglob("*"))


def test_what_is_no_backup_is_refused(backup, db, empty):
    manifest = (backup / "manifest.json").read_text()
    (backup / "manifest.json").write_text(manifest.replace("backup 1", "backup 2"))
    assert "which this version does not read" in refusal(backup)
    (backup / "manifest.json").write_text(manifest.replace(connection.vendor, "oracle"))
    assert "This backup is of oracle" in refusal(backup)
    (backup / "manifest.json").write_text(manifest[:-1])
    assert "is no backup" in refusal(backup)
    (backup / "manifest.json").unlink()
    assert "is no backup" in refusal(backup)


def test_a_backup_is_never_written_over_another(backup, db):
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", backup)


def test_a_manifest_reads_as_it_was_written(backup):
    manifest = Manifest.read(backup)
    assert (manifest.rows, manifest.files) == (3, {"ab/cd/abcd": Copied(7, hash_of(backup / "attachments/ab/cd/abcd").sha256)})
    assert (backup / "manifest.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.postgresql
def test_what_the_owner_restores_the_application_reads_and_still_cannot_change_in_the_audit(roles, tmp_path):  # noqa: F811
    """Taken by the application's role, restored by the owner of another, new database (deploy/postgresql-roles.sql)."""
    for words in (["migrate", "--verbosity", "0"], ["load_article"], ["backup", str(tmp_path / "taken")]):
        done = manage(roles, *words)
        assert done.returncode == 0, done.stderr
    name = roles["DATABASE_URL"].rpartition("/")[2]
    server = settings.DATABASES["default"]
    where = {"host": server["HOST"], "port": server["PORT"] or 5432, "user": server["USER"], "password": server["PASSWORD"] or None}
    script = (
        Path(settings.BASE_DIR, "deploy/postgresql-roles.sql").read_text().replace("DATABASE ledger", f"DATABASE {name}_new").replace("ledger_", f"{name}_")
    )
    run(where | {"dbname": "postgres"}, f"CREATE DATABASE {name}_new")
    try:
        run(where | {"dbname": f"{name}_new"}, "\n".join(line for line in script.splitlines() if not line.startswith("CREATE ROLE")))
        there = roles | {key: f"{roles[key]}_new" for key in ("DATABASE_URL", "DATABASE_OWNER_URL")} | {"VAR_DIR": str(tmp_path / "new")}
        restored = manage(there, "restore", str(tmp_path / "taken"))
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert "every row is as it was sealed" in restored.stdout
        assert "5" in shell(there, "cursor.execute('select count(*) from plan_goal'); print(cursor.fetchone()[0])").stdout
        for statement in ("update audit_entry set reason = ''", "delete from audit_entry", "truncate audit_entry", "drop table plan_task"):
            refused = shell(there, f"cursor.execute({statement!r})")
            assert refused.returncode != 0, statement
            assert "permission denied" in refused.stderr or "must be owner" in refused.stderr, refused.stderr
    finally:
        run(where | {"dbname": "postgres"}, f"DROP DATABASE {name}_new WITH (FORCE)")
