"""Every address × everyone × own and foreign objects × every method, against the one table in who_gets_what.py.

On the way each page is looked at for somebody's e-mail address in full (GB/T 22239 8.1.4.11).
"""

import copy
import re
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test import Client

from federation_tasks.home.tests.access_walk import METHODS, address, asked_for, right_answers, rows, stale, unnamed
from federation_tasks.home.tests.world import PEOPLE
from federation_tasks.supervision.moves import DUTY_MOVES, EXTENSION_MOVES, TASK_MOVES, URGE_MOVES

# What any request may write: that somebody was here, and what the audit says of it.
BESIDE_THE_MATTER = re.compile(r'"(django_session|departments_session|audit_\w+|axes_\w+)"')
WRITES = re.compile(r"^\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s", re.IGNORECASE)

ADDRESS = re.compile(rb"[\w.+-]+@example\.test")
# Where an address stands in full: an account's own page and its history, and a letter's page, the leader's own and in the admin.
IN_FULL = {"admin:departments_user_change", "admin:departments_user_history", "admin:digests_letter_change", "digests:letter"}


class Unchanged:
    """Fails where a refused request writes anything but that it was made."""

    def __init__(self):
        self.written = []

    def __call__(self, execute, sql, params, many, context):
        if WRITES.match(sql) and not BESIDE_THE_MATTER.search(sql.split("VALUES")[0].split("WHERE")[0]):
            self.written.append(sql[:200])
        return execute(sql, params, many, context)


def ask(client, method, where):
    """Make one request and take back whatever it did; return its answer and what it wrote."""
    watch, cookies = Unchanged(), copy.deepcopy(client.cookies)
    with transaction.atomic(), connection.execute_wrapper(watch):
        answer = client.generic(method, where) if method != "POST" else client.post(where, {})
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, watch.written


# A view answers HEAD as it answers GET, and OPTIONS whatever the object: these are asked of one object of each kind, by somebody of a
# department, of the office, without any role, and unsigned.
FOR_ONE, BY_FEW = ("HEAD", "OPTIONS"), {"head", "office", "stranger"}


def methods(person, place):
    """Return the methods to ask the object in this place of a row for."""
    has_all = place == 0 and (person is None or person.name in BY_FEW)
    return METHODS if has_all else tuple(method for method in METHODS if method not in FOR_ONE)


def walk(client, person, things):
    """Yield (what was asked, status, right statuses, what was written, addresses that are told) for every row and object."""
    for row in rows():
        for place, thing in enumerate(asked_for(row, things)):
            where = address(row, thing)
            for method in methods(person, place):
                answer, written = ask(client, method, where)
                right = right_answers(row, method, person, thing)
                told = [] if row.route in IN_FULL or answer.streaming else ADDRESS.findall(answer.content)  # a file is what somebody put into it
                yield f"{person.name if person else 'unsigned'}: {method} {row.route} {where}", answer.status_code, right, written, told


def compare(found):
    """Return how many were asked, and every answer that is not in the table, that wrote although it refused, or that tells an address."""
    wrong, asked = [], 0
    for what, status, right, written, told in found:
        asked += 1
        if told:
            wrong.append(f"{what}: tells {told}")
        if status not in right:
            wrong.append(f"{what}: {status}, not {sorted(right)}")
        if written and (status >= 400 or (status == 302 and what.startswith("unsigned"))):
            wrong.append(f"{what}: {status}, and wrote {written}")
    return asked, wrong


def test_every_address_has_a_row_and_every_row_an_address():
    assert unnamed() == set()
    assert stale() == set()


def test_no_address_stands_twice_in_the_table():
    assert [name for name, times in Counter(row.route for row in rows()).items() if times > 1] == []


def test_every_move_has_a_row():
    assert {f"supervision:move {move.name}" for move in TASK_MOVES} <= {row.route for row in rows()}
    assert {f"supervision:duty_move {move.name}" for move in DUTY_MOVES} <= {row.route for row in rows()}
    assert {f"supervision:extension_move {move.name}" for move in EXTENSION_MOVES} <= {row.route for row in rows()}
    assert {f"supervision:move_urge {move.name}" for move in URGE_MOVES} <= {row.route for row in rows()}


@pytest.mark.once
def test_the_unsigned_get_nothing_but_the_open_pages(things, record_property):
    asked, wrong = compare(walk(Client(), None, things))
    record_property("asked", asked)
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.once
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_everyone_gets_what_the_table_says(cast, things, person, record_property):
    asked, wrong = compare(walk(cast.client(person.name), person, things))
    record_property("asked", asked)
    assert not wrong, f"{len(wrong)} of {asked}\n" + "\n".join(wrong[:40])
