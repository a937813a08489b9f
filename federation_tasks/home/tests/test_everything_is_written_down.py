"""After everything has been asked for: each request that changed something or was refused has its row, and no row leaves anything empty."""

import copy
import logging

import pytest
from django.db import connection, transaction
from django.test import Client

from federation_tasks.audit.models import Entry
from federation_tasks.home.tests.access_walk import address, asked_for, rows
from federation_tasks.home.tests.test_who_gets_what import Unchanged

ALWAYS = ("at", "actor", "username", "role", "address", "request", "method", "path", "action", "kind", "thing", "result")
REFUSALS = {403, 404, 405, 409}
# No matter of the audit: what the admin notes for itself where nothing was changed, and when somebody last did something in a session.
BESIDE = ('INTO "django_admin_log"', 'UPDATE "departments_sessions_session"')


def written_by(client, method, where):
    """Make one request and take back what it did; return its answer, whether it changed anything, and the rows that tell of it."""
    watch, cookies, last = Unchanged(), copy.deepcopy(client.cookies), Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    with transaction.atomic(), connection.execute_wrapper(watch):
        answer = client.generic(method, where) if method != "POST" else client.post(where, {})
        found = list(Entry.objects.filter(pk__gt=last))
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, [statement for statement in watch.written if not any(table in statement for table in BESIDE)], found


@pytest.mark.once
@pytest.mark.parametrize("part", ["head", "office", "security_admin", None])
def test_each_request_that_changed_something_or_was_refused_has_a_row_and_no_row_is_incomplete(cast, things, part, caplog):
    client, told, untold, incomplete = cast.client(part) if part else Client(), 0, [], []
    with caplog.at_level(logging.CRITICAL):
        for row in rows():
            for thing in asked_for(row, things):
                for method in ("GET", "POST"):
                    answer, changed, found = written_by(client, method, where := address(row, thing))
                    told += bool(found)
                    if not found and (changed or answer.status_code in REFUSALS):
                        untold.append((method, where, answer.status_code, changed))
                    incomplete += [(method, where, name) for entry in found for name in ALWAYS if not getattr(entry, name)]
                    incomplete += [(method, where, "figures") for entry in found if not (entry.before or entry.after)]
    assert untold == []
    assert incomplete == []
    assert told > 50
