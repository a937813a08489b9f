"""A target's quantity, what its tasks add up to, and that its tasks follow it to another goal (domain.md, Progress)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from federation_tasks.plan.models import Target
from federation_tasks.plan.states import TaskState


@pytest.fixture
def target(plan, cast):
    return Target.objects.create(department=cast.kfb, goal=plan.goals[2], year=2026, indicator="白内障复明手术", quantity=6000, unit="例")


def quantity_task(plan, cast, target, done, **fields):
    return plan.task(cast.kfb, target=target, measure="quantity", quantity=3000, unit="例", quantity_done=done, **fields)


def test_what_is_done_is_the_sum_over_the_tasks_a_carried_over_chain_counted_once(plan, cast, target):
    old = quantity_task(plan, cast, target, 1000, state=TaskState.CARRIED_OVER)
    quantity_task(plan, cast, target, 1500, carried_from=old)  # cumulative since the start: holds the 1,000
    quantity_task(plan, cast, target, 200)
    assert Target.objects.with_done().get().done == Decimal(1700)


def test_a_target_without_tasks_has_done_nothing(target):
    assert Target.objects.with_done().get().done == 0


def test_tasks_follow_their_target_to_another_goal(plan, cast, target):
    task = quantity_task(plan, cast, target, 0, goal=plan.goals[0])
    assert task.goal == plan.goals[2]
    target.goal = plan.goals[4]
    target.save()
    task.refresh_from_db()
    assert task.goal == plan.goals[4]


def test_a_task_without_a_target_keeps_its_own_goal(plan, cast):
    assert plan.task(cast.kfb, goal=plan.goals[1]).goal == plan.goals[1]


@pytest.mark.parametrize(("fields", "sentence"), [({"unit": ""}, "填了数量就要填单位"), ({"quantity": 0}, "数量要大于 0")])
def test_a_quantity_needs_a_unit_and_is_above_zero(target, fields, sentence):
    for name, value in fields.items():
        setattr(target, name, value)
    with pytest.raises(ValidationError, match=sentence):
        target.full_clean()


def test_a_task_measured_by_quantity_needs_a_planned_quantity(plan, cast):
    task = plan.task(cast.kfb)
    task.measure = "quantity"
    with pytest.raises(ValidationError, match="要填计划数量"):
        task.full_clean()
