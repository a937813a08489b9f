"""A leader arranges the matrix: by trouble or in order; by kind, leader or region; of many departments the groups first, then a page of one."""

import datetime as dt
import re

import pytest
from django.utils.html import strip_tags

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.models import ReportDuty, Task

CELL = re.compile(r'<(a|span) class="cell[^"]*"(?: href="([^"]+)")?><span class="visually-hidden">([^<]+)</span>')
HEAD = re.compile(r'<th scope="row" role="rowheader"><a class="pad" href="([^"]+)">([^<]+)</a>')


@pytest.fixture(params=[False, True], ids=["counted", "kept"])
def settled(request):
    """Return a function after which the counts are kept, or leave them to be counted from the tasks."""
    return lambda: request.param and refresh(TODAY)


def table(client, query=""):
    html = client.get(f"/dashboard/{query}").content.decode()
    return html.split('<table class="table matrix')[1].split("</table>")[0] if '<table class="table matrix' in html else ""


def heads(html):
    return [name for _, name in HEAD.findall(html)]


def task(plan, department, days=None, **fields):
    """Make a task that is in time or, with `days`, overdue for so long."""
    return plan.task(department, **({"due": TODAY - dt.timedelta(days=days)} if days else {}) | fields)


@pytest.fixture
def counties(plan, cast, today):
    """Sixty county federations in three regions under one leader, beside the cast's four departments; the last two owe a report only."""
    rows = Department.objects.bulk_create(Department(code=f"xian{n}", name=f"县{n}", kind="county", order=100 + n, region=f"地区{n % 3}") for n in range(60))
    leader = Leader.objects.create(name="副理事长丁", federation_post="副理事长", rank="deputy", in_office_from=LONG_AGO, order=9)
    Portfolio.objects.bulk_create(Portfolio(leader=leader, department=row, valid_from=LONG_AGO) for row in rows[:50])
    for n, row in enumerate(rows[:58]):
        late = {"due": dt.date(2026, 10, 1)} if n >= 55 else {}
        Task.objects.create(
            **{
                "period": plan.period,
                "department": row,
                "goal": plan.goals[n % 2],
                "title": "任务",
                "start": dt.date(2026, 7, 1),
                "due": dt.date(2026, 12, 1),
                "progress": 70,
            }
            | late
        )
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=row) for row in rows[58:])
    return rows


def test_a_few_departments_stand_on_one_page_by_kind_the_worst_first_inside_it(plan, cast, today, settled):
    task(plan, cast.jjb, 3)
    task(plan, cast.kfb)
    task(plan, cast.ysa, progress=0)
    settled()
    client = cast.client("principal")
    assert heads(table(client)) == ["教就部", "康复部", "演示单位甲", "康复医院"]
    assert heads(table(client, "?sort=order")) == ["康复部", "教就部", "康复医院", "演示单位甲"]
    assert re.findall(r'scope="rowgroup" role="rowheader">([^<]+)<', table(client)) == ["机关部室", "直属单位"]


def test_a_few_departments_are_grouped_by_leader_or_region_too(plan, cast, today, settled):
    Department.objects.filter(pk__in=[cast.kfb.pk, cast.ysa.pk]).update(region="城区")
    task(plan, cast.ysa, 3)
    settled()
    client = cast.client("principal")
    groups = re.compile(r'scope="rowgroup" role="rowheader">([^<]+)<')
    assert groups.findall(table(client, "?by=leader")) == ["副理事长乙", "副理事长丙", "未分管"]
    assert heads(table(client, "?by=leader")) == ["康复部", "康复医院", "教就部", "演示单位甲"]
    assert groups.findall(table(client, "?by=region")) == ["城区", "未填地区"]
    assert heads(table(client, "?by=region")) == ["演示单位甲", "康复部", "教就部", "康复医院"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", {"县级残联": (60, 58, 3), "机关部室": (2, 1, 1), "直属单位": (2, 0, 0)}),
        ("?by=leader", {"副理事长丁": (50, 50, 0), "副理事长乙": (2, 1, 1), "未分管": (11, 8, 3), "副理事长丙": (1, 0, 0)}),
        ("?by=region", {"地区0": (20, 20, 1), "地区1": (20, 19, 1), "地区2": (20, 19, 1), "未填地区": (4, 1, 1)}),
    ],
)
def test_of_many_departments_the_groups_come_first_with_their_sums(plan, cast, counties, settled, query, rows):
    task(plan, cast.kfb, 3)
    settled()
    html = table(cast.client("principal"), query)
    shown = re.findall(r'<th scope="row" role="rowheader"><a class="pad" href="[^"]+">([^<]+)</a> <span class="meta">(\d+) 个单位</span>', html)
    assert {name: int(n) for name, n in shown} == {name: n for name, (n, _, _) in rows.items()}
    read = {words.split("：")[0]: words.split("：")[1] for _, _, words in CELL.findall(html) if "：" in words}
    for name, (_, total, red) in rows.items():
        assert sum(map(int, re.findall(r" (\d+) 项", read.get(f"{name}，合计", "")))) == total, name
        assert (re.findall(r"逾期 (\d+) 项", read.get(f"{name}，合计", "")) or ["0"]) == [str(red)], name
    assert "逾期 4 项" in read["全会，全部目标"]
    if query == "?by=leader":
        assert heads(html)[0] == "未分管"


