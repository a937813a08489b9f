"""/goals/<number>/: how one goal stands, its departments by trouble, its overdue tasks, and its half-years."""

import datetime as dt
import re

import pytest
import time_machine

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.models import Period, Task


@pytest.fixture(params=[False, True], ids=["counted", "kept"])
def settled(request, today):
    return lambda: request.param and refresh(TODAY)


def opened(cast, address="/goals/3/", part="principal"):
    answer = cast.client(part).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_says_how_the_goal_stands_and_lists_the_departments_worst_first(plan, cast, settled):
    plan.task(cast.jjb, due=dt.date(2026, 10, 1), title="逾期的任务")
    plan.task(cast.kfb)
    plan.task(cast.kfyy, goal=plan.goals[0], due=dt.date(2026, 10, 1), title="别的目标的")
    settled()
    html = opened(cast)
    assert "2026年下半年在这个目标上共 2 项任务，逾期 1 项；时间已过 60%，任务平均完成 70%。" in html
    assert re.findall(r'role="rowheader"><a class="pad" href="/departments/[a-z]+/">([^<]+)<', html) == ["教就部", "康复部"]
    assert "逾期的任务" in html
    assert "别的目标的" not in html
    assert opened(cast, "/goals/1/").count("别的目标的") == 1


def test_each_number_leads_to_as_many_tasks(plan, cast, settled):
    plan.task(cast.jjb, due=dt.date(2026, 10, 1))
    for _ in range(3):
        plan.task(cast.kfb)
    settled()
    for part in ("principal", "deputy", "head"):
        html = opened(cast, part=part)
        found = re.findall(r'<a class="pad" href="(/tasks/\?[^"]+)"><span class="visually-hidden">[^<]+</span>(\d+) 项</a>', html)
        found += re.findall(r'<li><a class="pad" href="(/tasks/\?[^"]+)"><span class="light [a-z]+"><svg[^>]*><use[^>]*></svg>[^<]+ (\d+)</span></a>', html)
        assert found
        for href, number in found:
            assert cast.client(part).get(href.replace("&amp;", "&")).context["list"].number == int(number), (part, href)


def test_its_half_years_stand_beside_each_other(plan, cast, settled):
    before = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    Task.objects.create(
        period=before, department=cast.kfb, goal=plan.goals[2], title="以前", start=dt.date(2026, 1, 1), due=dt.date(2026, 6, 1), state="carried_over"
    )
    plan.task(cast.kfb)
    settled()
    section = opened(cast).split('id="hv"')[1].split("</table>")[0]
    assert re.findall(r'role="rowheader">(\d{4}年.半年)<.*?data-label="任务">(\d+)<', section) == [("2026年下半年", "1"), ("2026年上半年", "1")]


def test_many_departments_are_paged(plan, cast, settled):
    rows = Department.objects.bulk_create(Department(code=f"xian{n}", name=f"县{n}", kind="county", order=100 + n) for n in range(60))
    for row in rows:
        plan.task(row, due=dt.date(2026, 10, 1) if row.code == "xian59" else dt.date(2026, 11, 30))
    settled()
    first, second = opened(cast), opened(cast, "/goals/3/?page=2")
    name = re.compile(r'role="rowheader"><a class="pad" href="/departments/[a-z0-9]+/">([^<]+)<')
    assert name.findall(first)[:2] == ["县59", "县0"]
    assert len(name.findall(first)), len(name.findall(second)) == (40, 20)
    assert 'href="/goals/3/?period=2026H2&amp;page=2"' in first
    assert "，第 2 页" in second.split("</title>")[0]


def test_a_past_day_shows_what_stood_at_its_end_and_leads_back_to_today(plan, cast, today):
    with time_machine.travel("2026-10-01T10:00:00+08:00"):
        task = plan.task(cast.kfb, due=dt.date(2026, 10, 1), title="那天逾期")
    task.title = "后来改了名"
    task.save()
    html = opened(cast, "/goals/3/?on=2026-10-02")
    assert "那天逾期" in html
    assert "后来改了名" not in html
    assert '<a href="/goals/3/?period=2026H2">看今天的</a>' in html
    assert "on=2026-10-02" in re.findall(r'href="(/departments/kfb/[^"]*)"', html)[0]


def test_a_goal_period_or_day_that_there_is_not(plan, cast, today):
    for address, status in (("/goals/9/", 404), ("/goals/0/", 404), ("/goals/3/?period=2031H1", 404), ("/goals/3/?on=x", 400)):
        assert cast.client("principal").get(address).status_code == status
    assert "落实任务" in cast.client("principal").get("/goals/3/?on=x").content.decode()


def test_a_goal_without_tasks_says_so(plan, cast, today):
    html = opened(cast)
    assert "在这个目标上还没有下达任务" in html
    assert "还没有单位在这个目标上有任务" in html
