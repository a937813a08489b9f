"""One state of the database for all that a page reads, so that two numbers on it never disagree by a change made in between."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction

View = TypeVar("View", bound=Callable[..., Any])
Found = TypeVar("Found")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read from one snapshot, and write nothing, until the end of the block; what is asked by `once` is read once in it.

    The snapshot is PostgreSQL's: SQLite has one writer, and a transaction there would be that writer.
    """
    token = _kept.set({})
    try:
        if connection.vendor != "postgresql" or connection.in_atomic_block:
            yield
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        _kept.reset(token)


def once(what: Hashable, read: Callable[[], Found]) -> Found:
    """Return what is read, from the database only the first time in a block of `one_snapshot`, where it cannot change; each time elsewhere.

    For the few rows that many parts of a page ask for: rules, names, periods, the calendar.
    """
    kept = _kept.get()
    if kept is None:
        return read()
    if what not in kept:
        kept[what] = read()
    found: Found = kept[what]
    return found


def is_one_snapshot() -> bool:
    """Say whether a block is open."""
    return _kept.get() is not None


def in_one_snapshot(view: View) -> View:
    """Let a view that only reads see one snapshot."""

    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Any:
        with one_snapshot():
            return view(*args, **kwargs)

    return reading  # type: ignore[return-value]
