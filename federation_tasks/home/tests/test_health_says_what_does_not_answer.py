"""/health/ without signing in: 200 when database, broker and scheduler answer, 503 and which one when not (contract.md, Addresses)."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import OperationalError, connections
from django.utils import timezone

from departments.models import Leader
from departments.testing import TODAY
from federation_tasks.digests import heartbeat
from federation_tasks.digests.models import Letter
from federation_tasks.files.testing import listening
from federation_tasks.plan.models import CountKeeper

AT_NOON = dt.datetime(2026, 10, 21, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def alive(db):
    """Scheduler and worker have just shown that they live."""
    for name in (heartbeat.SCHEDULER, heartbeat.WORKER):
        heartbeat.beat(name)


def ask(client, status):
    answer = client.get("/health/")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    return answer.json()


def test_all_is_well(client, alive):
    found = ask(client, 200)
    assert found["status"] == "ok"
    assert found["failing"] == []
    assert {found[part] for part in ("database", "broker", "scheduler", "worker")} == {"ok"}
    assert found["last_heartbeat"] is not None
    assert found["last_letter_sent"] is None


def test_a_scheduler_that_never_beat_is_silent(client, db):
    found = ask(client, 503)
    assert found["failing"] == ["scheduler"]
    assert found["scheduler"] == "silent"


def test_a_scheduler_that_has_not_beat_for_minutes_is_silent(client, alive):
    heartbeat.beat(heartbeat.SCHEDULER, timezone.now() - dt.timedelta(minutes=3))
    assert ask(client, 503)["failing"] == ["scheduler"]
    heartbeat.beat(heartbeat.SCHEDULER, timezone.now() - dt.timedelta(minutes=2))
    assert ask(client, 200)["failing"] == []


def test_counts_that_differed_are_a_field(client, alive):
    assert ask(client, 200)["counts"] == "unknown"
    keeper = CountKeeper.objects.create(pk=1, first_day=TODAY, day=TODAY, compared_at=timezone.now())
    assert ask(client, 200)["counts"] == "ok"
    keeper.differing = 2
    keeper.save()
    assert ask(client, 200)["counts"] == "differed"


def test_a_silent_worker_is_a_field(client, alive):
    heartbeat.beat(heartbeat.WORKER, timezone.now() - dt.timedelta(minutes=30))
    assert ask(client, 200)["worker"] == "silent"


def test_a_broker_that_does_not_answer_is_named(client, alive, settings, tmp_path):
    if settings.REDIS_URL:
        from celery import current_app

        current_app.conf.broker_read_url, before = "redis://127.0.0.1:1/0", current_app.conf.broker_read_url
        try:
            found = ask(client, 503)
        finally:
            current_app.conf.broker_read_url = before
    else:
        settings.BROKER_DIR = tmp_path / "gone"
        found = ask(client, 503)
    assert found["failing"] == ["broker"]


def test_a_database_that_does_not_answer_is_named_and_nothing_else_is_told(client, alive, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("could not connect to server at 10.1.2.3 as ledger_app")

    with monkeypatch.context() as patch:
        patch.setattr(type(connections["default"]), "cursor", refuse)
        answer = client.get("/health/")
    assert answer.status_code == 503
    found = answer.json()
    assert found["database"] == "fails"
    assert found["failing"] == ["database", "scheduler"]
    assert found["scheduler"] == "unknown"
    assert "10.1.2.3" not in answer.content.decode()


def test_live_asks_nothing_of_anybody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/health/live/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_the_number_of_queries_is_bounded(client, alive, django_assert_max_num_queries):
    with time_machine.travel(AT_NOON, tick=False), django_assert_max_num_queries(8):
        client.get("/health/")


@pytest.mark.parametrize("path", ["/health/", "/health/live/"])
def test_health_is_only_asked(client, alive, path):
    assert client.post(path).status_code == 405


def test_a_load_balancer_behind_tls_is_not_sent_elsewhere(client, alive, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/").status_code == 200
    assert client.get("/login/").status_code == 301


class TestMissingDigest:
    """Whether a leader who should have a row in today's ledger has none, an hour after the hour of the digests."""

    def asked(self, client, hour, day=TODAY):
        moment = AT_NOON.replace(year=day.year, month=day.month, day=day.day, hour=hour, minute=1)
        with time_machine.travel(moment, tick=False):
            return client.get("/health/").json()["missing_digest"]

    def rows(self, *usernames):
        for leader in Leader.objects.filter(user__username__in=usernames):
            Letter.objects.create(key=f"{leader.pk}", leader=leader, recipient=leader.user, day=TODAY, message_id=f"<{leader.pk}@test>")

    def test_before_nine_nobody_misses_one(self, client, cast):
        assert self.asked(client, 8) is None
        assert self.asked(client, 0) is None

    def test_after_nine_without_rows_one_is_missing(self, client, cast):
        assert self.asked(client, 9) is True

    def test_one_leader_without_a_row_is_enough(self, client, cast):
        self.rows("deputy", "principal")
        assert self.asked(client, 9) is True

    def test_with_a_row_for_each_none_is_missing(self, client, cast):
        self.rows("deputy", "principal", "other-deputy")
        assert self.asked(client, 9) is False

    def test_yesterdays_rows_do_not_count(self, client, cast):
        self.rows("deputy", "principal", "other-deputy")
        assert self.asked(client, 9, TODAY + dt.timedelta(days=1)) is True

    def test_on_a_day_off_none_is_due(self, client, cast):
        assert self.asked(client, 12, dt.date(2026, 10, 24)) is None

    def test_while_letters_are_paused_none_is_due(self, client, cast, settings):
        settings.DIGESTS_PAUSED = True
        assert self.asked(client, 12) is None

    def test_a_missing_digest_is_a_field_and_no_failure(self, client, cast, alive):
        with time_machine.travel(AT_NOON, tick=False):
            for name in (heartbeat.SCHEDULER, heartbeat.WORKER):
                heartbeat.beat(name)
            answer = client.get("/health/")
        assert answer.status_code == 200
        assert json.loads(answer.content)["missing_digest"] is True


def test_the_scanner_is_a_field_where_there_is_one(client, alive, settings):
    assert "scanner" not in client.get("/health/").json()
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()["scanner"]) == (200, "fails")
    with listening() as clamd:
        settings.CLAMD_ADDRESS = f"127.0.0.1:{clamd.server_address[1]}"
        assert client.get("/health/").json()["scanner"] == "ok"
