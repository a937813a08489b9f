"""Nobody gets into a fresh installation with what everybody tries first."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from departments.models import User

USUAL = [
    ("admin", "admin"), ("admin", "123456"), ("admin", "password"), ("admin", "admin123"), ("admin", "Admin@123"), ("administrator", "administrator"),
    ("administrator", "123456"), ("root", "root"), ("root", "toor"), ("root", "123456"), ("system", "system"), ("system", "123456"), ("security", "security"),
    ("security", "Security@123"), ("auditor", "auditor"), ("audit", "Audit@123"), ("test", "test"), ("guest", "guest"), ("user", "user"), ("demo", "demo"),
]  # fmt: skip


def in_with(username, password):
    client = Client()
    client.post("/login/", {"username": username, "password": password})
    return "_auth_user_id" in client.session


def test_a_fresh_install_has_no_account_at_all(db):
    call_command("load_article", stdout=StringIO())
    assert not User.objects.exists()


@pytest.mark.parametrize("are_made", [False, True], ids=["before the administrators are made", "after"])
def test_of_twenty_usual_pairs_none_gets_in(db, are_made):
    if are_made:
        call_command("create_administrators", stdout=StringIO())
    assert len(set(USUAL)) == 20
    assert [pair for pair in USUAL if in_with(*pair)] == []
