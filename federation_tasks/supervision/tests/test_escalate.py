"""What stays overdue goes up (升级): head, deputy in charge, principal, one step at a time, on working days, each step once."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection

from departments.access import Access
from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.audit.testing import entries_written
from federation_tasks.plan.models import Period, Task, WorkdayOverride
from federation_tasks.plan.workdays import is_workday
from federation_tasks.supervision import escalating
from federation_tasks.supervision.escalating import escalate, escalated_to, present_step, tasks_in_hand
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, SupervisionRule
from federation_tasks.workflow.moves import perform

FRIDAY = dt.date(2026, 10, 16)
DAYS = [FRIDAY + dt.timedelta(days=n) for n in range(1, 21)]  # the twenty days after it


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def require(plan, cast, department, due, **fields):
    leader = Leader.objects.get(user=cast.principal)
    number = Instruction.objects.count() + 1
    row = Instruction.objects.create(leader=leader, period=plan.period, number=number, text="补齐台账", due=due, made_by=cast.principal, made_on=due)
    return InstructionDuty.objects.create(instruction=row, department=department, period=plan.period, **{"state": "acknowledged"} | fields)


def steps(thing=None):
    rows = Escalation.objects.order_by("pk")
    if thing is not None:
        rows = rows.filter(**{"task" if isinstance(thing, Task) else "instruction_duty": thing})
    return [(row.on, row.step) for row in rows]


def day(month, number):
    return dt.date(2026, month, number)


# --- Day by day ------------------------------------------------------------------------------------------------------


def test_twenty_days_step_by_step(plan, cast):
    """Due on Friday: late from Saturday, but nobody is passed over at a weekend; more than 7 days late is a Saturday too."""
    task, duty = plan.task(cast.kfb, due=FRIDAY, state="in_progress"), require(plan, cast, cast.jjb, FRIDAY)
    for today in DAYS:
        escalate(today)
        escalate(today)
    expected = [(day(10, 19), 1), (day(10, 26), 2), (day(11, 2), 3)]
    assert steps(task) == steps(duty) == expected
    leaders = {row.step: row.leader for row in Escalation.objects.filter(task=task)}
    assert leaders == {1: None, 2: cast.deputy.leader, 3: cast.principal.leader}
    assert Escalation.objects.get(instruction_duty=duty, step=2).leader == cast.other_deputy.leader
    assert {(row.department, row.period, row.due) for row in Escalation.objects.filter(task=task)} == {(cast.kfb, plan.period, FRIDAY)}


@pytest.mark.parametrize("asked", [[day(10, 19), day(10, 30), day(11, 2), day(11, 3)], [day(11, 4), day(11, 5), day(11, 6)]])
def test_what_a_missed_day_did_not_do_is_made_up_for_one_step_a_day(plan, cast, asked):
    task = plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    for today in asked:
        escalate(today)
        escalate(today)
    assert steps(task) == list(zip(asked, (1, 2, 3), strict=False))


def test_an_extension_that_runs_out_begins_anew(plan, cast):
    task = plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    for today in DAYS[:12]:  # up to the 28th
        escalate(today)
    assert steps(task) == [(day(10, 19), 1), (day(10, 26), 2)]
    extension = Extension(task=task)
    perform(extension, "grant", Access(cast.deputy, day(10, 29)), reason="等设备", new_due=day(11, 3))
    task.refresh_from_db()
    assert present_step(task, day(10, 29)) is None
    for today in DAYS[12:]:
        escalate(today)
    assert steps(task)[2:] == [(day(11, 4), 1)]
    assert present_step(task, day(11, 5)).step == 1


@pytest.mark.parametrize(("fields", "is_taken"), [
    ({"state": "assigned"}, True), ({"state": "acknowledged"}, True), ({"state": "in_progress"}, True),
    ({"state": "claimed", "claimed_on": day(10, 20)}, False),  # late: red, but it waits for the leader
    ({"state": "claimed", "claimed_on": FRIDAY}, False), ({"state": "completed", "completed_on": TODAY}, False), ({"state": "suspended"}, False),
    ({"state": "carried_over"}, False),
])  # fmt: skip
def test_only_what_is_red_and_in_the_departments_hands_goes_up(plan, cast, fields, is_taken):
    plan.task(cast.kfb, due=FRIDAY, **fields)
    assert escalate(TODAY) == is_taken


@pytest.mark.parametrize(("state", "is_taken"), [("assigned", True), ("sent_back", True), ("answered", False), ("closed", False)])
def test_an_instruction_goes_up_until_it_is_answered(plan, cast, state, is_taken):
    require(plan, cast, cast.kfb, FRIDAY, state=state, answered_on=TODAY, closed_on=TODAY)
    assert escalate(TODAY) == is_taken


def test_a_claim_sent_back_goes_on_from_the_step_that_it_had(plan, cast):
    task = plan.task(cast.kfb, due=FRIDAY, state="in_progress", progress=100)
    escalate(day(10, 19))
    perform(task, "claim", Access(cast.head, day(10, 20)))
    assert [escalate(day(10, n)) for n in (26, 27)] == [0, 0]
    perform(task, "send_back", Access(cast.deputy, day(10, 27)), reason="不全")
    escalate(day(10, 28))
    assert steps(task) == [(day(10, 19), 1), (day(10, 28), 2)]


def test_tasks_of_a_half_year_that_is_not_open_do_not_go_up(plan, cast):
    plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    Period.objects.update(state=Period.State.PLANNED)
    assert escalate(TODAY) == 0


def test_a_task_that_was_carried_over_goes_on_from_its_step(plan, cast):
    old = plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    for today in DAYS[:10]:
        escalate(today)
    following = Period.objects.create(year=2027, half=1, state=Period.State.OPEN)
    perform(old, "carry_over", cast.access("office"), into=following)
    escalate(day(11, 2))
    assert steps(old.carried_to) == [(day(10, 19), 1), (day(10, 26), 2), (day(11, 2), 3)]
    assert present_step(old.carried_to, day(11, 2)).step == 3


def test_the_federations_own_calendar_says_when_people_work(plan, cast):
    plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    WorkdayOverride.objects.create(day=day(10, 17), is_workday=True)
    WorkdayOverride.objects.create(day=day(10, 19), is_workday=False)
    assert [escalate(day(10, 19)), escalate(day(10, 17))] == [0, 1]
    assert not is_workday(day(10, 19))


def test_the_days_are_those_of_the_rule_of_the_day(plan, cast):
    SupervisionRule.objects.create(valid_from=day(10, 20), head_after=0, deputy_after=1, principal_after=2)
    task = plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    for today in DAYS[:8]:
        escalate(today)
    assert steps(task) == [(day(10, 19), 1), (day(10, 20), 2), (day(10, 21), 3)]


def test_where_nobody_is_in_charge_the_principal_is_asked(plan, cast):
    plan.task(cast.ysa, due=FRIDAY, state="in_progress")
    for today in DAYS[:10]:
        escalate(today)
    assert Escalation.objects.get(step=2).leader == cast.principal.leader


# --- Once, whoever calls, however many -------------------------------------------------------------------------------


def test_each_step_is_written_down_with_its_department(plan, cast):
    plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    with entries_written() as entries:
        escalate(TODAY)
    [entry] = entries
    assert (entry.kind, entry.verb, entry.department, entry.after["step"]) == ("supervision.escalation", "escalate", "kfb", 1)


@pytest.fixture
def crowd(plan, cast):
    departments = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=20 + n) for n in range(200))
    Task.objects.bulk_create(
        Task(department=row, period=plan.period, goal=plan.goals[0], title=f"任务{n}", start=dt.date(2026, 7, 1), due=FRIDAY, state="in_progress")
        for row in departments
        for n in range(10)
    )
    return departments


def test_two_thousand_tasks_go_up_in_few_queries_and_a_second_call_asks_four(crowd, cast, django_assert_max_num_queries, django_assert_num_queries):
    with django_assert_max_num_queries(110):  # four chunks; SQLite takes 500 rows and their entries in the log in some twenty statements
        assert escalate(TODAY) == 2000
    with django_assert_num_queries(4):
        assert escalate(TODAY) == 0


def test_one_that_is_killed_half_way_goes_on_where_it_was(crowd, cast, monkeypatch):
    take, taken = escalating.Ladder.next_step, []

    def killed_in_the_third_chunk(self, field, thing):
        taken.append(thing)
        if len(taken) > 2 * escalating.CHUNK + 100:
            raise KeyboardInterrupt
        return take(self, field, thing)

    with monkeypatch.context() as patched:
        patched.setattr(escalating.Ladder, "next_step", killed_in_the_third_chunk)
        with pytest.raises(KeyboardInterrupt):
            escalate(TODAY)
    assert Escalation.objects.count() == 2 * escalating.CHUNK
    assert escalate(TODAY) == 2000 - 2 * escalating.CHUNK
    assert Escalation.objects.count() == Escalation.objects.values("task", "step").distinct().count() == 2000


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_each_step_once(plan, cast):
    SupervisionRule.objects.get_or_create(valid_from=LONG_AGO)
    for n in range(30):
        plan.task(cast.kfb, title=str(n), due=FRIDAY, state="in_progress")
    both, taken = threading.Barrier(2), []

    def go():
        both.wait()
        try:
            taken.append(escalate(TODAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(taken) == [0, 30]
    assert Escalation.objects.count() == 30


# --- Who sees it -----------------------------------------------------------------------------------------------------


def test_each_leader_finds_what_has_come_up_to_him_and_is_still_red(plan, cast):
    tasks = {row.department.code: row for row in (plan.task(department, due=FRIDAY, state="in_progress") for department in (cast.kfb, cast.jjb, cast.ysa))}
    for today in DAYS[:12]:  # up to the deputy
        escalate(today)

    def seen(part, on):
        return {row.department.code for row in escalated_to(tasks_in_hand(on), cast.access(part, on))}

    assert [seen(part, day(10, 28)) for part in ("deputy", "other_deputy", "principal", "head")] == [{"kfb"}, {"jjb"}, {"ysa"}, set()]
    for today in DAYS[12:]:  # up to the principal
        escalate(today)
    assert [seen(part, day(11, 5)) for part in ("deputy", "other_deputy", "principal")] == [{"kfb"}, {"jjb"}, {"kfb", "jjb", "ysa"}]
    perform(tasks["kfb"], "claim", Access(cast.head, day(11, 5)), reason="差一点")
    assert seen("deputy", day(11, 5)) == set()


def test_a_portfolio_that_is_handed_over_takes_what_went_up_along(plan, cast):
    plan.task(cast.kfb, due=FRIDAY, state="in_progress")
    for today in DAYS[:12]:
        escalate(today)
    Portfolio.objects.filter(department=cast.kfb).update(valid_to=day(10, 29))
    Portfolio.objects.create(department=cast.kfb, leader=cast.other_deputy.leader, valid_from=day(10, 29))
    for part, number in (("deputy", 0), ("other_deputy", 1)):
        assert escalated_to(tasks_in_hand(day(10, 29)), cast.access(part, day(10, 29))).count() == number


def test_the_pages_name_the_step(plan, cast):
    task = plan.task(cast.kfb, title="办证", due=dt.date(2026, 10, 1), state="in_progress")
    require(plan, cast, cast.kfb, dt.date(2026, 10, 1))
    for today in (day(10, 19), day(10, 20)):
        escalate(today)
    deputys = cast.client("deputy").get("/").content.decode()
    assert "升级到您的（2）" in deputys
    assert "办证（康复部）" in deputys
    assert "升级到您的" not in cast.client("other_deputy").get("/").content.decode()
    assert "已升级到分管领导。" in cast.client("head").get("/").content.decode()
    assert "10月20日因逾期升级到分管领导（副理事长 副理事长乙）" in cast.client("head").get(f"/tasks/{task.pk}/").content.decode()


def test_a_leaders_page_asks_as_little_for_many_as_for_few(crowd, cast, django_assert_max_num_queries):
    Portfolio.objects.bulk_create(Portfolio(leader=cast.deputy.leader, department=row, valid_from=LONG_AGO) for row in crowd)
    Escalation.objects.bulk_create(
        Escalation(task=row, department_id=row.department_id, period_id=row.period_id, due=row.due, step=2, on=TODAY) for row in Task.objects.all()
    )
    client = cast.client("deputy")
    with django_assert_max_num_queries(45):
        assert "升级到您的（2000）" in client.get("/").content.decode()
