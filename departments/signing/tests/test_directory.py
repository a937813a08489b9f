"""Passwords that a directory knows: what the site does about them without one at hand. bench/sign_in_by_ldap.py asks a real directory."""

import datetime as dt

import pytest
from django.contrib.auth.backends import BaseBackend
from django.test import Client
from django.utils import timezone

from departments.models import User, fold
from departments.passwords import give_one_time_password

RIGHT = "Mu-lu-mi-ma-2026"
BACKEND = f"{__name__}.Directory"


class Directory(BaseBackend):
    """Takes one password for every name, as a directory would."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        return User.objects.filter(username=fold(username or ""), is_active=True).first() if password == RIGHT else None

    def get_user(self, user_id):
        return User.objects.filter(pk=user_id).first()


@pytest.fixture(autouse=True)
def directory(settings):
    settings.DIRECTORY = {"url": "ldaps://ldap.example.cn"}
    settings.DIRECTORY_BACKEND = BACKEND
    settings.AUTHENTICATION_BACKENDS = [settings.AUTHENTICATION_BACKENDS[0], BACKEND, settings.AUTHENTICATION_BACKENDS[-1]]


def sign_in(password=RIGHT, username="head"):
    client = Client()
    return client, client.post("/login/", {"username": username, "password": password})


def test_whoever_has_no_password_here_is_sent_to_the_directory_to_change_it(cast):
    client, answer = sign_in()
    assert answer.status_code == 302
    for page in (client.get("/password/"), client.post("/password/", {"old_password": RIGHT, "new_password1": "x", "new_password2": "x"})):
        assert "密码不在这里改" in page.content.decode()
        assert 'name="old_password"' not in page.content.decode()
    cast.head.refresh_from_db()
    assert not cast.head.has_usable_password()


def test_its_password_does_not_run_out_here(cast):
    User.objects.filter(pk=cast.head.pk).update(password_set_on=timezone.localdate() - dt.timedelta(days=400))
    assert sign_in()[0].get("/help/").status_code == 200


def test_a_one_time_password_that_was_never_used_is_not_in_the_way(cast):
    give_one_time_password(cast.head)
    User.objects.filter(pk=cast.head.pk).update(one_time_until=timezone.now() - dt.timedelta(days=1))
    client, answer = sign_in()
    assert answer.status_code == 302
    assert client.get("/help/").status_code == 200


def test_but_signing_in_with_it_still_leads_to_its_change(cast):
    client, _ = sign_in(give_one_time_password(cast.head))
    assert client.get("/help/").headers["Location"] == "/password/"


def test_its_password_opens_the_page_of_the_second_factor_and_a_wrong_one_counts(cast):
    client, _ = sign_in()
    assert "现在的密码不对" in client.post("/second-factor/", {"do": "begin", "password": "wrong"}).content.decode()
    assert client.post("/second-factor/", {"do": "begin", "password": RIGHT}).status_code == 302


def test_wrong_ones_lock_before_the_directory_is_asked(cast):
    assert [sign_in("wrong")[1].status_code for _ in range(5)] == [200] * 4 + [429]
    assert sign_in()[1].status_code == 429
