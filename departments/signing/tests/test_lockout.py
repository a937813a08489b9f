"""Five wrong passwords lock an account for half an hour, fifty an address; a forged address helps nobody."""

import datetime as dt
import re
from unittest import mock

import pytest
import time_machine
from django.contrib.auth import hashers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.signing.models import Lockout
from federation_tasks.audit.models import Action, Entry

PASSWORD = "Kang-fu-bu-2026"
MORNING = dt.datetime(2026, 10, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
LOCKED = "登录失败的次数太多，这个用户名暂停登录 30 分钟"
FROM_ANOTHER_DESK = {"REMOTE_ADDR": "10.0.0.9"}


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


@pytest.fixture
def head(cast, clock):
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


def sign_in(username="head", password="wrong", **meta):
    return Client().post("/login/", {"username": username, "password": password}, **meta)


def fail(times, username="head", **meta):
    return [sign_in(username, **meta).status_code for _ in range(times)]


def test_the_fifth_failure_locks_and_the_right_password_is_refused_like_a_wrong_one(head):
    assert fail(5) == [200, 200, 200, 200, 429]
    wrong, right = sign_in(), sign_in(password=PASSWORD)
    assert wrong.status_code == right.status_code == 429
    assert "_auth_user_id" not in right.wsgi_request.session
    page = right.content.decode()
    assert "<title>错误：登录" in page
    assert LOCKED in page
    assert "09:30 以后再试" in page
    assert "安全管理员" in page
    assert 'value="head"' in page


def test_a_name_that_nobody_has_locks_in_the_same_words(head):
    known, unknown = fail(6), fail(6, "nobody-of-this-name")
    assert known == unknown
    pages = [sign_in(name).content.decode().replace(f'value="{name}"', "") for name in ("head", "nobody-of-this-name")]
    pages = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages]
    assert pages[0] == pages[1]
    assert LOCKED in pages[0]


def test_names_that_differ_in_case_and_width_are_one(head):
    for name in ("Head", "HEAD", "ｈｅａｄ", " head ", "head"):
        sign_in(name)
    assert sign_in(password=PASSWORD).status_code == 429


