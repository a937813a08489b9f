"""Where something that a change needs is away, the change is not there, and what was typed is (control 41). Nothing is replaced by a stand-in:
the audit's table and the database are really not to be had."""

import contextlib

import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from departments.testing import person
from federation_tasks.home.tests.test_hostile_texts import OURS
from federation_tasks.reports.models import Report

TEXT = "第三季度验收 200 张。<b>不是</b>标签。"
SHOWN = "第三季度验收 200 张。&lt;b&gt;不是&lt;/b&gt;标签。"


@contextlib.contextmanager
def away(table):
    """Have a table under another name for a while."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


@contextlib.contextmanager
def no_database():
    """Have a connection that leads nowhere for a while."""
    ours = connections["default"]
    broken = ours.copy()
    if ours.vendor == "postgresql":
        broken.settings_dict = ours.settings_dict | {"HOST": "127.0.0.1", "PORT": "9"}
    else:
        broken.settings_dict = ours.settings_dict | {"NAME": "/nowhere/at/all.sqlite3"}
    connections["default"] = broken
    try:
        yield
    finally:
        connections["default"] = ours


def everything():
    """Return every row of ours, but sessions: those note that somebody was here."""
    models = [model for model in apps.get_models() if model._meta.app_label in OURS - {"audit"} and model._meta.managed and not model._meta.proxy]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def acts(things, cast):
    """Return who sends what where: a change of each kind, as it is accepted on any other day."""
    task = next(thing.args["pk"] for thing in things if thing.about == "task" and thing.label == "kfb 合办")
    revision = Report.objects.get(department=cast.ysa).revision
    return {
        "an update": ("clerk", f"/tasks/{task}/updates/", {"text": TEXT, "progress": "80", "reason": ""}),
        "a move of a task": ("office", f"/tasks/{task}/suspend/", {"suspend-reason": TEXT}),
        "a draft": ("ysa_head", "/reports/2026H2/ysa/edit/", {"arrangements": TEXT, "revision": revision, "do": "save"}),
        "a decision": ("deputy", "/reports/2026H2/kfb/return/", {"return-reason": TEXT}),
        "an account": (
            "system_admin",
            "/admin/departments/user/add/",
            {"username": "new-one", "name": "新来的同志新来的同志新来的", "email": "", "is_active": "on"},
        ),
    }


@pytest.mark.parametrize("act", ["an update", "a move of a task", "a draft", "a decision", "an account"])
def test_without_its_audit_row_nothing_is_changed_and_what_was_typed_comes_back(cast, things, act):
    part, where, fields = acts(things, cast)[act]
    client, before = cast.client(part), everything()
    client.raise_request_exception = False
    with transaction.atomic():  # the same, while the audit can be written: this is a change
        assert client.post(where, fields).status_code in {200, 302}
        assert everything() != before
        transaction.set_rollback(True)
    with away("audit_entry"):
        answer = client.post(where, fields)
    assert answer.status_code == 500
    assert everything() == before
    text = answer.content.decode()
    assert "您刚才写的内容" in text
    assert (SHOWN if TEXT in fields.values() else fields["name"]) in text
    assert answer.headers["Cache-Control"].count("no-store") == 1
    assert "audit_entry" not in text


def test_without_its_audit_row_no_file_is_handed_out(cast, things):
    file = next(thing for thing in things if thing.about == "attachment" and thing.department == "kfb")
    client = cast.client("head")
    client.raise_request_exception = False
    assert client.get(f"/attachments/{file.args['pk']}/").status_code == 200
    with away("audit_entry"):
        answer = client.get(f"/attachments/{file.args['pk']}/")
    assert answer.status_code == 500
    assert not answer.streaming


def test_without_its_audit_row_nobody_is_signed_in(client, db):
    user = person("late", "来得晚的人")
    user.set_password("Geheim-4711-lang")
    user.save()
    client.raise_request_exception = False
    with away("audit_entry"):
        answer = client.post("/login/", {"username": "late", "password": "Geheim-4711-lang"})
    assert answer.status_code == 500
    assert "Geheim-4711" not in answer.content.decode()
    assert client.get("/").status_code == 302
    assert client.post("/login/", {"username": "late", "password": "Geheim-4711-lang"}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("where", ["/", "/tasks/", "/dashboard/", "/reports/", "/admin/", "/dashboard/summary.json"])
def test_without_the_database_no_page_shows_anything_of_anybody(cast, plan, where):
    plan.task(cast.kfb, title="不给人看的任务")
    client = cast.client("principal")
    client.raise_request_exception = False
    with no_database():
        answer = client.get(where)
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "系统出了问题" in text
    assert "不给人看的任务" not in text
    assert "Traceback" not in text


def test_without_the_database_what_was_typed_comes_back(cast, plan):
    task = plan.task(cast.kfb, state="in_progress")
    client = cast.client("clerk")
    client.raise_request_exception = False
    with no_database():
        answer = client.post(f"/tasks/{task.pk}/updates/", {"text": TEXT, "progress": "80"})
    assert answer.status_code == 500
    assert SHOWN in answer.content.decode()
