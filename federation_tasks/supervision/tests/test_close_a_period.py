"""The office closes a half-year: what is unfinished goes on in the next one (domain.md, A task's life, Carrying over)."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from departments.testing import TODAY
from federation_tasks.plan import closing
from federation_tasks.plan.closing import close_period, preview
from federation_tasks.plan.models import Milestone, Period, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, perform

JULY = dt.date(2026, 7, 10)


@pytest.fixture
def first_half(plan):
    """The half-year before, still open, which is about to be closed into the running one."""
    return Period.objects.create(year=2026, half=1, state=Period.State.OPEN)


def a_task(plan, cast, period, **fields):
    return plan.task(cast.kfb, period=period, **({"start": dt.date(2026, 2, 1), "due": dt.date(2026, 6, 20)} | fields))


@pytest.fixture
def office(cast):
    return cast.access("office", JULY)


def test_every_unfinished_state_is_carried_and_the_rest_stays(plan, cast, first_half, office):
    dates = {"claimed_on": dt.date(2026, 6, 1), "completed_on": dt.date(2026, 6, 1)}
    old = {state: a_task(plan, cast, first_half, state=state, **dates) for state in TaskState}
    closed = close_period(first_half, office)
    assert first_half.state == Period.State.CLOSED
    assert closed.following == plan.period
    for state, task in old.items():
        task.refresh_from_db()
        carried = Task.objects.filter(carried_from=task).first()
        if state in UNFINISHED:
            assert (task.state, carried.state, carried.period) == (TaskState.CARRIED_OVER, state, plan.period)
        else:
            assert (task.state, carried) == (state, None)
    assert closed.numbers["结转的任务"] == len(UNFINISHED)


def test_the_new_row_has_everything_that_was_promised_and_reached(plan, cast, first_half, office):
    task = a_task(
        plan, cast, first_half, measure="quantity", quantity=10, unit="所", quantity_done=6, progress=60, original_due=dt.date(2026, 5, 31),
        state="claimed", claimed_on=dt.date(2026, 6, 18), claimed_by=cast.head, acknowledged_on=dt.date(2026, 2, 2), assignee=cast.staff, description="要求",
    )  # fmt: skip
    task.supporting.set([cast.jjb, cast.ysa])
    Milestone.objects.create(task=task, name="第一步", weight=3, done_on=dt.date(2026, 3, 1))
    close_period(first_half, office)
    new = Task.objects.get(carried_from=task)
    for name in ("title", "description", "start", "due", "original_due", "quantity", "quantity_done", "unit", "progress", "claimed_on", "claimed_by",
                 "acknowledged_on", "assignee", "measure", "goal", "department", "red_from", "yellow_from"):  # fmt: skip
        assert getattr(new, name) == getattr(task, name), name
    assert set(new.supporting.all()) == {cast.jjb, cast.ysa}
    assert [(row.name, row.weight, row.done_on) for row in new.milestones.all()] == [("第一步", 3, dt.date(2026, 3, 1))]
    [row] = HistoryRow.objects.of(new)
    assert (row.move, row.from_state, row.to_state, row.period) == ("carry_over", "", "claimed", "2026H2")
    [row] = HistoryRow.objects.of(task)
    assert (row.move, row.from_state, row.to_state, row.period, row.actor) == ("carry_over", "claimed", "carried_over", "2026H1", cast.office)


def test_a_claim_that_moved_along_is_confirmed_in_the_new_period(plan, cast, first_half, office):
    task = a_task(plan, cast, first_half, state="claimed", claimed_on=dt.date(2026, 6, 18), claimed_by=cast.head)
    close_period(first_half, office)
    new = Task.objects.get(carried_from=task)
    perform(new, "confirm", cast.access("deputy"))
    assert new.completed_on == dt.date(2026, 6, 18)


def test_what_was_said_before_stands_with_the_old_row(plan, cast, first_half, office):
    task = a_task(plan, cast, first_half, state="in_progress", progress=0)
    record_update(task, cast.access("clerk", dt.date(2026, 7, 5)), text="六成", progress=60)
    close_period(first_half, office)
    new, clerk = Task.objects.get(carried_from=task), cast.access("clerk")
    assert (new.progress, new.updates.count()) == (60, 0)
    with pytest.raises(ValidationError, match="结转到本期的那天（2026-07-10）"):
        record_update(new, clerk, text="补记", progress=70, on=dt.date(2026, 7, 9))
    with pytest.raises(ValidationError, match="原来是 60%"):
        record_update(new, clerk, text="少了", progress=50)
    record_update(new, clerk, text="七成", progress=70)
    with pytest.raises(ValidationError, match="原来是 60%"):  # before the first statement here it stood where it began
        record_update(new, clerk, text="补记", progress=55, on=JULY)


def test_a_task_reported_on_in_the_old_period_begins_when_it_is_acknowledged(plan, cast, first_half, office):
    task = a_task(plan, cast, first_half, state="assigned")
    record_update(task, cast.access("clerk", dt.date(2026, 6, 5)), text="先干起来", progress=75)
    close_period(first_half, office)
    new = Task.objects.get(carried_from=task)
    perform(new, "acknowledge", cast.access("head"))
    assert new.state == TaskState.IN_PROGRESS


def test_a_missing_next_half_year_is_made_as_a_planned_one(plan, cast, office):
    plan.task(cast.kfb)
    closed = close_period(plan.period, office)
    assert (closed.following.code, closed.following.state) == ("2027H1", Period.State.PLANNED)
    assert closed.following.tasks.count() == 1


def test_the_preview_says_what_is_open(plan, cast, first_half):
    a_task(plan, cast, first_half, state="claimed", claimed_on=dt.date(2026, 6, 18))
    a_task(plan, cast, first_half, state="in_progress")
    a_task(plan, cast, first_half, state="suspended")
    numbers = preview(first_half)
    assert [numbers[what] for what in ("未办结的任务（将结转到下一期）", "其中待核的办结申请（随任务结转）", "中止的任务（留在本期）")] == [2, 1, 1]


def test_only_the_office_closes(plan, cast):
    for part in sorted(set(cast.everyone()) - {"office"}):
        with pytest.raises(PermissionDenied):
            close_period(plan.period, cast.access(part))
    plan.period.refresh_from_db()
    assert plan.period.state == Period.State.OPEN


@pytest.mark.parametrize("state", [Period.State.PLANNED, Period.State.CLOSED])
def test_only_an_open_period_is_closed(plan, office, state):
    plan.period.state = state
    plan.period.save()
    with pytest.raises(WrongState, match=state.label):
        close_period(plan.period, office)


def test_it_does_not_carry_into_a_closed_period(plan, cast, first_half, office):
    Period.objects.filter(pk=plan.period.pk).update(state=Period.State.CLOSED)
    with pytest.raises(WrongState, match="2026年下半年已经关闭"):
        close_period(first_half, office)


def test_a_closing_that_fails_half_way_has_closed_nothing(plan, cast, first_half, office, monkeypatch):
    for _ in range(3):
        a_task(plan, cast, first_half)

    def fail(_closing):
        assert Task.objects.filter(carried_from__isnull=False).count() == 3
        raise RuntimeError("the machine is gone")

    monkeypatch.setitem(closing.STEPS, "last", closing.Step("last", lambda _period: [], fail))
    with pytest.raises(RuntimeError):
        close_period(first_half, office)
    first_half.refresh_from_db()
    assert first_half.state == Period.State.OPEN
    assert set(Task.objects.values_list("state", "carried_from")) == {("assigned", None)}
    assert not HistoryRow.objects.exists()
    monkeypatch.delitem(closing.STEPS, "last")
    assert close_period(first_half, office).numbers["结转的任务"] == 3


def test_days_overdue_run_on(plan, cast, first_half, office):
    task = a_task(plan, cast, first_half, progress=10)
    close_period(first_half, office)
    lights = dict(Task.objects.with_light(TODAY).values_list("carried_from", "light"))
    assert lights == {None: "grey", task.pk: "red"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_closings_at_once_carry_each_task_once(plan, cast, first_half):
    for _ in range(20):
        a_task(plan, cast, first_half)
    start, outcomes = threading.Barrier(2), []

    def close():
        start.wait()
        try:
            close_period(Period.objects.get(pk=first_half.pk), cast.access("office", JULY))
            outcomes.append("closed")
        except WrongState:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=close) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["closed", "refused"]
    assert Task.objects.filter(period=plan.period).count() == Task.objects.filter(state=TaskState.CARRIED_OVER).count() == 20
