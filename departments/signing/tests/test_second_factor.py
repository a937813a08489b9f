"""A code from the telephone besides the password: turned on, asked for, taken once, lost, reset."""

import datetime as dt
import logging
import os
import re
import threading

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from playwright.sync_api import expect, sync_playwright

from departments.access import Role
from departments.models import Membership
from departments.passwords import give_one_time_password
from departments.signing import totp
from departments.signing.models import RecoveryCode, SecondFactor
from departments.signing.sealing import seal, unseal
from departments.testing import TODAY
from federation_tasks.audit.models import Action, Entry, Result

PASSWORD = "Kang-fu-bu-2026"
SECRET = b"12345678901234567890"
MORNING = dt.datetime(2026, 10, 21, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
PAGE, CODE = "/second-factor/", "/login/code/"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


@pytest.fixture
def head(cast, clock):
    """The head with a password and nothing else."""
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


@pytest.fixture
def factor(head):
    """The head's second factor, turned on last year."""
    return SecondFactor.objects.create(user=head, secret=seal(SECRET), confirmed_at=MORNING - dt.timedelta(days=300))


def code(secret=SECRET, step=0):
    """Return what the telephone shows now, or some steps before or after."""
    return f"{TOTP(secret, drift=step).token():06}"


def wrong():
    """Return six digits that count at no step near now."""
    near = {code(step=step) for step in range(-3, 4)}
    return next(f"{number:06}" for number in range(20) if f"{number:06}" not in near)


def by_password(client=None, username="head", password=PASSWORD, **more):
    client = client or Client()
    return client, client.post("/login/", {"username": username, "password": password} | more)


def half_way(**more):
    """Return a browser in which the right password was given."""
    client, answer = by_password(**more)
    assert answer.headers["Location"] == CODE
    return client


def is_in(client):
    return client.get("/help/").status_code == 200


def enrolling(client, password=PASSWORD):
    """Ask for a new secret and return it, as the page shows it in words."""
    assert client.post(PAGE, {"do": "begin", "password": password}).headers["Location"] == PAGE
    return shown(client.get(PAGE).content.decode())


def shown(page):
    return totp.read(re.search(r'<p class="secret"><code>([A-Z2-7 ]+)</code>', page)[1].replace(" ", ""))


def codes_in(answer):
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.content.decode())


