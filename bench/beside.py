"""What measurements share: an empty database beside the others of a server, and Django upon it."""

import contextlib
import os
import pathlib
import sys
import tempfile
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def database_beside(url, name):
    """Make an empty database of this name, with our process's number, on the server of this address; drop it at the end, whatever happened."""
    name = f"{name}_{os.getpid()}"
    server = psycopg2.connect(url)
    server.autocommit = True
    server.cursor().execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        from django.db import connections

        connections.close_all()
        server.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")


def start_django(url):
    """Start Django on this database; a process that another one started keeps that one's folder."""
    sys.path.insert(0, str(ROOT))
    os.environ |= {"DATABASE_URL": url, "SECRET_KEY": "only-for-measuring-" + "0" * 40, "DJANGO_SETTINGS_MODULE": "federation_tasks.settings"}
    os.environ.setdefault("VAR_DIR", tempfile.mkdtemp())
    import django

    django.setup()


def migrate():
    """Give the database that Django was started on its tables."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
