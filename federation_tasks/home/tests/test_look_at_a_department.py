"""/departments/<code>/: people, who is in charge, tasks by light, reports by half-year."""

import datetime as dt

import pytest
import time_machine

from departments.models import Department, Leader, Membership, Portfolio
from departments.testing import TODAY, member

READERS = {"head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan_admin"}
pytestmark = pytest.mark.usefixtures("plan")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 10, 21, 2, tzinfo=dt.UTC), tick=False):
        yield


def test_those_read_it_who_may_read_its_tasks_and_for_others_it_does_not_exist(cast):
    for part in cast.everyone():
        expected = 200 if part in READERS else 404
        assert cast.client(part).get("/departments/kfb/").status_code == expected, part
    assert cast.client("office").get("/departments/none/").status_code == 404


def test_it_says_who_is_in_charge_or_that_nobody_is(cast):
    assert "由副理事长副理事长乙分管" in cast.client("office").get("/departments/kfb/").content.decode()
    assert "未分管" in cast.client("office").get("/departments/ysa/").content.decode()


def test_it_names_people_with_their_dates_and_leaves_out_who_has_gone(cast):
    Membership.objects.filter(user=cast.staff).update(valid_to=TODAY)
    page = cast.client("office").get("/departments/kfb/").content.decode()
    assert "康复部主任" in page
    assert "代理负责人，2020年1月1日起" in page
    assert "康复部工作人员" not in page


def test_former_charges_are_folded_away(cast):
    leader = Leader.objects.get(user=cast.other_deputy)
    Portfolio.objects.create(leader=leader, department=cast.ysa, valid_from=dt.date(2024, 1, 1), valid_to=dt.date(2025, 1, 1))
    page = cast.client("office").get("/departments/ysa/").content.decode()
    assert "以前和以后的分管领导（1）" in page
    assert "2025年1月1日前一天" in page


def test_tasks_stand_by_light_and_lead_to_the_list(cast, plan):
    plan.task(cast.kfb, due=dt.date(2026, 10, 1))
    page = cast.client("clerk").get("/departments/kfb/").content.decode()
    assert "逾期 1" in page
    assert 'href="/tasks/?period=2026H2&amp;department=kfb"' in page
    assert "会议汇报，尚未到期" in page


def test_a_department_without_work_says_so(cast):
    empty = Department.objects.create(code="new", name="新部室", order=20)
    page = cast.client("office").get(empty.get_absolute_url()).content.decode()
    assert "还没有给新部室下达任务" in page
    assert "没有登记负责人" in page


def test_queries_do_not_grow_with_people_tasks_and_half_years(cast, plan, django_assert_max_num_queries):
    def cost():
        client = cast.client("office")
        with django_assert_max_num_queries(30) as captured:
            assert client.get("/departments/kfb/").status_code == 200
        return len(captured)

    plan.task(cast.kfb)
    cost()  # what is read once for the process
    before = cost()
    for n in range(20):
        plan.task(cast.kfb, title=f"任务{n}")
        member(cast.stranger, cast.kfb, Membership.Role.STAFF, TODAY + dt.timedelta(days=n))
    assert cost() == before
