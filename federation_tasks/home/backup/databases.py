"""A database as one file, taken at one moment while others write, and put back: PostgreSQL by its own tools, SQLite by its own copy."""

import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from federation_tasks.home.backup.manifest import Refused

Ask = Callable[[str], list[Any]]  # asks the database in SQL, as of the moment of the copy

_TABLES = {
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'",
}
# What leads there. Not all that the driver knows: its own library is newer than the tools, which refuse words that they have not heard of.
_NAMED = ("host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey")
_COUNT = "SELECT count(*) FROM {}"
_AS_OF_NOW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def file_name() -> str:
    """Return what the copy of this kind of database is called."""
    return "database.dump" if connection.vendor == "postgresql" else "database.sqlite3"


@contextmanager
def dumped(target: Path) -> Iterator[Ask]:
    """Write the database to a new file as it stands at one moment; yield how to ask it as of that moment."""
    with _dumped_by_pg_dump(target) if connection.vendor == "postgresql" else _copied_by_sqlite(target) as ask:
        yield ask


@contextmanager
def _dumped_by_pg_dump(target: Path) -> Iterator[Ask]:
    connection.close()  # a new transaction on a new connection: nothing was read in it yet
    with transaction.atomic():
        _now(_AS_OF_NOW)
        [[snapshot]] = _now("SELECT pg_export_snapshot()")
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}", f"--dbname={_address()}")
        yield _now


@contextmanager
def _copied_by_sqlite(target: Path) -> Iterator[Ask]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a second one beside it
        yield lambda sql: copy.execute(sql).fetchall()


def put_back(source: Path) -> None:
    """Write such a file into the database of this site, which is empty. Raises Refused where the database's own tool does."""
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        line = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        _run(*line, f"--dbname={_address()}", str(source))
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        copy.backup(connection.connection)
    connection.close()


def ask_now(sql: str) -> list[Any]:
    """Ask the site's database as it stands."""
    return _now(sql)


def count_rows(ask: Ask) -> dict[str, int]:
    """Return how many rows each table has."""
    names = sorted(name for [name] in ask(_TABLES[connection.vendor]))
    return {name: ask(_COUNT.format(connection.ops.quote_name(name)))[0][0] for name in names}


def _now(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def _address() -> str:
    """Return where this connection leads, for PostgreSQL's tools; the password goes by the environment, which others cannot read."""
    connection.ensure_connection()
    known = connection.connection.info.dsn_parameters
    return " ".join(f"{name}={_quoted(known[name])}" for name in _NAMED if known.get(name))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _run(*line: str) -> None:
    password = connection.settings_dict["PASSWORD"]
    environment = os.environ | ({"PGPASSWORD": password} if password else {})
    try:
        ran = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except FileNotFoundError:
        raise Refused(f"{line[0]} is not installed: apt install postgresql-client, of the server's version or newer.") from None
    if ran.returncode:
        raise Refused(f"{line[0]} failed: {ran.stderr.strip()[-2000:]}")
