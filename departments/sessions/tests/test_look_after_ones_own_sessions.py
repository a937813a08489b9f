"""Somebody sees where he is signed in, ends what he does not know, and is told how long this one still holds."""

import pytest
from django.urls import reverse

from departments.sessions.limits import Why
from departments.sessions.models import Session, hashed
from federation_tasks.audit.models import Action, Entry

from .conftest import FIREFOX, holds, key

MINUTE = 60


def row(client):
    return Session.objects.get(pk=hashed(key(client)))


def test_the_list_shows_every_place_and_which_is_here(sign_in, clock):
    here = sign_in()
    clock.shift(MINUTE)
    sign_in(browser=FIREFOX, address="10.0.0.8")
    page = here.get("/sessions/").content.decode()
    assert "您现在有 <b>2</b> 处登录" in page
    assert page.index("Firefox，Linux") < page.index("Edge，Windows")
    assert page.count("就是这里") == 1
    assert "10.0.0.8" in page
    assert row(here).pk not in page  # this one ends by signing out
    assert '结束<span class="visually-hidden">：10月21日 09:01，Firefox，Linux</span>' in page


def test_one_elsewhere_is_ended_and_the_others_go_on(sign_in):
    here, elsewhere, third = sign_in(), sign_in(browser=FIREFOX), sign_in()
    page = here.post("/sessions/end/", {"session": row(elsewhere).pk}, follow=True).content.decode()
    assert "别处的登录已经结束，共 1 处。" in page
    assert [holds(key(client)) for client in (here, elsewhere, third)] == [True, False, True]
    entry = Entry.objects.get(action=Action.SESSION_ENDED)
    assert (entry.before, entry.after) == ({"sessions": 1}, {"why": Why.ELSEWHERE.label})


def test_all_elsewhere_are_ended_at_once_and_this_one_goes_on(sign_in):
    here, *elsewhere = sign_in(), sign_in(), sign_in()
    here.post("/sessions/end/")
    assert holds(key(here))
    assert not any(holds(key(client)) for client in elsewhere)


@pytest.mark.parametrize("whose", ["another", "here", "nobody"])
def test_nothing_ends_that_is_somebody_elses_or_this_one_or_gone(sign_in, cast, whose):
    here, other = sign_in(), cast.client("clerk")
    chosen = {"another": row(other).pk, "here": row(here).pk, "nobody": "0" * 64}[whose]
    page = here.post("/sessions/end/", {"session": chosen}, follow=True).content.decode()
    assert "那里的登录已经不在了，没有要结束的。" in page
    assert holds(key(here))
    assert holds(key(other))
    assert not Entry.objects.filter(action=Action.SESSION_ENDED).exists()


def test_the_list_costs_as_much_for_many_as_for_one(sign_in, settings, django_assert_max_num_queries):
    settings.SESSIONS_PER_PERSON = 30
    for _ in range(20):
        here = sign_in()
    with django_assert_max_num_queries(9):
        here.get("/sessions/")


def test_the_clock_tells_what_is_left_and_moves_nothing(sign_in, clock):
    client = sign_in()
    for _ in range(29):
        clock.shift(MINUTE)
        found = client.get("/session/", headers={"X-Sent-By-The-Page": "1"}).json()
    assert (found["left"], found["final"], found["who"]) == (MINUTE, False, row(client).user_id)
    clock.shift(MINUTE)
    assert not holds(key(client))


def test_the_clock_keeps_nothing_alive_even_without_the_mark(sign_in, clock):
    client = sign_in()
    for _ in range(30):
        client.get("/session/")
        clock.shift(MINUTE)
    assert not holds(key(client))


def test_what_the_page_asks_takes_the_reason_from_nobody(sign_in, clock):
    client = sign_in()
    used = key(client)
    clock.shift(31 * MINUTE)
    assert client.get("/session/", headers={"X-Sent-By-The-Page": "1"}).status_code == 302
    assert key(client) == used
    assert "系统已经自动退出。" in client.get("/login/").content.decode()