def test_a_group_leads_to_its_departments_paged_and_the_sums_stay_those_of_the_group(plan, cast, counties, settled):
    task(plan, cast.kfb, 3)
    settled()
    client = cast.client("principal")
    address = {name: href for href, name in HEAD.findall(table(client))}["县级残联"].replace("&amp;", "&")
    assert address == "/dashboard/?period=2026H2&group=county#mx"
    first, second = table(client, "?group=county"), table(client, "?group=county&page=2")
    assert heads(first)[:4] == ["县55", "县56", "县57", "县0"]
    assert len(heads(first)) == 40
    assert heads(second)[-3:] == ["县54", "县58", "县59"]
    assert len(set(heads(first) + heads(second))) == 60
    for html in (first, second):
        assert "县级残联，全部目标：逾期 3 项，正常或未启动 55 项" in html
    assert heads(table(client, "?group=county&sort=order"))[:2] == ["县0", "县1"]
    page = client.get("/dashboard/?group=county&page=2&sort=order").content.decode()
    assert "<title>亮灯总览 2026年下半年，县级残联，第 2 页" in page
    assert 'href="/dashboard/?period=2026H2&amp;sort=order&amp;group=county&amp;page=1#mx"' in page


@pytest.mark.parametrize(("query", "number"), [("?by=leader&group=none", 11), ("?by=region&group=地区1", 20), ("?by=region&group=none", 4)])
def test_every_kind_of_group_leads_to_its_departments(plan, cast, counties, settled, query, number):
    settled()
    assert len(heads(table(cast.client("office"), query))) == number


@pytest.mark.parametrize("query", ["?sort=x", "?by=x", "?group=x", "?by=leader&group=x", "?by=leader&group=99", "?by=region&group=x", "?by=leader&group=１"])
def test_a_sorting_or_group_that_there_is_not_does_not_exist(plan, cast, today, query):
    assert cast.client("principal").get(f"/dashboard/{query}").status_code == 404


def test_a_deputy_sees_no_group_of_others(plan, cast, counties):
    assert cast.client("deputy").get("/dashboard/?group=county").status_code == 404
    assert heads(table(cast.client("deputy"), "?group=division")) == ["康复部"]


@pytest.mark.parametrize("query", ["", "?by=leader", "?sort=order", "?group=division", "?by=region&group=地区1", "?leader={}"])
def test_behind_every_number_that_leads_somewhere_stand_as_many_tasks(plan, cast, counties, settled, query):
    task(plan, cast.kfb, 3)
    settled()
    client = cast.client("principal")
    found = CELL.findall(table(client, query.format(cast.access("deputy").leader.pk)))
    assert found
    for _, href, words in found:
        if href:
            total = sum(int(n) for n in re.findall(r" (\d+) 项", words.split("：")[1]))
            assert client.get(href.replace("&amp;", "&")).context["list"].number == total, words


def test_the_table_is_a_table_with_caption_and_heads(plan, cast, counties):
    for query in ("", "?group=county"):
        html = table(cast.client("principal"), query)
        assert "<caption" in html
        assert html.count('scope="col"') == 7
        assert all(len(re.findall('role="cell"', row)) == 6 for row in re.findall(r"<tr role=\"row\"><th scope=\"row\".*?</tr>", html))


def test_what_is_typed_as_a_name_is_never_markup_in_any_view(plan, cast, counties, today):
    Department.objects.filter(code="xian0").update(name='<b>"&县', region="<i>地区")
    Leader.objects.filter(name="副理事长丁").update(name="<u>丁")
    client = cast.client("principal")
    for query in ("", "?by=leader", "?by=region", "?by=region&group=<i>地区", "?group=county"):
        html = client.get("/dashboard/" + query).content.decode()
        assert not re.findall(r"<b>\"|<i>地区|<u>丁", html), query
    assert '<b>"&县' in strip_tags(table(client, "?group=county")).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
