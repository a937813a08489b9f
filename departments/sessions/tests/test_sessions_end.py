"""A session ends after 30 idle minutes, after 12 hours, at signing out, with the account, with its password, and when somebody ends it."""

import threading

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils import timezone

from departments.models import User
from departments.passwords import give_one_time_password
from departments.sessions.keeping import BY_THE_PAGE, keeps_no_session_alive
from departments.sessions.limits import Why
from departments.sessions.models import Session, hashed
from federation_tasks.audit.models import Action, Entry

from .conftest import FIREFOX, PASSWORD, holds, key, replayed, said_at_sign_in


@keeps_no_session_alive
def autosave(request):
    return HttpResponse("saved")


urlpatterns = [path("", include("federation_tasks.urls")), path("try/autosave/", autosave)]
pytestmark = pytest.mark.urls(__name__)
MINUTE = 60


def test_after_thirty_idle_minutes_one_signs_in_again_and_reads_why(sign_in, clock):
    used = key(sign_in())
    clock.shift(30 * MINUTE - 1)
    assert holds(used)
    clock.shift(30 * MINUTE)
    assert not holds(used)
    assert "您有 30 分钟没有操作，系统已经自动退出。" in said_at_sign_in(used)


def test_every_deliberate_act_moves_the_idle_limit(sign_in, clock):
    client = sign_in()
    for _ in range(5):
        clock.shift(20 * MINUTE)
        assert client.get("/help/").status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [("post", "/try/autosave/", {}), ("get", "/try/autosave/", {}), ("get", "/help/", {BY_THE_PAGE: "1"}), ("post", "/try/autosave/", {BY_THE_PAGE: ""})],
)
def test_what_the_page_does_by_itself_keeps_nothing_alive(sign_in, clock, method, address, headers):
    client = sign_in()
    for _ in range(30):
        answered = getattr(client, method)(address, headers=headers).status_code
        clock.shift(MINUTE)
    assert answered == 200
    assert not holds(key(client))


def test_after_twelve_hours_it_is_over_whatever_was_done(sign_in, clock):
    client = sign_in(remember="on")
    for _ in range(12 * 6 - 1):
        clock.shift(10 * MINUTE)
        assert client.get("/help/").status_code == 200
    clock.shift(10 * MINUTE)
    assert not holds(key(client))
    assert "登录满 12 小时就会自动退出。" in said_at_sign_in(key(client))


def test_both_limits_are_settings(sign_in, clock, settings):
    settings.SESSION_IDLE, settings.SESSION_LIFE = settings.SESSION_IDLE / 3, settings.SESSION_LIFE / 6
    idle, busy = sign_in(), sign_in()
    for _ in range(12):
        clock.shift(10 * MINUTE - 1)
        assert busy.get("/help/").status_code == 200
    assert not holds(key(idle))
    clock.shift(MINUTE)
    assert not holds(key(busy))


def test_reading_writes_nothing_but_the_time_once_a_minute(sign_in, clock):
    client = sign_in()
    written, asked = [], []
    for seconds in (1, 30, 28, 1, 1):
        clock.shift(seconds)
        with CaptureQueriesContext(connection) as queries:
            client.get("/help/")
        written.append([query["sql"].split()[:2] for query in queries if not query["sql"].startswith("SELECT")])
        asked.append(sum('FROM "departments_sessions_session"' in query["sql"] for query in queries))
    assert written == [[], [], [], [["UPDATE", '"departments_sessions_session"']], []]
    assert asked == [1] * 5


def test_the_session_gets_a_new_name_at_sign_in(sign_in, client):
    client.get("/login/")
    session = client.session
    session["before"] = "kept"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client=client)
    assert key(client) != before
    assert client.session["before"] == "kept"
    assert not holds(before)


def test_of_a_key_only_the_hash_is_kept(sign_in):
    client = sign_in()
    row = Session.objects.get()
    assert row.pk == hashed(key(client))
    assert key(client) not in "".join(str(value) for value in vars(row).values())
    assert not DjangosStore(key(client)).exists(key(client))
    assert not holds(row.pk)


def test_a_row_says_whose_it_is_since_when_from_where_and_with_what(sign_in, head):
    sign_in(browser=FIREFOX, address="10.0.0.8")
    row = Session.objects.get()
    assert (row.user, row.address, row.browser, row.started_at, row.acted_at) == (head, "10.0.0.8", "Firefox，Linux", timezone.now(), timezone.now())


def test_signing_out_ends_it_on_the_server(sign_in):
    client = sign_in()
    used = key(client)
    client.post("/logout/")
    assert not holds(used)
    assert not Session.objects.filter(pk=hashed(used)).exists()


