"""People with a password, a clock that is moved by hand, and a cookie that is shown again."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

PASSWORD = "Kang-fu-bu-2026"
MORNING = dt.datetime(2026, 10, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


@pytest.fixture
def head(cast, clock):
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


@pytest.fixture
def sign_in(head):
    """Return a function that signs the head in, in a browser of its own."""

    def sign_in(username="head", password=PASSWORD, browser=EDGE, address="10.0.0.7", client=None, **typed):
        client = client or Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
        assert client.post("/login/", {"username": username, "password": password} | typed).status_code == 302
        return client

    return sign_in


def key(client):
    return client.cookies["sessionid"].value


def replayed(session_key, address="/help/"):
    """Return what somebody gets who shows this cookie."""
    client = Client()
    client.cookies["sessionid"] = session_key
    return client, client.get(address)


def holds(session_key):
    answer = replayed(session_key)[1]
    assert answer.status_code == 200 or answer.headers["Location"] == "/login/?next=/help/"
    return answer.status_code == 200


def said_at_sign_in(session_key):
    """Return what the sign-in page says to whoever shows this cookie."""
    client, answer = replayed(session_key)
    page = client.get(answer.headers["Location"]).content.decode()
    return page[page.index('id="messages"') : page.index("<h1>")]
