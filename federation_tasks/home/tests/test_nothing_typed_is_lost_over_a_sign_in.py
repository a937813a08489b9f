"""The session is over and somebody presses save: what was typed waits for the same person, and for nobody else (F15, F16)."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_otp.oath import TOTP

from departments.models import User
from departments.passwords import give_one_time_password
from departments.sessions.keeping import BY_THE_PAGE
from departments.sessions.limits import Why
from departments.sessions.models import Session
from departments.signing.models import SecondFactor
from departments.signing.sealing import seal
from federation_tasks.home.kept import MOST_BYTES

PASSWORD = "Kang-fu-bu-2026"
TEXT = "第三季度辅具适配滞后，原因是供货合同八月才签。\r\n<b>不是</b>标签。" * 120
HERE = "http://testserver"
taken = []


@require_POST
def button(request):
    taken.append(dict(request.POST.lists()))
    return HttpResponse("taken", status=int(request.POST.get("answer", 200)))


urlpatterns = [path("", include("federation_tasks.urls")), path("try/button/", button)]
handler403 = "federation_tasks.home.errors.forbidden"
pytestmark = pytest.mark.urls(__name__)
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def nothing_taken_yet():
    taken.clear()


@pytest.fixture
def clock():
    with time_machine.travel("2026-10-21T09:00:00+08:00", tick=False) as moving:
        yield moving


class Desk:
    """A browser at which people sit: it keeps its cookies, and sends the token that stands on the page before it."""

    def __init__(self, **headers):
        self.client = Client(enforce_csrf_checks=True, headers={"Origin": HERE} | headers)
        self.page = ""

    def open(self, address):
        answer = self.client.get(address)
        self.page = answer.content.decode() or self.page
        return answer

    def send(self, address, **fields):
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)[-1]
        answer = self.client.post(address, {"csrfmiddlewaretoken": token} | fields, headers={"Referer": f"{HERE}/tasks/?period=2026H2"})
        self.page = answer.content.decode() or self.page
        return answer

    def sign_in(self, username):
        self.open("/login/")
        return self.send("/login/", username=username, password=PASSWORD)

    def send_again(self):
        [action, form] = re.findall(r'<form method="post" action="(/try[^"]+)">(.*?)</form>', self.page, re.DOTALL)[0]
        return self.client.post(
            action, {name: unescaped(value) for name, value in INPUT.findall(form)} | {"text": [unescaped(v) for n, v in INPUT.findall(form) if n == "text"]}
        )


def unescaped(value):
    for sign, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        value = value.replace(sign, letter)
    return value


@pytest.fixture
def people(cast, clock):
    for person in (cast.head, cast.clerk):
        person.set_password(PASSWORD)
        person.save()
    return cast


@pytest.fixture
def desk(people):
    desk = Desk()
    desk.sign_in("head")
    desk.open("/help/")
    return desk


def row_deleted(desk, clock):
    Session.objects.all().delete()


def ended_by_the_office(desk, clock):
    Session.objects.all().end(Why.OFFICE)


def idle(desk, clock):
    clock.shift(30 * 60)


def signed_out_in_another_tab(desk, clock):
    page = desk.page
    desk.send("/logout/")
    desk.page = page


def browser_lost_the_session_cookie(desk, clock):
    del desk.client.cookies["sessionid"]


OVER = [row_deleted, ended_by_the_office, idle, signed_out_in_another_tab, browser_lost_the_session_cookie]


@pytest.mark.parametrize("over", OVER)
def test_what_was_typed_is_sent_again_by_one_button_after_the_sign_in(desk, clock, over):
    assert len(TEXT) > 3000
    over(desk, clock)
    answer = desk.send("/try/button/", text=["甲", TEXT], revision="3")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login/?next=/tasks/%3Fperiod%3D2026H2"
    assert "您刚才写的已经替您保留，登录后可以接着提交。" in desk.open(answer.headers["Location"]).content.decode()
    assert "供货合同" not in desk.page
    assert desk.sign_in("head").headers["Location"] == "/typed/"
    page = desk.open("/typed/").content.decode()
    assert "&lt;b&gt;不是&lt;/b&gt;标签" in page
    assert f'href="{HERE}/tasks/?period=2026H2"' in page
    assert not taken
    assert desk.send_again().content == b"taken"
    assert (taken[0]["text"], taken[0]["revision"]) == (["甲", TEXT], ["3"])
    assert "没有等着提交的内容" in desk.open("/typed/").content.decode()


@pytest.mark.parametrize("over", OVER)
def test_nobody_else_at_the_same_machine_sees_anything_of_it(desk, clock, over):
    over(desk, clock)
    desk.send("/try/button/", text=TEXT)
    assert desk.sign_in("clerk").headers["Location"] == "/"
    assert "没有等着提交的内容" in desk.open("/typed/").content.decode()
    assert "有内容还没有提交" not in desk.open("/").content.decode()
    desk.open("/help/")
    desk.send("/logout/")
    assert desk.sign_in("head").headers["Location"] == "/"  # it was destroyed, not hidden
    assert not any("kept" in row.get_decoded() for row in Session.objects.exclude(session_data=""))


def test_nothing_is_kept_for_whoever_was_never_signed_in_here(people):
    desk = Desk()
    desk.open("/login/")
    assert desk.send("/try/button/", text=TEXT).headers["Location"].startswith("/login/?next=")
    assert not Session.objects.exists()


def test_nothing_is_kept_of_what_another_site_sends(desk):
    Session.objects.all().delete()
    answer = desk.client.post("/try/button/", {"text": TEXT}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert not Session.objects.exists()


@pytest.mark.parametrize("field", ["old_password", "new_password1", "otp_token", "secret"])
def test_passwords_and_codes_are_never_kept(desk, field):
    Session.objects.all().delete()
    assert desk.send("/try/button/", text=TEXT, **{field: "Geheim-4711-lang"}).status_code == 302
    assert not Session.objects.exists()


@pytest.mark.parametrize(("fields", "headers"), [({}, {}), ({"revision": "3", "next": "/"}, {}), ({"text": TEXT}, {BY_THE_PAGE: "1"})])
def test_nothing_is_kept_where_nobody_wrote_anything_or_the_page_sends_it_by_itself(desk, fields, headers):
    Session.objects.all().delete()
    desk.client.defaults |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    assert desk.send("/try/button/", **fields).status_code == 302
    assert not Session.objects.exists()


def test_it_lapses_after_two_hours(desk, clock):
    Session.objects.all().delete()
    desk.send("/try/button/", text=TEXT)
    clock.shift(2 * 3600 - 1)
    assert desk.sign_in("head").headers["Location"] == "/typed/"
    clock.shift(1)
    assert "没有等着提交的内容" in desk.open("/typed/").content.decode()


def test_two_forms_are_both_kept_and_one_sent_twice_only_once(desk):
    Session.objects.all().delete()
    for text in ("第一份表单里写的一段话。", "第二份表单里写的一段话。", "第一份表单里写的一段话。"):
        desk.send("/try/button/", text=text)
    desk.sign_in("head")
    page = desk.open("/typed/").content.decode()
    assert page.count(">再提交一次") == 2
    forget = re.search(r'action="(/typed/\w+/forget/)"', page)[1]
    assert desk.send(forget).headers["Location"] == "/typed/"
    assert desk.open("/typed/").content.decode().count(">再提交一次") == 1


@pytest.mark.parametrize(("answer", "waits"), [("200", False), ("409", False), ("403", True), ("404", True), ("500", True)])
def test_it_waits_until_it_was_taken(desk, answer, waits):
    Session.objects.all().delete()
    desk.send("/try/button/", text=TEXT, answer=answer)
    desk.sign_in("head")
    desk.open("/typed/")
    desk.send_again()
    assert len(taken) == 1
    assert ("有内容还没有提交" in desk.open("/help/").content.decode()) is waits


def test_files_are_named_as_to_be_chosen_again(desk):
    Session.objects.all().delete()
    desk.send("/try/button/", text=TEXT, proof=SimpleUploadedFile("合同.pdf", b"%PDF-1.4"))
    desk.sign_in("head")
    assert "附件要重新选。" in desk.open("/typed/").content.decode()


def test_more_than_the_server_keeps_stays_on_the_page_itself(desk):
    Session.objects.all().delete()
    answer = desk.send("/try/button/", text="长" * (MOST_BYTES // 6))
    assert answer.status_code == 403
    assert "都还在这一页" in desk.page
    assert not Session.objects.exists()
    text = re.search(r'name="text" value="(长+)"', desk.page)[1]
    assert len(text) == MOST_BYTES // 6
    page = desk.page
    desk.sign_in("head")  # in another window; the token on the page is then an old one
    desk.page = page
    assert desk.send("/try/button/", text=text).status_code == 403
    assert desk.send_again().content == b"taken"


def test_a_reset_password_keeps_nobody_from_what_was_typed(desk, people):
    once = give_one_time_password(people.head)
    desk.send("/try/button/", text=TEXT)
    desk.open("/login/")
    desk.send("/login/", username="head", password=once)
    desk.open("/password/")
    desk.send("/password/", old_password=once, new_password1="Xin-mi-ma-2027", new_password2="Xin-mi-ma-2027")
    assert "供货合同" in desk.open("/typed/").content.decode()


def test_a_sign_in_with_a_code_leads_to_what_was_typed(desk, people):
    secret = b"0" * 20
    SecondFactor.objects.create(user=people.head, secret=seal(secret), confirmed_at=timezone.now())
    Session.objects.all().delete()
    desk.send("/try/button/", text=TEXT)
    assert desk.sign_in("head").headers["Location"] == "/login/code/"
    assert desk.open("/typed/").status_code == 302
    desk.open("/login/code/")
    assert desk.send("/login/code/", otp=f"{TOTP(secret).token():06}").headers["Location"] == "/typed/"
    desk.open("/typed/")
    assert desk.send_again().content == b"taken"
    assert taken[0]["text"] == [TEXT]


@pytest.mark.parametrize("first", ["a second factor", "a new password"])
def test_what_is_sent_before_what_comes_first_is_not_taken_and_not_lost(desk, people, settings, first):
    Session.objects.all().delete()
    desk.send("/try/button/", text=TEXT)
    if first == "a second factor":
        settings.SECOND_FACTOR_ROLES = ["head"]
    else:
        User.objects.filter(pk=people.head.pk).update(password_set_on=dt.date(2026, 1, 1))
    desk.sign_in("head")
    desk.open("/password/" if first == "a new password" else "/second-factor/")
    assert desk.send("/try/button/", text=TEXT).status_code == 302
    settings.SECOND_FACTOR_ROLES = []
    User.objects.filter(pk=people.head.pk).update(password_set_on=dt.date(2026, 10, 1))
    assert taken == []
    desk.open("/typed/")
    assert desk.send_again().content == b"taken"


def test_a_token_made_old_by_a_sign_in_in_another_tab_costs_nothing(desk):
    page = desk.page
    Session.objects.all().delete()
    desk.sign_in("head")
    desk.page = page
    answer = desk.send("/try/button/", text=TEXT)
    assert answer.status_code == 403
    assert "现在登录的是 康复部主任。" in desk.page
    assert desk.send_again().content == b"taken"
    assert taken[0]["text"] == [TEXT]


def test_the_cookie_that_says_whose_browser_this_is_opens_nothing_and_cannot_be_made(desk, people):
    cookie = desk.client.cookies["whose"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert int(cookie["max-age"]) == 14 * 3600
    stranger = Desk()
    stranger.open("/login/")
    stranger.client.cookies["whose"] = f"{people.head.pk}:forged"
    assert stranger.open("/").status_code == 302
    stranger.send("/try/button/", text=TEXT)
    assert not Session.objects.filter(user=None).exists()
