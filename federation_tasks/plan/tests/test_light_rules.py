"""A new rule of the lights comes into force on its day: the turning days follow, past days keep their lights."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from departments.testing import TODAY, confirmed, filled
from federation_tasks.plan import turning
from federation_tasks.plan.lights import Lamps, light_on
from federation_tasks.plan.models import LightRule, Task

LIST = "/admin/plan/lightrule/"
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(TODAY.year, TODAY.month, TODAY.day, 9), tick=False):
        yield


@pytest.fixture
def tasks(plan, cast):
    return [plan.task(cast.kfb, progress=progress, state=state) for progress in (0, 30, 60, 90) for state in ("assigned", "in_progress", "suspended")]


def both_faces(day):
    thresholds = LightRule.objects.on(day).thresholds
    said = dict(Task.objects.with_light(day).values_list("pk", "light"))
    return said, {task.pk: light_on(task, day, thresholds).value for task in Task.objects.all()}


def test_a_rule_from_today_rewrites_the_turning_days_at_once(cast, tasks):
    before, objects_before = both_faces(TODAY)
    assert before == objects_before
    client = cast.client("plan_admin")
    assert client.post(LIST + "add/", {"valid_from": TODAY.isoformat(), "behind_points": "40", "soon_days": "30"}).status_code == 302
    rule = LightRule.objects.applied()
    assert (rule.valid_from, rule.thresholds) == (TODAY, (40, 30))
    after, objects_after = both_faces(TODAY)
    assert after == objects_after != before
    yesterday, objects_yesterday = both_faces(TODAY - dt.timedelta(days=1))
    assert yesterday == objects_yesterday


def test_a_rule_to_come_waits_for_its_day(cast, tasks):
    cast.client("plan_admin").post(LIST + "add/", {"valid_from": TOMORROW.isoformat(), "behind_points": "40", "soon_days": "30"})
    assert LightRule.objects.applied().valid_from != TOMORROW
    assert turning.apply_due_rule(TODAY) == 0
    assert turning.apply_due_rule(TOMORROW) == 8  # the suspended ones stand still
    assert LightRule.objects.applied().valid_from == TOMORROW
    said, objects = both_faces(TOMORROW)
    assert said == objects


def test_a_second_call_has_nothing_to_do(tasks, django_assert_num_queries):
    LightRule.objects.create(valid_from=TODAY, behind_points=40, soon_days=30)
    assert turning.apply_due_rule(TODAY) == 8
    with django_assert_num_queries(1):
        assert turning.apply_due_rule(TODAY) == 0


def test_all_chunks_are_rewritten(tasks, monkeypatch):
    monkeypatch.setattr(turning, "CHUNK", 3)
    LightRule.objects.create(valid_from=TODAY, behind_points=40, soon_days=30)
    assert turning.apply_due_rule(TODAY) == 8
    assert both_faces(TODAY)[0] == both_faces(TODAY)[1]


def test_what_is_resumed_later_turns_by_the_new_rule(tasks):
    LightRule.objects.create(valid_from=TODAY, behind_points=40, soon_days=30)
    turning.apply_due_rule(TODAY)
    task = next(task for task in Task.objects.all() if task.state == "suspended")
    task.state = "in_progress"
    task.save()
    assert both_faces(TODAY)[0][task.pk] == Lamps(TODAY).of(task).light.value


def test_a_day_that_has_passed_is_refused(cast, plan):
    data = {"valid_from": "2026-10-20", "behind_points": "10", "soon_days": "7"}
    assert "不能早于今天（2026-10-21）" in cast.client("plan_admin").post(LIST + "add/", data).content.decode()


def test_a_day_that_has_a_rule_is_refused(cast, plan):
    LightRule.objects.create(valid_from=TOMORROW)
    data = {"valid_from": TOMORROW.isoformat(), "behind_points": "10", "soon_days": "7"}
    assert "这个从哪天起已经有了" in cast.client("plan_admin").post(LIST + "add/", data).content.decode()


@pytest.mark.parametrize(
    ("points", "days", "sentence"),
    [
        ("101", "7", "滞后界线（百分点）只填 0 到 100 的整数。"),
        ("10", "91", "临期天数只填 0 到 90 的整数。"),
        ("一成", "7", "滞后界线（百分点）只填 0 到 100 的整数。"),
    ],
)
def test_thresholds_out_of_bounds_are_refused(cast, plan, points, days, sentence):
    data = {"valid_from": TOMORROW.isoformat(), "behind_points": points, "soon_days": days}
    assert sentence in cast.client("plan_admin").post(LIST + "add/", data).content.decode()
    assert LightRule.objects.count() == 1


def test_what_is_in_force_is_only_read_and_what_is_to_come_can_be_changed_and_taken_back(cast, plan):
    client = cast.client("plan_admin")
    in_force, to_come = LightRule.objects.get(), LightRule.objects.create(valid_from=TOMORROW)
    for action in ("change", "delete"):
        assert client.post(reverse(f"admin:plan_lightrule_{action}", args=[in_force.pk]), {"post": "yes"}).status_code == 403
    address = reverse("admin:plan_lightrule_change", args=[to_come.pk])
    assert client.post(address, filled(client.get(address), soon_days="5", change_reason="试行")).status_code == 302
    assert confirmed(client, reverse("admin:plan_lightrule_delete", args=[to_come.pk])).status_code == 302
    assert LightRule.objects.get() == in_force
