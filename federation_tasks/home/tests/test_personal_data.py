"""Where somebody's e-mail address is seen: on the page of his account and on his letter, and nowhere else in full."""

import re

import pytest

from federation_tasks.home.tests.access_walk import address, asked_for, rows
from federation_tasks.home.tests.world import PEOPLE

ADDRESS = re.compile(r"[\w.+-]+@example\.test")
# An account's own page and its history, and a letter's page: the leader's own, and in the admin.
IN_FULL = {"admin:departments_user_change", "admin:departments_user_history", "admin:digests_letter_change", "digests:letter"}


READERS = {"head", "deputy", "office", "plan_admin", "system_admin", "security_admin", "auditor"}


@pytest.mark.parametrize("person", [person for person in PEOPLE if person.name in READERS], ids=lambda person: person.name)
def test_no_list_shows_an_address_in_full(cast, things, person):
    client = cast.client(person.name)
    for row in rows():
        if row.route in IN_FULL:
            continue
        for thing in asked_for(row, things):
            where = address(row, thing)
            answer = client.get(where)
            if not answer.streaming:  # a file is what somebody put into it
                assert ADDRESS.findall(answer.content.decode()) == [], where


def test_lists_show_enough_to_tell_one_from_another(cast, things):
    accounts = cast.client("system_admin").get("/admin/departments/user/").content.decode()
    assert "st***@example.test" in accounts
    letters = cast.client("plan_admin").get("/admin/digests/letter/").content.decode()
    assert "de***@example.test" in letters
