"""Append-only, said by the database: no UPDATE ever, no DELETE of what is younger than the retention, no TRUNCATE.

Triggers bind everybody, the tables' owner included. On PostgreSQL every role but the owner also loses the right itself. Migration 0002
puts this in force and each later `migrate` does so again, whatever was done to the database meanwhile.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

LEAST_DAYS = 180  # six months: Cybersecurity Law, Art. 21
TABLES = ("audit_entry", "audit_seal")

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{LEAST_DAYS} days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are only added: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$
"""
_OTHERS = "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_name = %s AND table_schema = current_schema() AND grantee <> %s"
_OWNER = "SELECT tableowner FROM pg_tables WHERE tablename = %s AND schemaname = current_schema()"


def protect(db: Any = connection) -> None:
    """Put the protection in force; what stands already is put there anew."""
    for statement in _statements(db.vendor):
        _run(db, statement)
    if db.vendor == "postgresql":
        _take_rights(db)


def lift(db: Any = connection) -> None:
    """Take the triggers away: for a migration backwards, and for tests that empty all tables."""
    for table in TABLES:
        if db.vendor == "postgresql":
            _run(db, f"DROP TRIGGER IF EXISTS audit_rows_only_added ON {table}")
            _run(db, f"DROP TRIGGER IF EXISTS audit_table_only_added ON {table}")
        else:
            _run(db, f"DROP TRIGGER IF EXISTS {table}_never_changed")
            _run(db, f"DROP TRIGGER IF EXISTS {table}_kept")


@contextmanager
def lifted(db: Any = connection) -> Iterator[None]:
    """Do without the triggers for a while: for tests that empty all tables."""
    lift(db)
    try:
        yield
    finally:
        protect(db)


def after_migrate(using: str, **_: Any) -> None:
    """Put the protection in force after each migrate."""
    from django.db import connections

    db = connections[using]
    if set(TABLES) <= set(db.introspection.table_names()):
        protect(db)


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        found = [_FUNCTION]
        for table in TABLES:
            found += [
                f"CREATE OR REPLACE TRIGGER audit_rows_only_added BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_only_added()",
                f"CREATE OR REPLACE TRIGGER audit_table_only_added BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()",
            ]
        return found
    return [statement for table in TABLES for statement in _on_sqlite(table)]


def _on_sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
    old = f"OLD.at < strftime('%Y-%m-%d %H:%M:%S', 'now', '-{LEAST_DAYS} days')"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_never_changed BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} WHEN NOT ({old}) {refuse}",
    ]


def _take_rights(db: Any) -> None:
    """Take UPDATE, DELETE and TRUNCATE from every role that is not the owner."""
    for table in TABLES:
        with db.cursor() as cursor:
            cursor.execute(_OWNER, [table])
            owner = cursor.fetchone()[0]
            cursor.execute(_OTHERS, [table, owner])
            others = [row[0] for row in cursor.fetchall()]
        for role in others:
            name = "PUBLIC" if role == "PUBLIC" else db.ops.quote_name(role)
            _run(db, f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")


def _run(db: Any, statement: str) -> None:
    with db.cursor() as cursor:
        cursor.execute(statement)
