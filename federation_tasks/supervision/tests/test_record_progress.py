"""Someone states how far a task has come (domain.md, Progress; Words, 进展)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from departments.testing import TODAY, person
from federation_tasks.plan.models import Milestone, Period
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision.updates import may_update, record_update
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, perform

EARLIER, LATER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)


@pytest.fixture
def clerk(cast):
    return cast.access("clerk")


@pytest.fixture
def beds(plan, cast):
    return plan.task(cast.kfb, measure="quantity", quantity=300, unit="张", progress=0, state="in_progress")


def steps(task, *weights):
    return [Milestone.objects.create(task=task, name=f"第{n}步", weight=weight, order=n) for n, weight in enumerate(weights, 1)]


def test_a_quantity_makes_progress_rounded_down(beds, clerk):
    said = record_update(beds, clerk, text="完成 200 张", quantity_done=Decimal(200))
    assert (said.progress, beds.progress, beds.quantity_done) == (66, 66, 200)
    assert beds.yellow_from == dt.date(2026, 7, 1) + dt.timedelta(days=76 * 153 // 100 + 1)


def test_done_above_plan_is_kept_and_progress_stops_at_100(beds, clerk):
    record_update(beds, clerk, text="超额", quantity_done=Decimal(450))
    assert (beds.progress, beds.quantity_done) == (100, 450)


def test_milestones_count_by_their_weight_and_keep_their_day(plan, cast, clerk):
    task = plan.task(cast.kfb, measure="milestones", progress=0)
    first, second, third = steps(task, 1, 2, 3)
    record_update(task, clerk, text="两步", milestones_done=[first.pk, second.pk], on=EARLIER)
    assert task.progress == 50
    record_update(task, clerk, text="查出第一步没有做完", milestones_done=[second.pk, third.pk], on=LATER)
    assert task.progress == 83
    assert [row.done_on for row in task.milestones.all()] == [None, EARLIER, LATER]


def test_another_tasks_milestone_is_refused(plan, cast, clerk):
    task, other = plan.task(cast.kfb, measure="milestones", progress=0), plan.task(cast.kfb, measure="milestones")
    steps(task, 1)
    with pytest.raises(ValidationError, match="不属于这项任务"):
        record_update(task, clerk, text="勾错了", milestones_done=[steps(other, 1)[0].pk])


@pytest.mark.parametrize("progress", [-1, 101])
def test_a_percentage_out_of_bounds_is_refused_in_a_sentence(plan, cast, clerk, progress):
    task = plan.task(cast.kfb)
    with pytest.raises(ValidationError, match="0 到 100 的整数") as refused:
        record_update(task, clerk, text="进展", progress=progress)
    assert set(refused.value.error_dict) == {"progress"}
    assert not task.updates.exists()


def test_going_below_the_last_update_needs_a_reason(beds, clerk):
    record_update(beds, clerk, text="450", quantity_done=Decimal(450), on=LATER)
    with pytest.raises(ValidationError, match="10月1日填的是 450 张") as refused:
        record_update(beds, clerk, text="重新核对", quantity_done=Decimal(400))  # still 100 %, and still less
    assert set(refused.value.error_dict) == {"reason"}
    record_update(beds, clerk, text="重新核对", quantity_done=Decimal(400), reason="重复计算了 50 张")
    assert beds.quantity_done == 400


def test_a_backdated_update_is_kept_and_does_not_override_a_newer_one(beds, clerk):
    record_update(beds, clerk, text="新", quantity_done=Decimal(150), on=LATER)
    record_update(beds, clerk, text="补记", quantity_done=Decimal(90), on=EARLIER)
    assert (beds.progress, beds.quantity_done) == (50, 150)
    assert [row.text for row in beds.updates.newest_first()] == ["新", "补记"]


def test_of_two_updates_of_one_day_the_one_made_later_counts(beds, clerk):
    record_update(beds, clerk, text="上午", quantity_done=Decimal(150))
    record_update(beds, clerk, text="下午", quantity_done=Decimal(180))
    assert beds.quantity_done == 180


@pytest.mark.parametrize(("on", "sentence"), [(TODAY + dt.timedelta(days=1), "不能晚于今天"), (dt.date(2026, 6, 30), "不能早于任务开始的那天")])
def test_a_date_that_cannot_be_is_refused(beds, clerk, on, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        record_update(beds, clerk, text="进展", quantity_done=Decimal(1), on=on)
    assert set(refused.value.error_dict) == {"on"}


def test_work_that_began_before_its_start_date_can_be_told_today(plan, cast, clerk):
    task = plan.task(cast.kfb, start=TODAY + dt.timedelta(days=10), progress=0)
    record_update(task, clerk, text="提前筹备", progress=5)
    assert task.progress == 5


def test_an_empty_text_is_refused(beds, clerk):
    with pytest.raises(ValidationError, match="请写进展说明"):
        record_update(beds, clerk, text="  ", quantity_done=Decimal(1))


def test_without_figures_they_stay_as_they_stood(beds, clerk):
    record_update(beds, clerk, text="100", quantity_done=Decimal(100), on=EARLIER)
    said = record_update(beds, clerk, text="只是说明")
    assert (said.quantity_done, said.progress, beds.progress) == (100, 33, 33)


def test_the_first_update_begins_an_acknowledged_task(plan, cast, clerk):
    task = plan.task(cast.kfb, state="acknowledged")
    record_update(task, clerk, text="开始", progress=80)
    assert task.state == TaskState.IN_PROGRESS
    assert HistoryRow.objects.of(task).get().move == "begin"


def test_an_update_on_an_unacknowledged_task_is_kept_and_acknowledging_then_begins(plan, cast, clerk):
    task = plan.task(cast.kfb)
    record_update(task, clerk, text="先干起来", progress=75)
    assert (task.state, task.progress) == (TaskState.ASSIGNED, 75)
    perform(task, "acknowledge", cast.access("head"))
    assert task.state == TaskState.IN_PROGRESS


@pytest.mark.parametrize("state", TaskState)
def test_only_unfinished_tasks_take_updates(plan, cast, clerk, state):
    task = plan.task(cast.kfb, state=state, claimed_on=TODAY, completed_on=TODAY)
    if state in UNFINISHED:
        record_update(task, clerk, text="进展", progress=90)
    else:
        with pytest.raises(WrongState, match="不能再登记进展"):
            record_update(task, clerk, text="进展", progress=90)
    assert task.updates.count() == (state in UNFINISHED)


@pytest.mark.parametrize("state", [Period.State.PLANNED, Period.State.CLOSED])
def test_only_an_open_period_takes_updates(plan, cast, clerk, state):
    task = plan.task(cast.kfb)
    plan.period.state = state
    plan.period.save()
    with pytest.raises(WrongState, match=state.label):
        record_update(task, clerk, text="进展", progress=90)


MAY_UPDATE = {"head", "acting_head", "clerk"}


@pytest.mark.parametrize(
    ("arrange", "allowed"),
    [
        (lambda task, cast: None, MAY_UPDATE),
        (lambda task, cast: setattr(task, "assignee", cast.staff), MAY_UPDATE | {"staff"}),
        (lambda task, cast: task.supporting.add(cast.jjb), MAY_UPDATE | {"other_head"}),
    ],
    ids=["led", "assigned", "supported"],
)
def test_who_may_update(plan, cast, arrange, allowed):
    task = plan.task(cast.kfb)
    arrange(task, cast)
    task.save()
    assert {part for part in cast.everyone() if may_update(task, cast.access(part))} == allowed
    for part in sorted(set(cast.everyone()) - allowed):
        with pytest.raises(PermissionDenied):
            record_update(task, cast.access(part), text="进展", progress=90)
    assert not task.updates.exists()


def test_a_supporting_departments_update_bears_its_name(plan, cast):
    task = plan.task(cast.kfb)
    task.supporting.add(cast.jjb)
    said = record_update(task, cast.access("other_head"), text="我们配合的部分做完了")
    assert (said.department, said.progress) == (cast.jjb, 70)


def test_a_refused_update_leaves_the_task_as_it_was(beds, clerk):
    record_update(beds, clerk, text="100", quantity_done=Decimal(100))
    with pytest.raises(ValidationError) as refused:
        record_update(beds, clerk, text="", quantity_done=Decimal(-1))
    assert "quantity_done" in refused.value.error_dict
    beds.refresh_from_db()
    assert (beds.quantity_done, beds.updates.count()) == (100, 1)


def test_an_assignee_who_left_the_department_may_no_longer_update(plan, cast):
    task = plan.task(cast.kfb, assignee=person("gone"))
    assert not may_update(task, cast.access("stranger"))
    task.assignee = cast.stranger
    assert not may_update(task, cast.access("stranger"))
