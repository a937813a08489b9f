"""One state of the database for all that a page reads, so that two numbers on it never disagree by a change made in between."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction

View = TypeVar("View", bound=Callable[..., Any])


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Read from one snapshot, and write nothing, until the end of the block.

    On PostgreSQL only: SQLite has one writer, and a transaction there would be that writer.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def in_one_snapshot(view: View) -> View:
    """Let a view that only reads see one snapshot."""

    @wraps(view)
    def reading(*args: Any, **kwargs: Any) -> Any:
        with one_snapshot():
            return view(*args, **kwargs)

    return reading  # type: ignore[return-value]
