"""What tests share: rows may be put in place without a transaction, tables may be emptied, and what a block wrote can be asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import TransactionTestCase

from federation_tasks.audit import acting
from federation_tasks.audit.models import Entry
from federation_tasks.audit.protection import TABLES, lifted


@contextmanager
def entries_written() -> Iterator[list[Entry]]:
    """Yield a list that holds, when the block ends, the entries that were written in it, oldest first."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found: list[Entry] = []
    yield found
    found.extend(Entry.objects.filter(pk__gt=last).order_by("pk"))


@pytest.fixture(autouse=True)
def rows_are_put_in_place_by_nobody() -> Iterator[None]:
    """Let a test's own rows be written as they are needed; requests, commands and tasks are held to the rules."""
    arranging = acting.system("pytest", "test")
    arranging.is_arranging = True
    with acting.acting(arranging):
        yield


@pytest.fixture(autouse=True, scope="session")
def tables_may_be_emptied_after_a_test() -> Iterator[None]:
    """Lift the protection while a test with real transactions empties every table; all else runs with it."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def lift_and_empty(self: TransactionTestCase) -> None:
        if set(TABLES) <= set(connection.introspection.table_names()):
            with lifted():
                empty(self)
        else:
            empty(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lift_and_empty)
        yield