def test_a_forged_address_is_no_way_round(head):
    for n in range(6):
        answer = sign_in(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}", HTTP_X_REAL_IP=f"203.0.113.{n}", HTTP_FORWARDED=f"for=203.0.113.{n}")
    assert answer.status_code == 429
    assert sign_in(password=PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429
    assert set(Lockout.objects.filter(user_agent="address").values_list("ip_address", flat=True)) == {"127.0.0.1"}


def test_the_lock_is_the_accounts_wherever_one_tries_from_and_nobody_elses(head, cast):
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    fail(5)
    assert sign_in(password=PASSWORD, **FROM_ANOTHER_DESK).status_code == 429
    assert sign_in("clerk", PASSWORD).status_code == 302


def test_after_half_an_hour_it_ends_however_often_somebody_knocked(head, clock):
    fail(5)
    for _ in range(5):
        clock.shift(dt.timedelta(minutes=5, seconds=55))
        assert sign_in().status_code == 429
    clock.shift(dt.timedelta(seconds=26))
    assert sign_in(password=PASSWORD).status_code == 302


def test_once_it_has_ended_it_takes_five_new_failures(head, clock):
    fail(5)
    clock.shift(dt.timedelta(minutes=30, seconds=1))
    assert fail(5) == [200, 200, 200, 200, 429]


def test_one_failure_each_half_hour_never_locks(head, clock):
    for _ in range(12):
        assert sign_in().status_code == 200
        clock.shift(dt.timedelta(minutes=30, seconds=1))
    assert sign_in(password=PASSWORD).status_code == 302


def test_signing_in_ends_the_accounts_count(head):
    fail(4)
    assert sign_in(password=PASSWORD).status_code == 302
    assert fail(4) == [200] * 4


def test_fifty_failures_lock_an_address_although_somebody_there_signed_in(head):
    for n in range(49):
        assert sign_in(f"name-{n}").status_code == 200
    assert sign_in(password=PASSWORD).status_code == 302
    last = sign_in("name-49")
    assert last.status_code == 429
    assert "您这个网络地址暂停登录 30 分钟" in last.content.decode()
    assert sign_in(password=PASSWORD).status_code == 429
    assert sign_in(password=PASSWORD, **FROM_ANOTHER_DESK).status_code == 302


def test_counters_that_count_no_more_are_deleted(head, clock):
    fail(3, "clerk")
    clock.shift(dt.timedelta(minutes=31))
    fail(1, "head")
    assert set(Lockout.objects.filter(user_agent="account").values_list("username", flat=True)) == {"head"}


def test_no_password_is_kept_with_a_counter_wherever_it_was_typed(head):
    sign_in(password="my-secret-4711")
    sign_in("my-secret-4711")
    assert Lockout.objects.count() == 3
    assert "my-secret-4711" not in str(list(Lockout.objects.values()))


def test_a_lock_stands_in_the_trail_once_and_the_unlocking_with_its_reason(head, cast):
    fail(7)
    locked = Entry.objects.get(action=Action.LOCK)
    assert (locked.thing, locked.after["failures"], locked.address) == ("用户名 head", 5, "127.0.0.1")
    lock = Lockout.holding(timezone.now()).get()
    cast.client("security_admin").post(reverse("admin:signing_lockout_unlock", args=[lock.pk]), {"change_reason": "本人当面核对"})
    unlocked = Entry.objects.get(action=Action.UNLOCK)
    assert (unlocked.username, unlocked.thing, unlocked.reason) == ("security-admin", "用户名 head", "本人当面核对")


class TestTheHasherRunsOnce:
    """Whatever the reason for a refusal, one password is hashed: the time of an answer tells nothing."""

    @pytest.fixture
    def slow_hasher(self):
        hasher = hashers.get_hasher()
        with mock.patch.object(type(hasher), "encode", autospec=True, side_effect=type(hasher).encode) as runs:
            yield runs

    def test_for_an_unknown_name(self, head, slow_hasher):
        sign_in("nobody-of-this-name")
        assert slow_hasher.call_count == 1

    def test_for_a_wrong_password(self, head, slow_hasher):
        slow_hasher.reset_mock()
        sign_in()
        assert slow_hasher.call_count == 1

    def test_for_a_disabled_account_with_the_right_password(self, head, slow_hasher):
        head.is_active = False
        head.save()
        slow_hasher.reset_mock()
        assert sign_in(password=PASSWORD).status_code == 200
        assert slow_hasher.call_count == 1

    def test_for_an_account_without_a_password(self, cast, slow_hasher):
        slow_hasher.reset_mock()
        sign_in("clerk")
        assert slow_hasher.call_count == 1

    def test_for_a_demo_account_on_a_site_for_real_work(self, head, slow_hasher, settings):
        head.is_demo = True
        head.save()
        settings.BEHIND_TLS = True
        slow_hasher.reset_mock()
        assert sign_in(password=PASSWORD).status_code == 200
        assert slow_hasher.call_count == 1

    @pytest.mark.parametrize("username", ["head", "nobody-of-this-name"])
    def test_while_locked(self, head, slow_hasher, username):
        fail(5, username)
        slow_hasher.reset_mock()
        assert sign_in(username, PASSWORD).status_code == 429
        assert slow_hasher.call_count == 1


class TestTheSecurityAdministrator:
    def test_sees_who_is_locked_out_and_nobody_else(self, head, cast):
        fail(5)
        fail(5, "nobody-of-this-name")
        fail(4, "clerk")
        page = cast.client("security_admin").get("/admin/signing/lockout/").content.decode()
        assert "用户名 head" in page
        assert "康复部主任" in page
        assert "不存在的用户名 #" in page
        assert "nobody-of-this-name" not in page
        assert "用户名 clerk" not in page

    def test_lets_somebody_in_with_a_reason(self, head, cast):
        fail(5)
        client = cast.client("security_admin")
        address = reverse("admin:signing_lockout_unlock", args=[Lockout.holding(timezone.now()).get().pk])
        assert "用户名 head" in client.get(address).content.decode()
        refused = client.post(address, {"change_reason": " "}).content.decode()
        assert "<title>错误：" in refused
        assert "请填写解锁原因。" in refused
        assert sign_in(password=PASSWORD).status_code == 429
        assert "已经解锁" in client.post(address, {"change_reason": "本人当面核对"}, follow=True).content.decode()
        assert sign_in(password=PASSWORD).status_code == 302

    @pytest.mark.parametrize("part", ["system_admin", "plan_admin", "auditor"])
    def test_alone_does_that(self, head, cast, part):
        fail(5)
        address = reverse("admin:signing_lockout_unlock", args=[Lockout.holding(timezone.now()).get().pk])
        assert cast.client(part).post(address, {"change_reason": "试试"}).status_code == 403
        assert Lockout.holding(timezone.now()).exists()

    def test_finds_the_lock_from_the_persons_row(self, head, cast):
        client, row = cast.client("security_admin"), reverse("admin:departments_roleholder_change", args=[head.pk])
        assert "没有锁定" in client.get(row).content.decode()
        fail(5)
        lock = Lockout.holding(timezone.now()).get()
        assert reverse("admin:signing_lockout_unlock", args=[lock.pk]) in client.get(row).content.decode()

    def test_lists_many_locks_in_as_many_queries_as_one(self, head, cast, django_assert_max_num_queries):
        for n in range(30):
            Lockout.objects.create(user_agent="account", username=f"name-{n}", failures_since_start=5)
        client = cast.client("security_admin")
        with django_assert_max_num_queries(14):
            assert client.get("/admin/signing/lockout/").status_code == 200


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(head, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(3):
        sign_in(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 10.0.0.5")
    assert Lockout.objects.get(user_agent="address").ip_address == "10.0.0.5"
