"""With DATABASE_OWNER_URL the tables belong to one role, and the application, another, cannot change them (contract.md, Settings)."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

pytestmark = pytest.mark.postgresql


@pytest.fixture
def roles(tmp_path):
    """A new database with the two roles of deploy/postgresql-roles.sql; return the environment that names both."""
    name = f"ledger{uuid.uuid4().hex[:8]}"
    server = settings.DATABASES["default"]
    where = {"host": server["HOST"], "port": server["PORT"] or 5432, "user": server["USER"], "password": server["PASSWORD"] or None}
    script = Path(settings.BASE_DIR, "deploy/postgresql-roles.sql").read_text().replace("ledger", name)
    run(where | {"dbname": "postgres"}, f"CREATE DATABASE {name}")
    run(where | {"dbname": name}, script)
    address = f"{where['host'] or '127.0.0.1'}:{where['port']}/{name}"
    yield os.environ | {
        "DATABASE_URL": f"postgres://{name}_app:change-me-too@{address}",
        "DATABASE_OWNER_URL": f"postgres://{name}_owner:change-me@{address}",
        "VAR_DIR": str(tmp_path),
    }
    run(where | {"dbname": "postgres"}, f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {name}_app", f"DROP ROLE {name}_owner")


def run(where, *statements):
    connection = psycopg2.connect(**where)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def manage(roles, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=roles, capture_output=True, text=True, timeout=300, check=False)


def shell(roles, script):
    return manage(roles, "shell", "--no-imports", "-c", f"from django.db import connection\ncursor = connection.cursor()\n{script}")


def test_the_owner_migrates_and_the_application_only_reads_and_writes(roles):
    migrated = manage(roles, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    owners = shell(roles, "cursor.execute('select distinct tableowner from pg_tables where schemaname = %s', ['public']); print(cursor.fetchall())")
    assert owners.stdout.count("_owner") == 1
    assert "_app" not in owners.stdout
    written = manage(roles, "load_article")
    assert written.returncode == 0, written.stderr
    for statement in ("create table t (n int)", "alter table plan_task add column n int", "drop table plan_task", "truncate plan_goal cascade"):
        refused = shell(roles, f"cursor.execute({statement!r})")
        assert refused.returncode != 0, statement
        assert "permission denied" in refused.stderr or "must be owner" in refused.stderr, refused.stderr


def test_the_application_adds_to_the_audit_and_cannot_change_it(roles):
    assert manage(roles, "migrate", "--verbosity", "0").returncode == 0
    assert manage(roles, "load_article").returncode == 0
    for table in ("audit_entry", "audit_seal"):
        for statement in (f"update {table} set at = now()", f"delete from {table}", f"truncate {table}", f"alter table {table} disable trigger all"):
            refused = shell(roles, f"cursor.execute({statement!r})")
            assert refused.returncode != 0, statement
            assert "permission denied" in refused.stderr or "must be owner" in refused.stderr, refused.stderr
    kept = shell(roles, "cursor.execute('select count(*) from audit_entry'); print(cursor.fetchone()[0])")
    assert int(kept.stdout.split()[-1]) > 0
