"""load_dataset: a generated organisation in an empty database, on whatever day."""

import datetime as dt
import importlib.util
from collections import Counter

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from departments.access import Access, Capability
from departments.models import Department, Leader, Membership, Portfolio, User
from federation_tasks.dashboard.summary import summarise
from federation_tasks.dashboard.tests.test_numbers_add_up import check, raw_rows
from federation_tasks.home.dataset.folder import Folder
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal, Period, ReportDuty, Task
from federation_tasks.plan.states import TaskState

pytestmark = pytest.mark.django_db
OWN_DAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Twelve departments with ten tasks in each of three half-years, written by the generator itself."""
    spec = importlib.util.spec_from_file_location("generate", settings.BASE_DIR / "bench" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    generate.SIZES["T"] = (12, 10, 3)
    place = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["generate.py", str(place), "T", "S"])
        generate.main()
    return place / "T"


def test_every_number_on_the_dashboard_of_the_small_one_is_that_of_the_raw_rows(tiny):
    call_command("load_dataset", str(tiny.parent / "S"), verbosity=0)
    principal = User.objects.create_user("principal", name="理事长")
    Leader.objects.create(name="理事长", federation_post="理事长", rank=Leader.Rank.PRINCIPAL, user=principal, in_office_from=dt.date(2020, 1, 1))
    period = Period.objects.get()
    raw = raw_rows(period)
    assert len(raw) == 800
    for is_kept in (False, True):
        if is_kept:
            refresh(OWN_DAY)
        summary = summarise(Access(principal, OWN_DAY), period, OWN_DAY)
        assert summary.tally.is_kept == is_kept
        check(summary, raw, OWN_DAY)


def lights(day):
    return Counter(Period.objects.holding(day).tasks.with_light(day).values_list("light", flat=True))


def test_everything_in_the_files_is_in_the_database(tiny, capsys):
    call_command("load_dataset", str(tiny))
    assert "360 tasks" in capsys.readouterr().out
    counted = [model.objects.count() for model in (Goal, Department, User, Leader, Portfolio, Membership, Period, ReportDuty, Task)]
    assert counted == [5, 12, 61, 1, 12, 60, 3, 12, 360]
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert [str(period.code) for period in Period.objects.all()] == ["2026H2", "2026H1", "2025H2"]
    assert list(Period.objects.values_list("state", flat=True)) == ["open", "closed", "closed"]


def test_states_follow_from_the_files_and_past_unfinished_tasks_are_carried_over(tiny):
    call_command("load_dataset", str(tiny), verbosity=0)
    written = list(Folder(tiny).rows("tasks.csv"))
    expected = Counter()
    for row in written:
        states = {"done": TaskState.COMPLETED, "in_progress": TaskState.IN_PROGRESS, "not_started": TaskState.ASSIGNED}
        carried = row["status"] != "done" and row["period"] != "2026H2"
        expected[TaskState.CARRIED_OVER if carried else states[row["status"]]] += 1
    assert Counter(Task.objects.values_list("state", flat=True)) == expected
    assert expected[TaskState.CARRIED_OVER]
    assert not Period.objects.get(year=2025).tasks.with_light(OWN_DAY).exclude(light__in=[Light.DONE, Light.GREY]).exists()
    overdue = sum(row["period"] == "2026H2" and row["status"] != "done" and row["due_on"] < OWN_DAY.isoformat() for row in written)
    assert lights(OWN_DAY)[Light.RED] == overdue > 0


@pytest.mark.parametrize("day", ["2027-01-01", "2028-02-29", "2026-06-30"])
def test_on_another_day_as_many_are_overdue_as_on_the_datas_own(tiny, day):
    day = dt.date.fromisoformat(day)
    call_command("load_dataset", str(tiny), today=day, verbosity=0)
    running = Period.objects.holding(day)
    assert running.starts_on <= day <= running.ends_on
    written = [row for row in Folder(tiny).rows("tasks.csv") if row["period"] == "2026H2"]
    found = lights(day)
    assert found[Light.RED] == sum(row["status"] != "done" and row["due_on"] < OWN_DAY.isoformat() for row in written)
    assert found[Light.DONE] == sum(row["status"] == "done" for row in written)
    assert not Task.objects.filter(due__gt=running.ends_on).exists()


def test_leader_and_people_have_their_rights(tiny):
    call_command("load_dataset", str(tiny), verbosity=0)
    department = Department.objects.get(code="dep0003")
    assert Access(User.objects.get(username="leader0001"), OWN_DAY).may(Capability.DECIDE, department)
    assert Access(User.objects.get(username="head0003"), OWN_DAY).may(Capability.ANSWER_FOR, department)
    assert not Access(User.objects.get(username="staff0003-1"), OWN_DAY).may(Capability.DRAFT_REPORTS, department)


def test_a_database_that_holds_anything_is_refused(tiny, cast):
    with pytest.raises(CommandError, match="not empty"):
        call_command("load_dataset", str(tiny))


def test_a_folder_that_is_no_data_set_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"meta\.json"):
        call_command("load_dataset", str(tmp_path))
    assert not User.objects.exists()
