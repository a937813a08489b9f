"""load_demo: on any day of the year every light and every state of a report is there, and nobody's work is overwritten."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from departments.access import Access, Role
from departments.models import Department, Leader, Portfolio, User
from departments.testing import person
from federation_tasks.home.demo_password import demo_password
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period, ProgressUpdate, ReportDuty, Target, Task
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.workflow.models import HistoryRow

pytestmark = pytest.mark.django_db
DAYS = ["2026-10-21", "2026-01-01", "2026-01-12", "2026-06-30", "2026-07-01", "2026-12-31", "2028-02-29"]
CODES = ["jcb", "zlb", "kfb", "jjb", "xwb", "jgdw", "kfyy", "csjjxx", "ysa", "ysb"]
AN_ORDINARY_DAY = dt.date(2026, 10, 21)


@pytest.fixture(autouse=True)
def password(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "demo-pass-of-tests")
    settings.VAR_DIR = tmp_path


def load(day=AN_ORDINARY_DAY, **options):
    call_command("load_demo", today=day, verbosity=0, **options)


def lights(tasks, day):
    return Counter(tasks.with_light(day).values_list("light", flat=True))


def figures():
    """What a load leaves: as many rows, the same texts, the same figures."""
    tasks = Task.objects.order_by("department__order", "title", "period").values_list("title", "state", "start", "due", "progress", "quantity_done")
    return [
        list(tasks),
        HistoryRow.objects.count(),
        ProgressUpdate.objects.count(),
        list(Report.objects.values_list("department__code", "state", "submissions")),
    ]


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


@pytest.fixture
def demo():
    load()


def test_every_unit_works_on_several_tasks_and_together_they_cover_goals_and_measures(demo):
    running = Period.objects.holding(AN_ORDINARY_DAY)
    for code in CODES:
        tasks = running.tasks.filter(department__code=code)
        assert tasks.count() >= 5
        assert tasks.values("goal").distinct().count() >= 4, code
    assert set(Task.objects.values_list("measure", flat=True)) == {"quantity", "milestones", "percent"}
    assert set(Task.objects.values_list("source", flat=True)) == {"meeting", "document", "instruction"}
    assert Task.objects.filter(supporting__isnull=False).exists()
    assert Target.objects.filter(is_breakthrough=True).exists()
    named = "".join(Task.objects.values_list("title", flat=True))
    assert all(leader.name not in named for leader in Leader.objects.filter(user__isnull=True))


def test_the_seven_kinds_of_base_and_the_two_buildings_stand_in_milestones(demo):
    bases = ["托养中心", "康复中心", "就业基地", "扶贫基地", "文化基地", "培训基地", "盲人按摩基地"]
    for name in [*bases, "康复楼", "康复实训大楼"]:
        assert Task.objects.filter(target__initiative__name=name, measure="milestones").exists(), name
    task = Task.objects.get(title="盲人按摩基地规范提高")
    assert [row.name for row in task.milestones.all()] == ["筛选", "严格把关", "规范提高", "建立", "巩固", "示范带动"]


def test_the_accounts_are_those_of_the_contract(demo):
    named = {f"{post}-{code}" for post in ("head", "clerk") for code in CODES}
    named |= {"deputy-a", "deputy-b", "deputy-c", "principal", "office", "admin", "security", "auditor"}
    users = {user.username: user for user in User.objects.all()}
    assert set(users) == named
    assert all(user.is_demo and user.check_password("demo-pass-of-tests") and user.email and not user.is_superuser for user in users.values())
    held = {letter: set(Portfolio.objects.filter(leader__user=users[f"deputy-{letter}"]).values_list("department__code", flat=True)) for letter in "abc"}
    assert held == {"a": {"jcb", "zlb", "jgdw", "ysa"}, "b": {"kfb", "kfyy", "xwb"}, "c": {"jjb", "csjjxx", "ysb"}}
    assert Access(users["principal"], AN_ORDINARY_DAY).is_principal
    assert Access(users["admin"], AN_ORDINARY_DAY).groups == {Role.SYSTEM, Role.PLAN}
    assert users["deputy-a"].name == "演示·副理事长甲"


def test_two_units_report_in_writing_and_eight_at_the_meeting(demo):
    duties = ReportDuty.objects.filter(period=Period.objects.holding(AN_ORDINARY_DAY))
    assert [duty.department.code for duty in duties.filter(mode="written")] == ["ysa", "ysb"]
    assert [duty.department.code for duty in duties.filter(mode="oral")] == CODES[:8]


def test_the_timeline_of_a_carried_task_goes_from_one_half_into_the_next(demo):
    new = Task.objects.get(title="上年度项目资金绩效自评", carried_from__isnull=False)
    assert [row.move for row in HistoryRow.objects.of(new.carried_from).order_by("on", "id")] == ["acknowledge", "begin", "carry_over"]
    assert [row.move for row in HistoryRow.objects.of(new).order_by("on", "id")] == ["carry_over", "claim", "confirm"]


def test_a_second_load_changes_nothing(demo, capsys):
    before = figures()
    call_command("load_demo", today=dt.date(2027, 3, 1))
    assert "already loaded" in capsys.readouterr().out
    assert figures() == before


def test_reset_builds_the_same_demo_again_and_leaves_no_history_behind(demo):
    before, histories = figures(), [model.history.count() for model in (Task, Target, Period, Leader, Department)]
    Task.objects.filter(title="残疾人辅助器具适配").update(title="改过")
    User.objects.filter(username="head-kfb").update(is_active=False)
    load(reset=True)
    assert figures() == before
    assert [model.history.count() for model in (Task, Target, Period, Leader, Department)] == histories
    assert User.objects.get(username="head-kfb").is_active


def test_another_password_reaches_the_accounts_at_the_next_load(demo, settings, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "another-password")
    load()
    assert User.objects.get(username="head-kfb").check_password("another-password")
    monkeypatch.delenv("DEMO_PASSWORD")
    assert demo_password() == "another-password"
    assert (settings.VAR_DIR / "demo-password").stat().st_mode & 0o777 == 0o600


def test_a_database_with_a_real_report_is_refused(demo):
    Report.objects.filter(department__code="jcb").update(edited_by=person("a-real-clerk"))
    with pytest.raises(CommandError, match="author is no demo account"):
        load(reset=True)


def test_a_database_with_a_plan_of_its_own_is_refused(plan):
    with pytest.raises(CommandError, match="not the demo's"):
        load()


def test_a_site_for_real_work_gets_no_demo(settings):
    settings.BEHIND_TLS = True
    with pytest.raises(CommandError, match="https"):
        load()
    assert not User.objects.exists()
