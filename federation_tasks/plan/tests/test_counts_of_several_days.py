"""`kept_on` says of several half-years and days what each Tally says of one, with two queries for all of them."""

import datetime as dt

import pytest
import time_machine
from django.db.models import Q

from departments.models import Department
from federation_tasks.plan.counts import total_of
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.tally import Tally, by_period, kept_on

FIRST = dt.date(2026, 6, 24)
TODAY = dt.date(2026, 7, 14)


@pytest.fixture
def walked(plan, cast):
    """Two half-years of four departments over three weeks, on each day of which one task of each moves."""
    spring = Period.objects.create(year=2026, half=1, state="open")
    tasks = []
    for n in range((TODAY - FIRST).days + 1):
        day = FIRST + dt.timedelta(days=n)
        with time_machine.travel(f"{day}T10:00:00+08:00", tick=False):
            if n % 5 == 0:
                tasks += [
                    Task.objects.create(period=period, department=department, goal=plan.goals[n % 5], title="任务", start=start, due=start.replace(day=28))
                    for period, start in ((spring, dt.date(2026, 6, 1)), (plan.period, dt.date(2026, 7, 1)))
                    for department in (cast.kfb, cast.jjb)
                ]
            for task in tasks[n % 3 :: 3]:
                task.progress = min(100, task.progress + 7 + n % 4)
                task.save()
            refresh(day)
    return spring, plan.period


SCOPES = {
    "whole": (None, Q()),
    "departments": (lambda: Department.objects.filter(code__in=("kfb", "ysa")), Q()),
    "where": (None, Q(department__code="jjb")),
}


@pytest.mark.parametrize("scope", SCOPES)
def test_each_day_is_what_its_tally_says(walked, scope, django_assert_num_queries):
    departments, where = SCOPES[scope]
    departments = departments and departments()
    days = [FIRST + dt.timedelta(days=n) for n in (0, 1, 4, 8, 12, 19)]
    moments = [(period.pk, day) for period in walked for day in days]
    with django_assert_num_queries(2):
        found = kept_on(moments, departments=departments, **({"where": where} if where else {}))
    assert found.keys() == set(moments)
    for period in walked:
        for day in days:
            said = {goal: counts for (goal,), counts in Tally(period, day, TODAY, departments).by("goal_id", where=where).items()}
            assert {goal: counts for goal, counts in found[period.pk, day].items() if counts.total} == said
    assert total_of(found[walked[0].pk, days[-1]].values()).total


def test_what_is_not_kept_is_not_among_them(walked):
    spring, _ = walked
    before, today = FIRST - dt.timedelta(days=1), TODAY
    assert kept_on([(spring.pk, before), (spring.pk, today)]) == {}
    assert list(kept_on([(spring.pk, before), (spring.pk, FIRST)])) == [(spring.pk, FIRST)]


def test_a_half_year_that_was_finished_when_the_counts_began_is_read_too(plan, cast):
    with time_machine.travel(f"{FIRST}T10:00:00+08:00", tick=False):
        plan.task(cast.kfb, progress=100, state="completed", claimed_on=FIRST, completed_on=FIRST)
        refresh(FIRST)
    refresh(TODAY)
    assert total_of(kept_on([(plan.period.pk, TODAY - dt.timedelta(days=1))])[plan.period.pk, TODAY - dt.timedelta(days=1)].values()).done == 1


def test_without_counts_there_is_nothing(plan):
    assert kept_on([(plan.period.pk, FIRST)]) == {}


@pytest.mark.parametrize("is_kept", [False, True])
def test_half_years_are_counted_together_as_each_alone(plan, cast, is_kept, django_assert_max_num_queries):
    other = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    for period in (plan.period, other):
        plan.task(cast.kfb, period=period, due=dt.date(2026, 6, 1), start=dt.date(2026, 5, 1))
        plan.task(cast.jjb, period=period, state="suspended")
    if is_kept:
        refresh(TODAY)
    for departments in (None, Department.objects.filter(code="kfb")):
        with django_assert_max_num_queries(5):
            found = by_period([plan.period, other], TODAY, TODAY, departments=departments, lamps=Lamps(TODAY))
        for period in (plan.period, other):
            assert found[period.pk].lights == Tally(period, TODAY, TODAY, departments).whole.lights
