"""What the demo shows, and what a second load does to it. It is loaded once for all tests of this file."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from departments.access import Access, Role
from departments.models import Department, Leader, Portfolio, User
from departments.testing import person
from federation_tasks.dashboard.summary import summarise
from federation_tasks.dashboard.tests.test_numbers_add_up import check, raw_rows
from federation_tasks.home.demo_password import demo_password
from federation_tasks.meetings.models import Circular
from federation_tasks.plan.models import Period, ProgressUpdate, ReportDuty, Target, Task
from federation_tasks.reports.comparing.since import since_return
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.history import events_of
from federation_tasks.reports.models import InstructionAnswer, Report, ReportItem, ReportVersion
from federation_tasks.supervision.models import Extension, InstructionDuty, Urge
from federation_tasks.workflow.models import HistoryRow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("password", "demo")]
CODES = ["jcb", "zlb", "kfb", "jjb", "xwb", "jgdw", "kfyy", "csjjxx", "ysa", "ysb"]
AN_ORDINARY_DAY = dt.date(2026, 10, 21)
PASSWORD = "demo-pass-of-tests"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, folder):
    """Load the demo once; each test works in a savepoint of its own."""
    here = override_settings(VAR_DIR=folder, PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, here, transaction.atomic():
        patch.setenv("DEMO_PASSWORD", PASSWORD)
        call_command("load_demo", today=AN_ORDINARY_DAY, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def password(settings, folder, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    settings.VAR_DIR = folder


def figures():
    """What a load leaves: as many rows, the same texts, the same figures."""
    tasks = Task.objects.order_by("department__order", "title", "period").values_list("title", "state", "start", "due", "progress", "quantity_done")
    reports = Report.objects.order_by("period", "department").values_list("department__code", "state", "submissions")
    return [list(tasks), list(reports), HistoryRow.objects.count(), ProgressUpdate.objects.count()]


@pytest.mark.parametrize(("who", "codes"), [("principal", CODES), ("deputy-b", ["kfb", "kfyy", "xwb"]), ("head-jjb", ["jjb"])])
def test_every_number_on_the_dashboard_is_that_of_the_raw_rows(who, codes):
    period = Period.objects.holding(AN_ORDINARY_DAY)
    raw = [row for row in raw_rows(period) if row["department"] in codes]
    assert len(raw) > 5
    check(summarise(Access(User.objects.get(username=who), AN_ORDINARY_DAY), period, AN_ORDINARY_DAY), raw, AN_ORDINARY_DAY)


def test_every_unit_works_on_several_tasks_and_together_they_cover_goals_and_measures():
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


def test_the_seven_kinds_of_base_and_the_two_buildings_stand_in_milestones():
    bases = ["托养中心", "康复中心", "就业基地", "扶贫基地", "文化基地", "培训基地", "盲人按摩基地"]
    for name in [*bases, "康复楼", "康复实训大楼"]:
        assert Task.objects.filter(target__initiative__name=name, measure="milestones").exists(), name
    task = Task.objects.get(title="盲人按摩基地规范提高")
    assert [row.name for row in task.milestones.all()] == ["筛选", "严格把关", "规范提高", "建立", "巩固", "示范带动"]


def test_the_accounts_are_those_of_the_contract():
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


def test_two_units_report_in_writing_and_eight_at_the_meeting():
    duties = ReportDuty.objects.filter(period=Period.objects.holding(AN_ORDINARY_DAY))
    assert [duty.department.code for duty in duties.filter(mode="written")] == ["ysa", "ysb"]
    assert [duty.department.code for duty in duties.filter(mode="oral")] == CODES[:8]


def test_the_timeline_of_a_carried_task_goes_from_one_half_into_the_next():
    new = Task.objects.get(title="上年度项目资金绩效自评", carried_from__isnull=False)
    assert [row.move for row in HistoryRow.objects.of(new.carried_from).order_by("on", "id")] == ["acknowledge", "begin", "carry_over"]
    assert [row.move for row in HistoryRow.objects.of(new).order_by("on", "id")] == ["carry_over", "claim", "confirm"]


def test_a_second_load_changes_nothing(capsys):
    before = figures()
    call_command("load_demo", today=dt.date(2027, 3, 1))
    assert "already loaded" in capsys.readouterr().out
    assert figures() == before


def test_reset_builds_the_same_demo_again_and_leaves_no_history_behind():
    before, histories = figures(), [model.history.count() for model in (Task, Target, Period, Leader, Department)]
    Task.objects.filter(title="残疾人辅助器具适配").update(title="改过")
    User.objects.filter(username="head-kfb").update(is_active=False)
    call_command("load_demo", today=AN_ORDINARY_DAY, reset=True, verbosity=0)
    assert figures() == before
    assert [model.history.count() for model in (Task, Target, Period, Leader, Department)] == histories
    assert User.objects.get(username="head-kfb").is_active


def test_the_password_is_kept_for_the_next_start_readable_by_its_owner_alone(settings, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD")
    assert demo_password() == "demo-pass-of-tests"
    assert (settings.VAR_DIR / "demo-password").stat().st_mode & 0o777 == 0o600


def test_a_database_with_a_real_report_is_refused():
    Report.objects.filter(department__code="jcb").update(edited_by=person("a-real-clerk"))
    with pytest.raises(CommandError, match="author is no demo account"):
        call_command("load_demo", today=AN_ORDINARY_DAY, reset=True, verbosity=0)


def test_a_submission_stands_at_one_moment_in_version_and_timeline():
    for version in ReportVersion.objects.all():
        rows = HistoryRow.objects.of(version.report).filter(move="submit", facts__version=version.number)
        assert [row.at for row in rows] == [version.submitted_at]


def test_the_supervision_loop_stands_in_it_in_every_state_that_somebody_works_on():
    assert set(InstructionDuty.objects.values_list("state", flat=True)) == {"assigned", "acknowledged", "answered", "sent_back", "closed"}
    assert InstructionDuty.objects.overdue_on(AN_ORDINARY_DAY).exists()
    assert sorted(Extension.objects.values_list("state", flat=True)) == ["asked", "granted", "refused"]
    assert set(Urge.objects.values_list("state", flat=True)) == {"sent", "answered"}
    assert Circular.objects.get().period == Period.objects.filter(state="closed").latest("starts_on")


def test_a_draft_waits_with_first_wordings_and_unanswered_instructions():
    draft = Report.objects.get(period=Period.objects.holding(AN_ORDINARY_DAY), department__code="xwb")
    assert draft.items.filter(is_drafted=True).exists()
    filing = Filing(draft, AN_ORDINARY_DAY)
    assert [answer.outcome for answer in filing.answers] == [""]


def test_submitted_reports_answer_what_was_required():
    said = {(row.report.department.code, row.outcome) for row in InstructionAnswer.objects.select_related("report__department")}
    assert {("zlb", "done"), ("zlb", "partly"), ("jgdw", "not_done"), ("kfyy", "done")} <= said
    assert not ReportItem.objects.filter(is_drafted=True, report__submissions__gt=0).exists()
    duty = InstructionDuty.objects.get(department__code="zlb", instruction__text__startswith="困难残疾人家庭")
    assert HistoryRow.objects.of(duty).filter(move="answer").get().facts["version"] == 1
    assert HistoryRow.objects.of(InstructionDuty.objects.get(department__code="jgdw")).filter(move="state").exists()


def test_a_report_was_returned_with_a_remark_and_submitted_again_with_what_was_asked_for():
    report = Report.objects.get(department__code="zlb", state="submitted")
    since = since_return(report, events_of(report))
    assert [is_touched for _, is_touched in since.answers] == [True]
    assert {change.part for change in since.comparison.changes} >= {"task", "problem", "arrangements"}
