"""load_demo: on any day of the year every light and every state of a report is there, and nobody's work is overwritten."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from departments.models import User
from federation_tasks.home.demo_password import demo_password
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period, ProgressUpdate
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.workflow.models import HistoryRow

pytestmark = pytest.mark.django_db
DAYS = ["2026-01-01", "2026-01-12", "2026-06-30", "2026-07-01", "2026-12-31", "2028-02-29"]
AN_ORDINARY_DAY = dt.date(2026, 10, 21)


@pytest.fixture(autouse=True)
def password(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "demo-pass-of-tests")
    settings.VAR_DIR = tmp_path


def load(day=AN_ORDINARY_DAY, **options):
    call_command("load_demo", today=day, verbosity=0, **options)


def lights(tasks, day):
    return Counter(tasks.with_light(day).values_list("light", flat=True))


@pytest.mark.parametrize("day", DAYS)
def test_every_light_and_every_state_of_a_report_is_there_on_any_day(day):
    day = dt.date.fromisoformat(day)
    load(day)
    running = Period.objects.holding(day)
    assert running.starts_on <= day <= running.ends_on
    assert running.state == "open"
    found = lights(running.tasks.all(), day)
    assert set(found) == set(Light), found
    assert running.tasks.filter(state="claimed").exists()
    assert set(Report.objects.filter(period=running).values_list("state", flat=True)) == {"draft", "submitted", "returned", "approved"}
    assert not Report.objects.filter(period=running, department__code="kfb").exists()
    closed = Period.objects.get(ends_on=running.starts_on - dt.timedelta(days=1))
    assert closed.state == "closed"
    states = Counter(report.state_words for report in closed.reports.all())
    assert states == {"归档": 8, "归档（未审）": 1, "草稿": 1}
    assert [duty.department.code for duty in closed.duties.missing()] == ["ysb"]
    assert [duty.department.code for duty in closed.duties.all() if duty.is_late] == ["zlb"]
    nothing_lies_ahead_of(day)
    assert timezone.localdate(running.report_deadline) > day  # what is filed today comes in time


def nothing_lies_ahead_of(day):
    assert not HistoryRow.objects.filter(on__gt=day).exists()
    assert not ProgressUpdate.objects.filter(on__gt=day).exists()
    assert not ReportVersion.objects.filter(submitted_at__date__gt=day + dt.timedelta(days=1)).exists()
    assert all(timezone.localdate(row.at) == row.on for row in HistoryRow.objects.all())


def test_without_a_password_in_the_environment_one_is_made_once(settings, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD")
    assert len(demo_password()) >= 12
    assert demo_password() == demo_password()


def test_a_database_with_a_plan_of_its_own_is_refused(plan):
    with pytest.raises(CommandError, match="not the demo's"):
        load()


def test_a_site_for_real_work_gets_no_demo(settings):
    settings.BEHIND_TLS = True
    with pytest.raises(CommandError, match="https"):
        load()
    assert not User.objects.exists()