def test_signing_out_empties_the_browser(sign_in):
    client = sign_in()
    answer = client.post("/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not client.cookies["sessionid"].value
    assert "已经退出。" in client.get(answer.headers["Location"]).content.decode()


def disable(head):
    head.is_active = False
    head.save()


def change(head):
    head.set_password("Xin-mi-ma-2027")
    head.save()


ENDINGS = [
    (disable, Why.DISABLED, "这个账号已经停用，这里的登录随之结束。"),
    (change, Why.PASSWORD, "密码已经改过，这里的登录随之结束。"),
    (give_one_time_password, Why.PASSWORD, "密码已经改过，这里的登录随之结束。"),
]


@pytest.mark.parametrize(("act", "why", "sentence"), ENDINGS)
def test_what_is_done_to_the_account_ends_all_its_sessions_at_once(sign_in, head, cast, act, why, sentence):
    used = [key(sign_in()) for _ in range(2)]
    other = key(cast.client("clerk"))
    act(head)
    assert [row.why for row in Session.objects.filter(user=head)] == [why, why]
    assert not any(holds(one) for one in used)
    assert sentence in said_at_sign_in(used[0])
    assert holds(other)
    row = Entry.objects.get(action=Action.SESSION_ENDED)
    assert (row.thing, row.before, row.after) == ("康复部主任", {"sessions": 2}, {"why": why.label})


def test_enabling_an_account_again_revives_nothing(sign_in, head):
    used = key(sign_in())
    disable(head)
    User.objects.filter(pk=head.pk).update(is_active=True)
    assert not holds(used)


def test_a_password_that_was_written_past_everything_ends_them_too(sign_in, head):
    used = key(sign_in())
    User.objects.filter(pk=head.pk).update(password=make_password("Xin-mi-ma-2027"))
    assert not holds(used)


def test_a_reset_by_the_system_administrator_ends_them(sign_in, head, cast):
    used = key(sign_in())
    answer = cast.client("system_admin").post(reverse("admin:departments_user_new_password", args=[head.pk]))
    assert answer.status_code == 200
    assert not holds(used)


def test_changing_ones_own_password_ends_the_others_and_renames_this_one(sign_in, head):
    here, elsewhere = sign_in(), sign_in()
    before, there = key(here), key(elsewhere)
    typed = {"old_password": PASSWORD, "new_password1": "Xin-mi-ma-2027", "new_password2": "Xin-mi-ma-2027"}
    assert here.post("/password/", typed).status_code == 302
    assert key(here) != before
    assert here.get("/help/").status_code == 200
    assert not holds(before)
    assert not holds(there)
    row = Session.objects.live(timezone.now()).get(user=head)
    assert (row.address, row.browser) == ("10.0.0.7", "Edge，Windows")


def test_one_sign_in_too_many_ends_the_oldest_and_says_so_there(sign_in, clock):
    first, second, third = (shift_and(clock, sign_in) for _ in range(3))
    assert first.get("/help/").status_code == 200
    fourth = shift_and(clock, sign_in)
    assert [holds(key(client)) for client in (first, second, third, fourth)] == [False, True, True, True]
    assert "同时登录的最多 3 处，这里登录得最早，已经退出。如果不是您本人登录的，请马上改密码。" in said_at_sign_in(key(first))
    assert Entry.objects.get(action=Action.SESSION_ENDED).after == {"why": "同时登录过多"}


def shift_and(clock, sign_in):
    clock.shift(1)
    return sign_in()


def test_sessions_that_are_over_do_not_count_against_the_limit(sign_in, clock):
    for _ in range(3):
        sign_in()
    clock.shift(31 * MINUTE)
    kept = [key(sign_in()) for _ in range(3)]
    assert all(holds(one) for one in kept)
    assert not Entry.objects.filter(action=Action.SESSION_ENDED).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sign_ins_at_the_same_moment_count_one_another(head):
    def in_a_browser_of_its_own():
        Client().post("/login/", {"username": "head", "password": PASSWORD})
        connection.close()

    browsers = [threading.Thread(target=in_a_browser_of_its_own) for _ in range(6)]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    assert Session.objects.live(timezone.now()).filter(user=head).count() == settings.SESSIONS_PER_PERSON


def test_a_request_under_way_does_not_revive_what_was_ended_meanwhile(sign_in, head):
    client = sign_in()
    under_way = client.session
    under_way["typed"] = "x"
    Session.objects.filter(user=head).end(Why.OFFICE)
    under_way.save()
    assert not holds(key(client))


def test_a_session_whose_row_is_gone_leads_to_signing_in(sign_in):
    client = sign_in()
    Session.objects.all().delete()
    assert "这里的登录已经失效。" in said_at_sign_in(key(client))


def test_who_never_signed_in_is_told_nothing(db, client):
    page = client.get(client.get("/help/").headers["Location"]).content.decode()
    assert '<div role="status" id="messages"></div>' in page


def test_what_ended_long_ago_is_swept_and_nothing_else(sign_in, clock, client):
    session = client.session  # of nobody
    session["typed"] = "x"
    session.save()
    ended = sign_in()
    Session.objects.filter(pk=hashed(key(ended))).end(Why.OFFICE)
    idle = sign_in()
    clock.shift(2 * 3600 + 29 * MINUTE)
    live = sign_in()
    swept = []
    for _ in range(2):
        type(live.session).clear_expired()
        swept.append({one for one in (key(ended), key(idle), key(live)) if Session.objects.filter(pk=hashed(one)).exists()})
        clock.shift(2 * MINUTE)
    assert swept == [{key(ended), key(idle), key(live)}, {key(live)}]
    assert not Session.objects.filter(user=None).exists()


def test_the_two_forms_of_the_rule_agree(head, clock):
    now = timezone.now()
    step = settings.SESSION_IDLE / 2
    rows = [
        Session(session_key=f"{n}-{why}-{life}-{idle}", user=user, started_at=now - life * settings.SESSION_LIFE / 2, acted_at=now - idle * step, why=why,
                expire_date=now + expire * step)
        for n, user in enumerate((head, None)) for why in ("", Why.OFFICE) for life in (0, 1, 2, 3) for idle in (-1, 0, 1, 2, 3) for expire in (1,)
    ]  # fmt: skip
    Session.objects.bulk_create(rows)
    live = {row.pk for row in Session.objects.live(now)}
    assert live == {row.pk for row in rows if row.user_id and row.over(now) is None}
    assert 0 < len(live) < len(rows) / 2


def test_a_replayed_cookie_is_taken_away(sign_in):
    client = sign_in()
    Session.objects.all().delete()
    _, answer = replayed(key(client))
    assert answer.cookies["sessionid"].value == ""
