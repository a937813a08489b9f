"""What awaits a leader, and the five gaps ranked: from what stands submitted, never from drafts."""

import datetime as dt

import pytest
from django.utils import timezone

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.reports.awaiting import awaiting
from federation_tasks.reports.gaps import Gaps
from federation_tasks.reports.models import Problem, Report, ReportVersion
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("morning")


def submitted_days_ago(plan, cast, department, days, by="head"):
    at = timezone.now() - dt.timedelta(days=days)
    return Report.objects.create(period=plan.period, department=department, state="submitted", submitted_at=at, submitted_by=getattr(cast, by))


@pytest.fixture
def waiting(plan, cast):
    for department, days in ((cast.kfb, 1), (cast.kfyy, 5), (cast.jjb, 3), (cast.ysa, 0)):
        submitted_days_ago(plan, cast, department, days)
    plan.task(cast.kfb, title="新申请", state="claimed", claimed_on=TODAY, claimed_by=cast.head)
    plan.task(cast.kfb, title="旧申请", state="claimed", claimed_on=TODAY - dt.timedelta(days=4), claimed_by=cast.head)
    plan.task(cast.jjb, title="别人的", state="claimed", claimed_on=TODAY, claimed_by=cast.other_head)


def named(found):
    return [(str(row.thing.department), row.days) for row in found.reports], [(row.thing.title, row.days) for row in found.claims]


def test_a_deputy_is_awaited_in_his_portfolio_the_oldest_first(waiting, cast):
    assert named(awaiting(cast.access("deputy"))) == ([("康复医院", 5), ("康复部", 1)], [("旧申请", 4), ("新申请", 0)])
    assert awaiting(cast.access("deputy")).total == 4


def test_the_principal_is_awaited_everywhere(waiting, cast):
    found = awaiting(cast.access("principal"))
    assert [len(found.reports), len(found.claims)] == [4, 3]


@pytest.mark.parametrize("part", ["head", "clerk", "office", "plan_admin", "stranger"])
def test_nobody_else_is_awaited(waiting, cast, part, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert awaiting(cast.access(part)).total == 0


def test_what_he_submitted_himself_does_not_await_a_leader(waiting, cast):
    Report.objects.filter(department=cast.kfb).update(submitted_by=cast.deputy)
    cast.kfb.tasks.update(claimed_by=cast.deputy)
    assert named(awaiting(cast.access("deputy"))) == ([("康复医院", 5)], [])


def test_nothing_awaits_in_a_closed_period(waiting, plan, cast):
    plan.period.state = "closed"
    plan.period.save()
    assert awaiting(cast.access("principal")).total == 0


def test_what_awaits_costs_the_same_however_much_it_is(waiting, plan, cast, django_assert_num_queries):
    for n in range(20):
        submitted_days_ago(plan, cast, Department.objects.create(code=f"d{n}", name=f"单位{n}"), n)
    access = cast.access("principal")
    assert access.is_principal
    assert (access.memberships, access.groups) == ([], frozenset())
    with django_assert_num_queries(6):
        found = awaiting(access)
        assert len([(str(row.thing), row.thing.get_absolute_url()) for row in found.reports]) == 24


def ranked(plan, *departments):
    scope = Department.objects.filter(pk__in=[row.pk for row in departments]) if departments else None
    return Gaps(plan.period, TODAY, TODAY, scope).ranked


def test_gaps_are_ranked_from_what_stands_submitted(draft, plan, cast):
    assert [row.problems for row in ranked(plan)] == [0] * 5
    Problem.objects.create(report=draft, goal=plan.goals[3], text="一", measure="措施", owner="张三", due=TODAY)
    Problem.objects.create(report=draft, goal=plan.goals[3], text="二", measure="措施", owner="张三", due=TODAY)
    perform(draft, "submit", cast.access("head"))
    found = ranked(plan)
    assert [(row.goal.gap_name, row.problems, row.departments) for row in found[:3]] == [("基层组织建设", 2, 1), ("政策落实", 1, 1), ("思路落实", 0, 0)]
    assert ranked(plan, cast.jjb)[0].problems == 0


def test_while_a_report_is_corrected_its_submitted_version_counts(draft, plan, cast):
    perform(draft, "submit", cast.access("head"))
    perform(draft, "return", cast.access("deputy"), reason="补齐")
    Problem.objects.all().delete()
    assert ranked(plan, cast.kfb)[0].problems == 1


def test_gaps_without_a_measure_are_counted(draft, plan, cast):
    perform(draft, "submit", cast.access("head"))
    ReportVersion.objects.update(gaps={"2": [3, 2], "5": [1, 0], "9": [7, 7]})
    assert [(row.problems, row.without_measure) for row in ranked(plan, cast.kfb)][:2] == [(3, 2), (1, 0)]


def test_ranking_costs_three_queries(draft, plan, cast, django_assert_num_queries):
    perform(draft, "submit", cast.access("head"))
    with django_assert_num_queries(3):
        ranked(plan, cast.kfb, cast.jjb)