def test_the_button_moves_the_idle_limit_and_not_the_absolute_one(sign_in, clock):
    client = sign_in()
    for _ in range(23):
        clock.shift(29 * MINUTE)
        assert client.post("/session/stay/").json()["left"] == 30 * MINUTE
    clock.shift(29 * MINUTE)
    last = client.post("/session/stay/").json()
    assert (last["left"], last["final"]) == (24 * MINUTE, True)
    clock.shift(last["left"])
    assert not holds(key(client))


def test_every_page_says_when_the_session_ends(sign_in):
    page = sign_in().get("/help/").content.decode()
    assert "没有操作的话，09:30 自动退出" in page
    assert 'data-left="1800" data-warn="180" data-final=""' in page


def test_a_page_without_a_session_warns_of_nothing(client, db):
    page = client.get("/login/").content.decode()
    assert "session-end" not in page
    assert "session.js" not in page


class TestTheSecurityAdministrator:
    def end_page(self, person):
        return reverse("admin:departments_sessions_session_end", args=[person.pk])

    def test_sees_who_is_signed_in_now_and_where(self, sign_in, cast, clock):
        sign_in(browser=FIREFOX, address="10.0.0.8")
        clock.shift(20 * MINUTE)
        page = cast.client("security_admin").get("/admin/departments_sessions/session/").content.decode()
        assert "康复部主任（head）" in page
        assert "10.0.0.8" in page
        assert f'href="{self.end_page(cast.head)}"' in page
        clock.shift(11 * MINUTE)
        page = cast.client("security_admin").get("/admin/departments_sessions/session/").content.decode()
        assert "康复部主任（head）" not in page

    def test_ends_all_of_a_person_with_a_reason(self, sign_in, cast):
        used = [key(sign_in()) for _ in range(2)]
        client, address = cast.client("security_admin"), self.end_page(cast.head)
        assert "康复部主任现在有 2 处登录。" in client.get(address).content.decode()
        refused = client.post(address, {"change_reason": " "}).content.decode()
        assert "<title>错误：" in refused
        assert "请填写结束原因。" in refused
        assert all(holds(one) for one in used)
        assert "康复部主任的登录已经结束，共 2 处。" in client.post(address, {"change_reason": "电脑丢失"}, follow=True).content.decode()
        assert not any(holds(one) for one in used)
        entry = Entry.objects.get(action=Action.SESSION_ENDED)
        assert (entry.username, entry.thing, entry.reason, entry.after) == ("security-admin", "康复部主任", "电脑丢失", {"why": "安全管理员结束"})

    def test_never_ends_his_own_there(self, cast):
        client = cast.client("security_admin")
        address = self.end_page(cast.security_admin)
        assert "自己的登录不在这里结束" in client.get(address).content.decode()
        assert "自己的登录不在这里结束" in client.post(address, {"change_reason": "试试"}).content.decode()
        assert holds(key(client))

    @pytest.mark.parametrize("part", ["system_admin", "plan_admin", "auditor", "head"])
    def test_alone_does_that(self, sign_in, cast, part):
        used = key(sign_in())
        assert cast.client(part).post(self.end_page(cast.head), {"change_reason": "试试"}).status_code in {403, 404}
        assert holds(used)

    def test_finds_it_from_the_persons_row(self, sign_in, cast):
        client, page = cast.client("security_admin"), reverse("admin:departments_roleholder_change", args=[cast.head.pk])
        assert "没有登录" in client.get(page).content.decode()
        sign_in()
        assert f'href="{self.end_page(cast.head)}"' in client.get(page).content.decode()

    def test_lists_many_in_as_many_queries_as_one(self, cast, sign_in, settings, django_assert_max_num_queries):
        settings.SESSIONS_PER_PERSON = 50
        for _ in range(30):
            sign_in()
        client = cast.client("security_admin")
        with django_assert_max_num_queries(14):
            assert client.get("/admin/departments_sessions/session/").status_code == 200
