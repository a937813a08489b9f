"""The first three administrators are made once, with one-time passwords."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.access import Role
from departments.models import User
from departments.roles import roles_of


def run():
    out = StringIO()
    call_command("create_administrators", stdout=out)
    return out.getvalue()


def test_three_people_get_one_role_each_and_a_password_to_be_changed(db):
    lines = run().splitlines()[1:]
    made = {}
    for line in lines:
        _role, username, password = line.split("\t")
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.must_change_password
        made[username] = roles_of(user)
    assert sorted(made.values(), key=str) == sorted([{Role.SYSTEM}, {Role.SECURITY}, {Role.AUDITOR}], key=str)


def test_a_second_time_is_refused_in_a_sentence(db):
    run()
    with pytest.raises(CommandError, match="这个命令只用一次"):
        run()
    assert User.objects.count() == 3


def test_a_name_that_is_taken_leaves_nothing_behind(db):
    User.objects.create_user("auditor", name="别人")
    with pytest.raises(CommandError, match="已经有人用了"):
        run()
    assert User.objects.count() == 1
