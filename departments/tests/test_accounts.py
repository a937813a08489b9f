"""The system administrator makes accounts, hands out passwords that are shown once, and disables; he never deletes."""

import re

import pytest
from django.urls import reverse

from departments.models import User
from departments.passwords import one_time_password
from departments.testing import filled

ADD = "/admin/departments/user/add/"


def page_of(user):
    return reverse("admin:departments_user_change", args=[user.pk])


def password_in(answer):
    return re.search(r"<code>(.+?)</code>", answer.content.decode())[1]


def test_a_new_account_gets_a_password_that_is_shown_once_and_must_be_changed(cast):
    client = cast.client("system_admin")
    answer = client.post(ADD, {"username": "ZhangSan", "name": "张三", "email": "", "is_active": "on"})
    password = password_in(answer)
    account = User.objects.get(username="zhangsan")
    assert account.check_password(password)
    assert account.must_change_password
    assert password not in client.get(page_of(account)).content.decode()
    assert password not in str(client.cookies)
    assert "no-store" in answer["Cache-Control"]


def test_the_same_name_in_other_letters_is_refused(cast):
    answer = cast.client("system_admin").post(ADD, {"username": "ＨＥＡＤ", "name": "重名", "is_active": "on"})
    assert "这个用户名已经有人用了" in answer.content.decode()
    assert "<title>错误：" in answer.content.decode()


def test_no_flags_and_no_rights_are_shown(cast):
    fields = set(cast.client("system_admin").get(page_of(cast.head)).context["adminform"].form.fields)
    assert fields == {"name", "email", "is_active", "change_reason"}


def test_a_password_is_reset_after_asking(cast):
    client = cast.client("system_admin")
    address = reverse("admin:departments_user_new_password", args=[cast.head.pk])
    assert "重设口令" in client.get(address).content.decode()
    cast.head.refresh_from_db()
    assert not cast.head.must_change_password
    password = password_in(client.post(address))
    cast.head.refresh_from_db()
    assert cast.head.check_password(password)
    assert cast.head.must_change_password


def test_whoever_is_signed_in_is_signed_out_by_a_new_password(cast):
    head = cast.client("head")
    cast.client("system_admin").post(reverse("admin:departments_user_new_password", args=[cast.head.pk]))
    assert head.get("/").status_code == 302


@pytest.mark.parametrize(("part", "sentence"), [("security_admin", "三员分立"), ("auditor", "三员分立"), ("system_admin", "自己的口令")])
def test_he_cannot_sign_in_as_those_who_watch_over_him(cast, part, sentence):
    user = getattr(cast, part)
    before = user.password
    answer = cast.client("system_admin").post(reverse("admin:departments_user_new_password", args=[user.pk]))
    assert sentence in answer.content.decode()
    user.refresh_from_db()
    assert user.password == before


def test_an_account_is_disabled_with_a_reason(cast):
    client = cast.client("system_admin")
    page = client.get(page_of(cast.head))
    data = filled(page)
    del data["is_active"]
    assert "请写明变更原因" in client.post(page_of(cast.head), data).content.decode()
    assert client.post(page_of(cast.head), data | {"change_reason": "调离"}).status_code == 302
    cast.head.refresh_from_db()
    assert not cast.head.is_active
    assert cast.head.history.first().history_change_reason == "调离"


def test_he_does_not_disable_himself(cast):
    client = cast.client("system_admin")
    data = filled(client.get(page_of(cast.system_admin)), change_reason="试试")
    del data["is_active"]
    assert "不能停用自己的账号" in client.post(page_of(cast.system_admin), data).content.decode()


def test_nobody_deletes_an_account(cast):
    assert cast.client("system_admin").post(f"/admin/departments/user/{cast.head.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_password_of_ones_own_is_not_a_one_time_one(cast):
    cast.head.must_change_password = True
    cast.head.set_password("my own password 1")
    assert not cast.head.must_change_password


def test_one_time_passwords_differ_and_can_be_read_out():
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert not [sign for password in made for sign in password if sign in "0O1lI5S"]
