"""Signing in and out, and changing one's password."""

import pytest
from django.test import Client
from django.urls import reverse

from departments.passwords import give_one_time_password

PASSWORD = "Kang-fu-bu-2026"
REFUSAL = "用户名或密码不对，请核对大小写和输入法后再试。"


@pytest.fixture
def head(cast):
    cast.head.set_password(PASSWORD)
    cast.head.save()
    return cast.head


def sign_in(client, username, password, **more):
    return client.post("/login/", {"username": username, "password": password} | more)


def test_the_right_password_leads_to_the_worklist(client, head):
    assert sign_in(client, "head", PASSWORD).headers["Location"] == "/"
    assert "待办" in client.get("/").content.decode()


@pytest.mark.parametrize("username", ["HEAD", " head ", "ｈｅａｄ"])
def test_case_and_width_of_the_user_name_do_not_matter(client, head, username):
    assert sign_in(client, username, PASSWORD).status_code == 302


@pytest.mark.parametrize(("username", "password"), [("head", "wrong"), ("nobody-of-this-name", PASSWORD), ("clerk", PASSWORD)])
def test_whatever_is_wrong_gets_the_same_answer(client, head, username, password):
    page = sign_in(client, username, password).content.decode()
    assert "<title>错误：登录" in page
    assert f'<a href="#id_username">{REFUSAL}</a>' in page
    assert f'value="{username}"' in page
    assert password not in page.replace(username, "")


def test_a_disabled_account_gets_the_same_answer(client, head):
    head.is_active = False
    head.save()
    assert REFUSAL in sign_in(client, "head", PASSWORD).content.decode()


def test_empty_fields_are_named_in_the_summary_in_page_order(client, db):
    page = sign_in(client, "", "").content.decode()
    assert page.index('<a href="#id_username">请填写用户名。</a>') < page.index('<a href="#id_password">请填写密码。</a>')
    assert "有 2 处要改" in page


def test_fields_can_be_filled_by_a_password_manager_and_pasted_into(client, db):
    page = client.get("/login/").content.decode()
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert 'aria-required="true"' in page


ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example/", "https:evil.example", "https:/evil.example", "\\\\evil.example/", "/\\evil.example/",
    "\\/evil.example/", " //evil.example/", "\t//evil.example/", "/\t/evil.example/", "javascript:alert(1)", "data:text/html,x", "http://testserver@evil.example/",
    "//evil.example\\@testserver/", "ftp://testserver/",
]  # fmt: skip


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_next_leads_nowhere_but_within_the_site(client, head, elsewhere):
    assert sign_in(client, "head", PASSWORD, next=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_next_of_the_address_leads_nowhere_else_either(client, head, elsewhere):
    page = client.get("/login/", {"next": elsewhere}).content.decode()
    assert 'name="next" value="/"' in page or 'name="next"' not in page
    client.force_login(head)
    answer = client.get("/login/", {"next": elsewhere})  # somebody who is signed in already
    assert answer.status_code == 200 or answer.headers["Location"] == "/"


def test_next_leads_back_to_the_page_that_was_asked_for(client, head):
    asked = client.get("/departments/kfb/").headers["Location"]
    assert asked == "/login/?next=/departments/kfb/"
    assert '<input type="hidden" name="next" value="/departments/kfb/">' in client.get(asked).content.decode()
    assert sign_in(client, "head", PASSWORD, next="/departments/kfb/").headers["Location"] == "/departments/kfb/"


def test_demo_accounts_are_refused_on_a_site_for_real_work(client, head, settings):
    head.is_demo = True
    head.save()
    settings.BEHIND_TLS = True
    assert REFUSAL in sign_in(client, "head", PASSWORD).content.decode()
    settings.BEHIND_TLS = False
    assert sign_in(client, "head", PASSWORD).status_code == 302


def test_closing_the_browser_signs_out_unless_asked_otherwise(client, head):
    sign_in(client, "head", PASSWORD)
    assert client.session.get_expire_at_browser_close()
    other = Client()
    sign_in(other, "head", PASSWORD, remember="on")
    assert not other.session.get_expire_at_browser_close()


def test_signing_out_is_a_post(client, head):
    sign_in(client, "head", PASSWORD)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_a_password_is_changed_and_the_old_one_is_no_more(client, head):
    sign_in(client, "head", PASSWORD)
    typed = {"old_password": PASSWORD, "new_password1": "Yi-tian-yi-bu-27", "new_password2": "Yi-tian-yi-bu-27"}
    page = client.post("/password/", typed, follow=True).content.decode()
    assert "密码已经改好" in page
    assert sign_in(Client(), "head", PASSWORD).status_code == 200
    assert sign_in(Client(), "head", "Yi-tian-yi-bu-27").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "old_password", "请填写现在的密码。"),
        ({"old_password": "wrong"}, "old_password", "现在的密码不对，请重新填写。"),
        ({"old_password": PASSWORD, "new_password1": "Yi-tian-yi-bu-27", "new_password2": "other"}, "new_password2", "两遍填的新密码不一样，请重新填写。"),
        ({"old_password": PASSWORD, "new_password1": "Shor-7", "new_password2": "Shor-7"}, "new_password1", "新密码只有 6 个字符，请至少用 10 个。"),
    ],
)
def test_a_bad_new_password_is_refused_in_a_sentence_at_its_field(client, head, typed, field, sentence):
    sign_in(client, "head", PASSWORD)
    page = client.post("/password/", typed).content.decode()
    assert "<title>错误：改密码" in page
    assert f'<a href="#id_{field}">{sentence}' in page


def test_a_one_time_password_opens_nothing_but_its_change(client, cast):
    once = give_one_time_password(cast.head)
    sign_in(client, "head", once)
    for address in ("/", "/help/", "/departments/kfb/"):
        assert client.get(address).headers["Location"] == reverse("home:password")
    assert "请先换成自己的密码" in client.get("/password/").content.decode()
    client.post("/password/", {"old_password": once, "new_password1": "Yi-tian-yi-bu-27", "new_password2": "Yi-tian-yi-bu-27"})
    assert client.get("/").status_code == 200
    cast.head.refresh_from_db()
    assert not cast.head.must_change_password


def test_with_a_one_time_password_one_can_sign_out_again(client, cast):
    sign_in(client, "head", give_one_time_password(cast.head))
    assert client.post("/logout/").headers["Location"] == "/login/"
