"""A row says who, in what capacity, when, from where, what object, before and after, and how it ended; nothing else gets in."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from federation_tasks.audit.address import client_address
from federation_tasks.audit.models import Entry
from federation_tasks.audit.testing import entries_written
from federation_tasks.audit.trail import Action, Result, record

pytestmark = pytest.mark.django_db


def test_a_row_without_a_request_says_which_command_of_which_machine_account(cast):
    found = record(Action.DOWNLOAD, cast.kfb, after={"bytes": 123})
    assert (found.actor, found.kind, found.key, found.thing) == ("系统", "departments.department", str(cast.kfb.pk), "康复部")
    assert found.after == {"bytes": 123}
    assert all((found.username, found.role, found.address, found.path, found.at.tzinfo))


def test_nothing_that_breaks_a_line_and_no_secret_gets_into_a_row():
    found = record(
        Action.SIGN_IN_FAILED,
        name="zhang\r\n2026-01-01 INFO \x1b[31mforged\u202e",
        result=Result.REFUSED,
        reason="a\nb\x00c",
        after={"new_password": "Geheim-2026", "nested": {"otp_token": "123456"}, "text": "one\ntwo\x00", "half": "\ud800"},
    )
    found = Entry.objects.get(pk=found.pk)
    assert "\n" not in found.thing + found.reason
    assert "\x1b" not in found.thing
    assert "\u202e" not in found.thing
    assert found.after == {"new_password": "（不记录）", "nested": {"otp_token": "（不记录）"}, "text": "one\ntwo ", "half": " "}


def test_a_row_that_says_nothing_is_refused_by_the_database(cast):
    found = record(Action.CHANGE, cast.kfb)
    assert found.after == {"result": "done"}
    for field in ("actor", "role", "address", "thing", "path", "kind"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Entry(
                **{name: getattr(found, name) for name in ("actor", "username", "role", "address", "path", "action", "kind", "thing", "result", "after")}
                | {field: ""}
            ).save()


def test_no_code_path_changes_or_deletes_a_row(cast):
    found = record(Action.CHANGE, cast.kfb)
    for act in (
        found.save,
        found.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(actor="x"),
        lambda: Entry.objects.bulk_update([found], ["actor"]),
    ):
        with pytest.raises(TypeError, match="never"):
            act()
    for statement in ("UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Entry.objects.get(pk=found.pk).actor == "系统"


@pytest.mark.parametrize(
    ("hops", "forwarded", "connected", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1", "10.0.0.1"),
        (1, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (2, "1.1.1.1", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, "no address\r\n", "10.0.0.1", "10.0.0.1"),
        (1, "[2001:db8::1]:443", "10.0.0.1", "2001:db8::1"),
        (1, "203.0.113.9:5000", "10.0.0.1", "203.0.113.9"),
        (0, "", "::ffff:10.0.0.7", "10.0.0.7"),
        (0, "", "", "0.0.0.0"),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(settings, hops, forwarded, connected, expected):
    settings.TRUSTED_PROXY_COUNT = hops
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=connected, HTTP_X_FORWARDED_FOR=forwarded)) == expected


def test_each_answer_bears_the_number_of_its_request_and_a_refusal_is_found_by_it(cast):
    with entries_written() as found:
        answer = cast.client("stranger").get("/tasks/999999/")
    assert answer.status_code == 404
    (row,) = [row for row in found if row.action == Action.REFUSAL]
    assert row.request == answer["X-Request-ID"]
    assert (row.username, row.role, row.result, row.after, row.key) == ("stranger", "无职务", Result.REFUSED, {"status": 404}, "999999")


def test_refusals_are_written_for_people_and_not_for_scanners(cast):
    head = cast.client("head")
    with entries_written() as found:
        assert Client().get("/tasks/").status_code == 302
        assert Client().post("/").status_code == 302
        assert head.post("/tasks/").status_code == 405
        assert Client(enforce_csrf_checks=True).post("/login/", {"username": "x"}).status_code == 403
    assert [(row.actor, row.after["status"]) for row in found if row.action == Action.REFUSAL] == [
        ("未登录", 302),
        ("未登录", 302),
        ("康复部主任", 405),
        ("未登录", 403),
    ]
    assert all(row.reason for row in found)
    with entries_written() as found:
        assert Client().get("/").status_code == 302
        assert Client().get("/wp-login.php").status_code == 404
        assert Client().get("/health/live/").status_code == 200
        assert head.get("/").status_code == 200
    assert found == []


def test_a_refusal_stands_where_its_row_cannot_be_written(cast, monkeypatch, caplog):
    client = cast.client("stranger")
    monkeypatch.setattr("federation_tasks.audit.trail.record", lambda *_, **__: 1 / 0)
    assert client.get("/tasks/999999/").status_code == 404
    assert "could not be written" in caplog.text


def test_signing_in_and_out_and_failing_are_written_without_what_was_typed(cast):
    cast.head.set_password("Richtig-2026-x")
    cast.head.save()
    client = Client()
    with entries_written() as found:
        client.post("/login/", {"username": "head", "password": "falsch-1"})
        client.post("/login/", {"username": "My-Password-2026!", "password": "falsch-2"})
        client.post("/login/", {"username": "head", "password": "Richtig-2026-x"})
        client.post("/logout/")
    assert [(row.action, row.thing.split(" ")[0], row.actor) for row in found] == [
        ("sign_in_failed", "康复部主任", "未登录"),
        ("sign_in_failed", "不存在的账号", "未登录"),
        ("sign_in", "康复部主任", "康复部主任"),
        ("sign_out", "康复部主任", "康复部主任"),
    ]
    kept = repr([vars(row) for row in found])
    assert not any(secret in kept for secret in ("falsch", "My-Password", "Richtig"))


def test_a_line_break_in_a_user_name_forges_no_line_and_no_password_stands_in_a_log_or_a_row(cast, caplog):
    cast.head.set_password("Richtig-2026-x")
    cast.head.save()
    with caplog.at_level("DEBUG"), entries_written() as found:
        Client().post("/login/", {"username": "head\r\n2026-01-01 00:00:00 INFO audit sealed", "password": "Falsch-2026-x"})
        Client().post("/login/", {"username": "head", "password": "Falsch-2026-x"})
        Client().post("/login/", {"username": "head", "password": "Richtig-2026-x"})
    lines = [record.getMessage() for record in caplog.records]
    kept = repr([vars(row) for row in found]) + caplog.text
    assert found
    assert not any("sealed" in line.splitlines()[-1] for line in lines if len(line.splitlines()) > 1)
    assert not any(word in kept for word in ("Falsch-2026-x", "Richtig-2026-x"))
