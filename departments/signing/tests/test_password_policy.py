"""What a password must be, on either side of the one setting, and when it must be changed."""

import datetime as dt
import itertools

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from departments.models import User
from departments.passwords import give_one_time_password
from departments.signing.models import PastPassword
from departments.signing.policy import in_words, is_expired, rules
from federation_tasks.audit.models import Action, Entry

GOOD = "Yi-tian-yi-bu-27"
MORNING = dt.datetime(2026, 10, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def refusals(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return error.messages
    return []


@pytest.fixture
def head(cast):
    cast.head.set_password(GOOD)
    cast.head.save()
    return cast.head


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


def sign_in(username, password):
    client = Client()
    return client, client.post("/login/", {"username": username, "password": password})


def change(client, old, new):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    ("side", "password", "sentence"),
    [
        ("dengbao", "Qx7-kd9", "新密码只有 7 个字符，请至少用 10 个。"),
        ("dengbao", "qwkdhxnvbt", "请再加上大写字母、数字、符号中的 2 类。"),
        ("dengbao", "Qx7-" + "kd9m" * 32, "请不要超过 128 个"),
        ("nist", "Qx7-kd9-vb", "新密码只有 10 个字符，请至少用 12 个。"),
        *[
            (side, password, sentence)
            for side in ("dengbao", "nist")
            for password, sentence in [
                ("Admin@2026-xx", "新密码里有“admin”"),
                ("4dm1n-Qx7-kd9", "新密码里有“admin”"),
                ("P@ssw0rd-Qx7kd", "新密码里有“password”"),
                ("ＡＤＭＩＮ-Qx7-kd9", "新密码里有“admin”"),
                ("康复部-Qx7-kd9-m", "新密码里有“康复部”"),
                ("Kfb-97-quzheng", "新密码里有“kfb”"),
                ("省残联-Qx7-kd9-m", "新密码里有“省残联”"),
                ("Canlian-97-quxt", "新密码里有“canlian”"),
                ("HEAD-97-quxt-zn", "新密码里有“head”"),
                ("康复部主任-Qx7-kd", "新密码里有“康复部"),
                ("Spring@2026!!", "新密码是一个词加上年份"),
                ("Sunshine#97##", "这是很多人都在用的密码"),
                ("aA1!aA1!aA1!a", "重复的字符太多"),
            ]
        ],
    ],
)
def test_a_bad_password_is_refused_in_a_sentence(cast, settings, side, password, sentence):
    settings.PASSWORD_POLICY = side
    assert any(sentence in found for found in refusals(password, cast.head)), refusals(password, cast.head)


def test_control_eleven_as_it_stands(cast):
    assert refusals("Admin@2026", cast.head)
    assert refusals("康复部", cast.head)


@pytest.mark.parametrize("side", ["dengbao", "nist"])
@pytest.mark.parametrize("password", [GOOD, "Qx7-" + "kd9m" * 15, "我家门前有3棵 Huai 树", "Qx7 kd9 vbt mn", "Zw" + "8#kq" * 31])
def test_long_ones_chinese_and_blanks_are_taken(cast, settings, side, password):
    settings.PASSWORD_POLICY = side
    assert refusals(password, cast.head) == []


def test_one_kind_of_character_is_enough_on_the_other_side(cast, settings):
    assert refusals("qwkdhxnvbtmz", cast.head)
    settings.PASSWORD_POLICY = "nist"
    assert refusals("qwkdhxnvbtmz", cast.head) == []


def test_all_that_is_wrong_is_said_at_once_at_the_first_field(head, client):
    client.force_login(head)
    page = change(client, "wrong", "admin1")
    assert set(page.context["form"].errors) == {"old_password", "new_password1"}
    assert len(page.context["form"].errors["new_password1"]) == 4
    for sentence in page.context["form"].errors["new_password1"]:
        assert f'<a href="#id_new_password1">{sentence}' in page.content.decode()


@pytest.mark.parametrize("side", ["dengbao", "nist"])
def test_the_rules_that_are_checked_stand_on_the_page_before_typing(head, client, settings, side):
    settings.PASSWORD_POLICY = side
    client.force_login(head)
    page = client.get("/password/").content.decode()
    assert len(rules()) >= 3
    for words in in_words():
        assert f"<li>{words}</li>" in page
    assert ("90 天" in page) == (side == "dengbao")


def test_changing_needs_the_old_password_and_five_wrong_ones_lock(head, client, settings):
    client.force_login(head)
    assert client.post("/password/", {"new_password1": "Qx7-kd9-vbt", "new_password2": "Qx7-kd9-vbt"}).context["form"].errors["old_password"]
    answers = [change(client, "wrong", "Qx7-kd9-vbt") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert "登录失败的次数太多" in answers[-1].content.decode()
    refused = change(client, GOOD, "Qx7-kd9-vbt")
    assert refused.status_code == 429
    head.refresh_from_db()
    assert head.check_password(GOOD)


@pytest.mark.parametrize("old", ["", "wrong"])
def test_whoever_does_not_know_the_present_password_cannot_find_it_out_by_choosing_it(head, client, old):
    client.force_login(head)
    assert "用过的密码相同" not in change(client, old, GOOD).content.decode()


def test_the_last_five_are_not_taken_again(head, client):
    client.force_login(head)
    passwords = [GOOD, *(f"Qx7-kd9-vb{n}" for n in range(6))]
    for old, new in itertools.pairwise(passwords):
        assert change(client, old, new).status_code == 302
        for before in passwords[: passwords.index(new) + 1][-6:]:
            refused = change(client, new, before)
            assert "用过的密码相同" in refused.content.decode(), before
    assert PastPassword.objects.filter(user=head).count() == 5
    assert change(client, passwords[-1], GOOD).status_code == 302


def test_only_hashes_are_kept_and_the_trail_holds_neither(head, client):
    client.force_login(head)
    change(client, GOOD, "Qx7-kd9-vbt")
    kept = PastPassword.objects.get(user=head).encoded
    assert kept.startswith("md5$")
    told = str(list(Entry.objects.values()))
    assert Entry.objects.filter(action=Action.PASSWORD, verb="改口令").exists()
    for secret in (GOOD, "Qx7-kd9-vbt", kept, User.objects.get(pk=head.pk).password):
        assert secret not in told


def test_a_password_that_is_hashed_anew_is_the_same_password(head, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]
    User.objects.filter(pk=head.pk).update(password_set_on=dt.date(2026, 1, 1))
    head.refresh_from_db()
    assert head.check_password(GOOD)
    head.refresh_from_db()
    assert head.password.startswith("pbkdf2")
    assert head.password_set_on == dt.date(2026, 1, 1)
    assert not PastPassword.objects.exists()


class TestNinetyDays:
    def test_then_it_must_be_changed_before_anything_else(self, clock, head):
        clock.shift(dt.timedelta(days=91))
        client, _ = sign_in("head", GOOD)
        for address in ("/", "/help/", "/departments/kfb/"):
            assert client.get(address).headers["Location"] == "/password/"
        assert "密码用满 90 天了，请换一个" in client.get("/password/").content.decode()
        assert change(client, GOOD, GOOD).status_code == 200
        assert change(client, GOOD, "Qx7-kd9-vbt").status_code == 302
        assert client.get("/").status_code == 200

    def test_in_the_last_week_the_worklist_says_so(self, clock, head):
        clock.shift(dt.timedelta(days=82))
        assert "到期" not in sign_in("head", GOOD)[0].get("/").content.decode()
        clock.shift(dt.timedelta(days=1))
        assert "密码还有 7 天到期" in sign_in("head", GOOD)[0].get("/").content.decode()

    def test_never_on_the_other_side_never_for_demo_accounts_and_never_without_a_password(self, clock, head, cast, settings):
        later = (MORNING + dt.timedelta(days=400)).date()
        assert is_expired(head, later)
        head.is_demo = True
        assert not is_expired(head, later)
        assert not is_expired(cast.clerk, later)
        settings.PASSWORD_POLICY = "nist"
        head.is_demo = False
        assert not is_expired(head, later)


class TestAOneTimePassword:
    def test_opens_one_sign_in(self, cast, clock):
        once = give_one_time_password(cast.head)
        first, answer = sign_in("head", once)
        assert answer.status_code == 302
        _, second = sign_in("head", once)
        assert second.status_code == 200
        assert "这个一次性密码已经登录过一次" in second.content.decode()
        assert "请找系统管理员再要一个" in second.content.decode()
        assert change(first, once, GOOD).status_code == 302
        assert sign_in("head", GOOD)[1].status_code == 302

    def test_lapses_after_three_days(self, cast, clock):
        once = give_one_time_password(cast.head)
        clock.shift(dt.timedelta(hours=72, seconds=1))
        _, answer = sign_in("head", once)
        assert answer.status_code == 200
        assert "超过 72 小时" in answer.content.decode()

    def test_is_replaced_by_another_where_nothing_came_of_the_first(self, cast, clock):
        sign_in("head", give_one_time_password(cast.head))
        assert sign_in("head", give_one_time_password(cast.head))[1].status_code == 302

    def test_says_nothing_to_whoever_does_not_know_it(self, cast, clock):
        sign_in("head", give_one_time_password(cast.head))
        assert "一次性" not in sign_in("head", "wrong")[1].content.decode().split('<section class="side')[0]

    def test_does_not_push_a_real_one_out_of_memory(self, cast, clock):
        cast.head.set_password(GOOD)
        cast.head.save()
        client, _ = sign_in("head", once := give_one_time_password(cast.head))
        assert "用过的密码相同" in change(client, once, GOOD).content.decode()
        assert PastPassword.objects.filter(user=cast.head).count() == 1

    def test_opens_many_for_a_demo_account(self, cast, clock):
        cast.head.is_demo = True
        password = give_one_time_password(cast.head)
        assert sign_in("head", password)[1].status_code == sign_in("head", password)[1].status_code == 302