class TestSigningIn:
    def test_the_right_password_alone_opens_nothing(self, factor):
        client = half_way()
        assert not is_in(client)
        assert client.get("/").headers["Location"] == "/login/?next=/"
        assert not Entry.objects.filter(action=Action.SIGN_IN).exists()

    def test_with_the_code_one_is_where_one_wanted_to_go(self, factor):
        client = half_way(next="/departments/kfb/")
        before = client.cookies["sessionid"].value
        answer = client.post(CODE, {"otp": code()})
        assert answer.headers["Location"] == "/departments/kfb/"
        assert is_in(client)
        assert client.cookies["sessionid"].value != before
        assert client.session.get_expire_at_browser_close()

    def test_who_asked_to_stay_signed_in_stays(self, factor):
        client = half_way(remember="on")
        client.post(CODE, {"otp": code()})
        assert not client.session.get_expire_at_browser_close()

    def test_next_leads_nowhere_but_within_the_site(self, factor):
        assert half_way(next="//evil.example/").post(CODE, {"otp": code()}).headers["Location"] == "/"

    def test_the_key_of_the_session_changes_with_the_password_too(self, factor, client):
        client.get("/login/")
        session = client.session
        session["planted"] = "x"
        session.save()
        client.cookies["sessionid"] = planted = session.session_key
        half_way(client=client)
        other = Client()
        other.cookies["sessionid"] = planted
        assert other.post(CODE, {"otp": code()}).headers["Location"] == "/login/"

    @pytest.mark.parametrize("typed", ["{0}{1}", " {0} {1} ", "{0}-{1}", "{0}　{1}"])
    def test_blanks_and_hyphens_do_not_matter(self, factor, typed):
        assert half_way().post(CODE, {"otp": typed.format(code()[:3], code()[3:])}).status_code == 302

    def test_nor_does_the_width_of_the_digits(self, factor):
        wide = code().translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"})
        assert half_way().post(CODE, {"otp": wide}).status_code == 302

    @pytest.mark.parametrize(("step", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
    def test_the_clocks_may_differ_by_half_a_minute(self, factor, step, is_taken):
        client = half_way()
        client.post(CODE, {"otp": code(step=step)})
        assert is_in(client) == is_taken

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５", "٠٠٠٠٠٠"])
    def test_what_cannot_be_a_code_is_named_and_not_counted(self, factor, typed):
        client = half_way()
        for _ in range(6):
            page = client.post(CODE, {"otp": typed})
        assert page.status_code == 200
        assert "<title>错误：登录：填写验证码" in page.content.decode()
        assert '<a href="#id_otp">' in page.content.decode()
        assert client.post(CODE, {"otp": code()}).status_code == 302

    def test_the_page_is_only_there_after_the_right_password(self, factor, client):
        assert client.get(CODE).headers["Location"] == "/login/"
        assert client.post(CODE, {"otp": code()}).headers["Location"] == "/login/"
        by_password(client, password="wrong")
        assert client.get(CODE).headers["Location"] == "/login/"

    def test_before_the_right_password_nothing_tells_that_there_is_one(self, factor, cast):
        cast.clerk.set_password(PASSWORD)
        cast.clerk.save()
        pages = [by_password(username=name, password="wrong")[1].content.decode().replace(f'value="{name}"', "") for name in ("head", "clerk", "nobody")]
        assert len({re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages}) == 1

    def test_after_five_minutes_it_begins_again(self, factor, clock):
        client = half_way()
        clock.shift(dt.timedelta(minutes=5))
        answer = client.post(CODE, {"otp": code()})
        assert answer.headers["Location"] == "/login/"
        assert "5 分钟内没有完成验证" in client.get("/login/").content.decode()
        assert not is_in(client)

    def test_a_wrong_code_does_not_lengthen_it(self, factor, clock):
        client = half_way()
        clock.shift(dt.timedelta(minutes=4))
        client.post(CODE, {"otp": wrong()})
        clock.shift(dt.timedelta(minutes=1))
        assert client.post(CODE, {"otp": code()}).headers["Location"] == "/login/"

    @pytest.mark.parametrize("change", ["disabled", "password", "factor"])
    def test_what_changes_meanwhile_counts(self, factor, head, change):
        client = half_way()
        if change == "disabled":
            head.is_active = False
        if change == "password":
            head.set_password("Yi-tian-yi-bu-27")
        head.save()
        if change == "factor":
            factor.delete()
        assert client.post(CODE, {"otp": code()}).headers["Location"] == "/login/"
        assert not is_in(client)

    def test_a_one_time_password_opens_one_sign_in_with_a_code_too(self, factor, head, clock):
        once = give_one_time_password(head)
        first, second = half_way(password=once), half_way(password=once)
        assert first.post(CODE, {"otp": code()}).status_code == 302
        assert first.get("/").headers["Location"] == "/password/"
        clock.shift(dt.timedelta(seconds=30))
        assert second.post(CODE, {"otp": code()}).headers["Location"] == "/login/"
        assert "这个一次性密码已经登录过一次" in second.get("/login/").content.decode()
        assert by_password(password=once)[1].status_code == 200

    def test_a_password_that_is_too_old_is_changed_first(self, factor, clock):
        clock.shift(dt.timedelta(days=91))
        client = half_way()
        client.post(CODE, {"otp": code()})
        assert client.get("/help/").headers["Location"] == "/password/"


class TestGuessing:
    def test_wrong_codes_count_with_wrong_passwords_and_lock(self, factor):
        by_password(password="wrong")
        client = half_way()
        answers = [client.post(CODE, {"otp": wrong()}) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "验证码不对" in answers[0].content.decode()
        assert "登录失败的次数太多" in answers[3].content.decode()
        assert client.post(CODE, {"otp": code()}).status_code == 429
        assert by_password()[1].status_code == 429
        assert not is_in(client)

    def test_giving_the_password_again_does_not_begin_the_count_anew(self, factor):
        for _ in range(4):
            assert half_way().post(CODE, {"otp": wrong()}).status_code == 200
        assert half_way().post(CODE, {"otp": wrong()}).status_code == 429

    def test_signing_in_ends_the_count(self, factor, clock):
        for _ in range(3):
            client = half_way()
            for _ in range(4):
                client.post(CODE, {"otp": wrong()})
            assert client.post(CODE, {"otp": code()}).status_code == 302
            clock.shift(dt.timedelta(seconds=30))

    def test_each_wrong_one_stands_in_the_trail(self, factor):
        half_way().post(CODE, {"otp": wrong()})
        row = Entry.objects.get(action=Action.SECOND_FACTOR)
        assert (row.thing, row.result, row.reason, row.address) == ("康复部主任", Result.REFUSED, "验证码不对", "127.0.0.1")

    def test_a_code_is_taken_once(self, factor, clock):
        assert half_way().post(CODE, {"otp": code()}).status_code == 302
        again = half_way()
        assert "这个验证码刚刚用过" in again.post(CODE, {"otp": code()}).content.decode()
        assert not is_in(again)
        clock.shift(dt.timedelta(seconds=30))
        assert again.post(CODE, {"otp": code()}).status_code == 302

    def test_an_older_code_is_not_taken_after_a_newer_one(self, factor):
        assert half_way().post(CODE, {"otp": code(step=1)}).status_code == 302
        for step in (-1, 0, 1):
            late = half_way()
            late.post(CODE, {"otp": code(step=step)})
            assert not is_in(late)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_many_who_come_with_one_code_at_once_one_gets_in(self, factor):
        clients, shown = [half_way() for _ in range(4)], code()
        start = threading.Barrier(len(clients))

        def send(client):
            start.wait()
            client.post(CODE, {"otp": shown})
            connection.close()

        senders = [threading.Thread(target=send, args=(client,)) for client in clients]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sum(is_in(client) for client in clients) == 1


class TestTurningItOn:
    @pytest.fixture
    def client(self, head):
        client, answer = by_password()
        assert answer.headers["Location"] == "/"
        return client

    def test_the_page_is_found_beside_the_password(self, client):
        assert f'href="{PAGE}"' in client.get("/password/").content.decode()

    def test_with_the_password_and_a_first_code_it_is_on(self, client, head, clock):
        secret = enrolling(client)
        answer = client.post(PAGE, {"do": "confirm", "otp": code(secret)})
        assert "两步验证已经打开" in answer.content.decode()
        assert len(set(codes_in(answer))) == 10
        assert unseal(head.second_factor.secret) == secret
        assert "恢复码还有 <b>10</b> 个" in client.get(PAGE).content.decode()
        clock.shift(dt.timedelta(seconds=30))
        assert half_way().post(CODE, {"otp": code(secret)}).status_code == 302

    def test_the_code_that_turned_it_on_signs_nobody_in(self, client):
        secret = enrolling(client)
        client.post(PAGE, {"do": "confirm", "otp": code(secret)})
        assert "刚刚用过" in half_way().post(CODE, {"otp": code(secret)}).content.decode()

    def test_a_wrong_password_shows_no_secret_and_locks_at_five(self, client):
        answers = [client.post(PAGE, {"do": "begin", "password": "wrong"}) for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429]
        assert '<a href="#id_password">现在的密码不对，请重新填写。' in answers[0].content.decode()
        assert "<title>错误：两步验证" in answers[0].content.decode()
        assert '<svg role="img"' not in client.get(PAGE).content.decode()

    def test_a_wrong_first_code_leaves_the_secret_as_it_is_and_turns_nothing_on(self, client, head):
        secret = enrolling(client)
        refused = client.post(PAGE, {"do": "confirm", "otp": wrong()}).content.decode()
        assert "<title>错误：打开两步验证" in refused
        assert '<a href="#id_otp">验证码不对' in refused
        assert shown(refused) == secret
        assert not SecondFactor.objects.exists()
        assert "已经打开" in client.post(PAGE, {"do": "confirm", "otp": code(secret)}).content.decode()

    def test_the_secret_lapses_after_half_an_hour(self, client, clock):
        secret = enrolling(client)
        clock.shift(dt.timedelta(minutes=15))
        client.get(PAGE)
        clock.shift(dt.timedelta(minutes=15))
        assert "时间过了" in client.post(PAGE, {"do": "confirm", "otp": code(secret)}).content.decode()
        assert not SecondFactor.objects.exists()

    def test_one_can_think_better_of_it(self, client):
        enrolling(client)
        assert client.post(PAGE, {"do": "cancel"}).status_code == 302
        assert 'class="secret"' not in client.get(PAGE).content.decode()

    def test_the_picture_passes_the_policy_and_has_a_name_and_words_beside_it(self, client):
        secret = enrolling(client)
        page = client.get(PAGE).content.decode()
        picture = re.search(r'<svg role="img".*?</svg>', page, re.DOTALL)[0]
        assert "style" not in page.split("<body>")[1].replace("stylesheet", "")
        assert "<title>含有密钥的二维码" in picture
        assert f"secret={totp.written(secret)}" in page
        assert "otpauth://totp/" in page

    def test_what_was_opened_elsewhere_without_a_code_ends(self, client):
        elsewhere, _ = by_password()
        client.post(PAGE, {"do": "confirm", "otp": code(enrolling(client))})
        assert is_in(client)
        assert not is_in(elsewhere)

    def test_it_is_turned_off_with_password_and_code(self, factor, head):
        client = Client()
        client.force_login(head)
        for typed in ({"password": "wrong", "otp": code()}, {"password": PASSWORD, "otp": wrong()}, {"password": PASSWORD}, {"otp": code()}):
            assert "<title>错误：两步验证" in client.post(PAGE, {"do": "off"} | typed).content.decode()
        assert SecondFactor.objects.exists()
        assert client.post(PAGE, {"do": "off", "password": PASSWORD, "otp": code()}).status_code == 302
        assert not SecondFactor.objects.exists()
        assert by_password()[1].headers["Location"] == "/"


class TestRecoveryCodes:
    @pytest.fixture
    def codes(self, factor, head):
        client = Client()
        client.force_login(head)
        return codes_in(client.post(PAGE, {"do": "renew", "password": PASSWORD, "otp": code()}))

    def test_each_opens_one_sign_in(self, codes):
        assert half_way().post(CODE, {"recovery_otp": codes[0]}).status_code == 302
        again = half_way()
        refused = again.post(CODE, {"recovery_otp": codes[0]}).content.decode()
        assert '<a href="#id_recovery_otp">这个恢复码不对，或者已经用过了' in refused
        assert "<details open>" in refused
        assert not is_in(again)
        row = Entry.objects.filter(action=Action.SECOND_FACTOR, verb="用掉一个恢复码").get()
        assert row.after == {"codes_left": 9}

    def test_case_blanks_and_hyphens_do_not_matter(self, codes):
        assert half_way().post(CODE, {"recovery_otp": f" {codes[1].upper().replace('-', ' ')} "}).status_code == 302

    def test_wrong_ones_lock(self, codes):
        client = half_way()
        answers = [client.post(CODE, {"recovery_otp": "aaaa-aaaa-aaaa-aaaa"}).status_code for _ in range(5)]
        assert answers == [200] * 4 + [429]
        assert client.post(CODE, {"recovery_otp": codes[0]}).status_code == 429
        assert not RecoveryCode.objects.filter(used_at__isnull=False).exists()

    def test_new_ones_replace_all_old_ones(self, codes, head, clock):
        clock.shift(dt.timedelta(seconds=30))
        client = Client()
        client.force_login(head)
        new = codes_in(client.post(PAGE, {"do": "renew", "password": PASSWORD, "otp": code()}))
        assert len(set(codes + new)) == 20
        half_way().post(CODE, {"recovery_otp": codes[0]})
        assert RecoveryCode.objects.filter(used_at=None).count() == 10
        assert half_way().post(CODE, {"recovery_otp": new[0]}).status_code == 302

    def test_one_turns_it_off_when_the_telephone_is_lost(self, codes, head):
        client = Client()
        client.force_login(head)
        assert client.post(PAGE, {"do": "off", "password": PASSWORD, "otp": codes[3]}).status_code == 302
        assert not SecondFactor.objects.exists()


class TestWhereItIsRequired:
    @pytest.fixture(autouse=True)
    def heads_and_security(self, settings):
        settings.SECOND_FACTOR_ROLES = ["head", "security"]

    def test_the_setting_knows_every_role(self, settings):
        assert [role.value for role in Role] == settings.ROLES

    def test_nothing_else_is_open_until_it_is_on(self, head, cast):
        client, _ = by_password()
        for address in ("/", "/help/", "/departments/kfb/", "/password/"):
            assert client.get(address).headers["Location"] == PAGE
        assert "请先打开两步验证" in client.get(PAGE).content.decode()
        client.post(PAGE, {"do": "confirm", "otp": code(enrolling(client))})
        assert is_in(client)
        assert cast.client("security_admin").get("/admin/").headers["Location"] == PAGE

    def test_one_can_sign_out(self, head):
        client, _ = by_password()
        assert client.post("/logout/").headers["Location"] == "/login/"

    def test_the_password_comes_first(self, head):
        client, _ = by_password(password=give_one_time_password(head))
        assert client.get(PAGE).headers["Location"] == "/password/"

    def test_other_roles_are_left_alone(self, cast):
        for part in ("clerk", "deputy", "principal", "office", "auditor", "stranger"):
            assert is_in(cast.client(part))

    def test_only_what_one_is_today_counts(self, head, cast, clock):
        Membership.objects.filter(user=head).update(valid_to=TODAY)
        assert is_in(by_password()[0])
        Membership.objects.filter(user=cast.clerk).update(role="head", valid_from=TODAY + dt.timedelta(days=1))
        assert is_in(cast.client("clerk"))
        clock.shift(dt.timedelta(days=1))
        assert not is_in(cast.client("clerk"))

    def test_it_is_not_turned_off(self, factor, head):
        client = Client()
        client.force_login(head)
        assert 'value="off"' not in client.get(PAGE).content.decode()
        client.post(PAGE, {"do": "off", "password": PASSWORD, "otp": code()})
        assert SecondFactor.objects.exists()


class TestTheSecurityAdministrator:
    @staticmethod
    def address(user):
        return reverse("admin:departments_roleholder_reset_factor", args=[user.pk])

    def test_resets_it_with_a_reason_and_ends_the_sessions(self, factor, head, cast):
        used, client = Client(), cast.client("security_admin")
        used.force_login(head)
        assert self.address(head) in client.get(reverse("admin:departments_roleholder_change", args=[head.pk])).content.decode()
        assert "请填写重置原因。" in client.post(self.address(head), {"change_reason": " "}).content.decode()
        assert SecondFactor.objects.exists()
        assert "已经重置" in client.post(self.address(head), {"change_reason": "手机丢了，当面核对"}, follow=True).content.decode()
        assert not is_in(used)
        row = Entry.objects.get(action=Action.SECOND_FACTOR)
        assert (row.username, row.thing, row.verb, row.reason) == ("security-admin", "康复部主任", "重置两步验证", "手机丢了，当面核对")
        assert by_password()[1].headers["Location"] == "/"

    def test_says_to_whoever_was_signed_in_why_that_is_over(self, factor, head, cast):
        used = Client()
        used.force_login(head)
        cast.client("security_admin").post(self.address(head), {"change_reason": "手机丢了"})
        assert "安全管理员重置了您的两步验证" in used.get("/help/", follow=True).content.decode()

    def test_never_resets_his_own(self, cast, clock):
        SecondFactor.objects.create(user=cast.security_admin, secret=seal(SECRET), confirmed_at=MORNING)
        answer = cast.client("security_admin").post(self.address(cast.security_admin), {"change_reason": "试试"})
        assert "不能重置自己的两步验证" in answer.content.decode()
        assert SecondFactor.objects.exists()

    @pytest.mark.parametrize("part", ["system_admin", "plan_admin", "auditor"])
    def test_alone_does_that(self, factor, head, cast, part):
        assert cast.client(part).post(self.address(head), {"change_reason": "试试"}).status_code == 403
        assert SecondFactor.objects.exists()

    def test_sees_who_has_one(self, factor, cast):
        page = cast.client("security_admin").get("/admin/departments/roleholder/?q=head").content.decode()
        assert page.count("已打开") == 1


class TestSecrets:
    def test_a_copy_of_the_database_opens_nothing(self, head):
        client, _ = by_password()
        secret = enrolling(client)
        before = whole_database()
        codes = codes_in(client.post(PAGE, {"do": "confirm", "otp": code(secret)}))
        for copy in (before, whole_database()):
            for form in (secret, totp.written(secret).encode(), secret.hex().encode(), *(one.encode() for one in codes)):
                assert form not in copy

    def test_neither_trail_nor_log_tells_them(self, head, caplog):
        caplog.set_level(logging.DEBUG)
        client, _ = by_password()
        secret = enrolling(client)
        first = code(secret)
        codes = codes_in(client.post(PAGE, {"do": "confirm", "otp": first}))
        half_way().post(CODE, {"otp": first})
        half_way().post(CODE, {"recovery_otp": codes[0]})
        told = str(list(Entry.objects.values())) + caplog.text
        assert Entry.objects.filter(action=Action.SECOND_FACTOR).count() == 3
        for hidden in (totp.written(secret), *codes, SecondFactor.objects.get().secret, f"'{first}'"):
            assert hidden not in told

    def test_an_earlier_secret_key_still_reads_it_and_a_strange_one_does_not(self, factor, settings, caplog):
        former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
        client = half_way()
        assert client.post(CODE, {"otp": code()}).status_code == 200
        assert "SECRET_KEY_FALLBACKS" in caplog.text
        settings.SECRET_KEY_FALLBACKS = [former]
        assert half_way().post(CODE, {"otp": code()}).status_code == 302

    def test_two_secrets_of_the_same_bytes_look_different(self):
        assert seal(SECRET) != seal(SECRET)


def whole_database():
    """Return every value of every table as bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(value).encode() if not isinstance(value, (bytes, memoryview)) else bytes(value) for row in cursor.fetchall() for value in row]
    return b"\n".join(found)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
def test_in_a_browser_one_turns_it_on_and_signs_in_again(live_server, cast, monkeypatch, has_script):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cast.head.set_password(PASSWORD)
    cast.head.save()
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-background-networking"])
        page = browser.new_context(java_script_enabled=has_script, base_url=live_server.url).new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto("/login/")
        fill_in_password(page)
        page.goto(PAGE)
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="打开两步验证").click()
        secret = totp.read(page.locator(".secret code").inner_text().replace(" ", ""))
        page.fill("#id_otp", wrong_for(secret))
        page.get_by_role("button", name="核对并打开").click()
        expect(page.locator("#error-summary")).to_be_focused()
        page.fill("#id_otp", code(secret))
        page.get_by_role("button", name="核对并打开").click()
        expect(page.locator(".codes code")).to_have_count(10)
        recovery = page.locator(".codes code").first.inner_text()
        page.get_by_role("button", name="退出").click()
        fill_in_password(page)
        page.get_by_text("手机不在身边？用恢复码登录").click()
        page.fill("#id_recovery_otp", recovery)
        page.get_by_role("button", name="用恢复码登录").click()
        expect(page.locator("h1")).to_contain_text("待办")
        page.get_by_role("button", name="退出").click()
        fill_in_password(page)
        page.fill("#id_otp", code(secret, step=1))
        page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
        expect(page.locator("h1")).to_contain_text("待办")
        browser.close()
    assert complaints == []


def fill_in_password(page):
    page.fill("#id_username", "head")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("main").get_by_role("button", name="登录").click()


def wrong_for(secret):
    near = {code(secret, step) for step in range(-3, 4)}
    return next(f"{number:06}" for number in range(20) if f"{number:06}" not in near)
