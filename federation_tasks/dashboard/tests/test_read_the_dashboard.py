"""A leader reads the dashboard: where it is lit, what is overdue, who has reported; one click leads to the thing itself."""

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone
from django.utils.html import strip_tags

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.plan.models import Period, ProgressUpdate, ReportDuty, Task
from federation_tasks.reports.models import Report, ReportVersion

CELL = re.compile(r'<a class="cell[^"]*" href="([^"]+)"><span class="visually-hidden">([^<]+)</span>')

LEGEND = re.compile(r'<li><a class="pad" href="([^"]+)"><span class="light [a-z]+"><svg[^>]*><use[^>]*></svg>([^<]+)</span></a>')


def page(cast, part="principal", query=""):
    return cast.client(part).get(f"/dashboard/{query}").content.decode()


def cells(html):
    """Return address by what is read out."""
    return {words: href.replace("&amp;", "&") for href, words in CELL.findall(html)}


@pytest.fixture
def two_red_one_behind(plan, cast, today):
    plan.task(cast.kfb, due=dt.date(2026, 10, 1), title="一")
    plan.task(cast.kfb, due=dt.date(2026, 10, 2), title="二")
    plan.task(cast.kfb, progress=0)


def test_a_cell_reads_as_words_and_leads_to_its_list(plan, cast, two_red_one_behind):
    found = cells(page(cast))
    assert parse_qs(urlsplit(found["康复部，落实任务：逾期 2 项，滞后 1 项"]).query) == {"period": ["2026H2"], "department": ["kfb"], "goal": ["3"]}
    assert found["康复部，合计：逾期 2 项，滞后 1 项"] == "/tasks/?period=2026H2&department=kfb"
    assert found["全会，落实任务：逾期 2 项，滞后 1 项"] == "/tasks/?period=2026H2&goal=3"
    assert found["全会，全部目标：逾期 2 项，滞后 1 项"] == "/tasks/?period=2026H2"


def test_each_list_behind_a_number_has_as_many_tasks(plan, cast, two_red_one_behind):
    plan.task(cast.jjb).supporting.add(cast.kfb)
    for part in ("principal", "deputy", "head"):
        client, html = cast.client(part), page(cast, part)
        lights = {f"灯：{words}": href.replace("&amp;", "&") for href, words in LEGEND.findall(html)}
        assert lights
        for words, href in (cells(html) | lights).items():
            total = sum(int(n) for n in re.findall(r" (\d+)", words.split("：")[1]))
            assert client.get(href).context["list"].number == total, (part, words)


def test_the_overdue_list_stands_worst_first_with_leader_latest_update_and_what_is_new(plan, cast, two_red_one_behind):
    new = plan.task(cast.ysa, due=dt.date(2026, 10, 20), title="三")
    for day, text in ((5, "早的"), (9, "晚的")):
        ProgressUpdate.objects.create(task=new, department=cast.ysa, author=cast.ysa_head, on=dt.date(2026, 10, day), text=text, progress=20)
    table = page(cast).split('id="od"')[1].split("</table>")[0]
    rows = [re.sub(r"\s+", " ", strip_tags(row)).strip() for row in table.split("<tr")[2:]]
    assert [row.split(">")[-1].split()[0] for row in rows] == ["一", "二", "三"]
    assert "逾期 20 天" in rows[0]
    assert "康复部 / 副理事长乙" in rows[0]
    assert "还没有填过进展" in rows[0]
    assert "新增" not in rows[0]
    assert "新增" in rows[2]
    assert "演示单位甲 / 未分管" in rows[2]
    assert "2026-10-09，20%：晚的" in rows[2]


def test_of_a_long_overdue_list_the_worst_are_shown_and_the_rest_is_a_link_away(plan, cast, today):
    Task.objects.bulk_create(
        Task(period=plan.period, department=cast.kfb, goal=plan.goals[0], title=f"任务{n}", start=dt.date(2026, 7, 1), due=dt.date(2026, 8, 1))
        for n in range(25)
    )
    html = page(cast, "head")
    assert html.count("逾期 81 天") == 20
    assert '<a class="pad" href="/tasks/?period=2026H2&amp;department=kfb&amp;light=red">另有 5 项逾期，看全部 25 项</a>' in html


def submitted(period, department, by, at, gaps=None):
    """Let a department have reported, as if through the form."""
    report = Report.objects.create(period=period, department=department, state="submitted", revision=1, submissions=1, submitted_by=by, submitted_at=at)
    report.standing = ReportVersion.objects.create(report=report, number=1, content={}, gaps=gaps or {}, submitted_by=by, submitted_at=at)
    report.save()
    period.duties.filter(department=department).update(submitted_at=at)


def test_who_has_reported_and_who_has_not(plan, cast, today):
    Period.objects.update(report_deadline=timezone.make_aware(dt.datetime(2026, 10, 15, 17, 30)))
    submitted(plan.period, cast.kfb, cast.head, timezone.make_aware(dt.datetime(2026, 10, 14, 9)))
    submitted(plan.period, cast.jjb, cast.other_head, timezone.make_aware(dt.datetime(2026, 10, 17, 9)))
    section = page(cast).split('id="rp"')[1]
    assert "截止2026-10-15 17:30，应报 4 个单位，已报 2 个，其中迟报 1 个，逾期未报 2 个。" in section
    assert re.search(r'data-label="按时报送">1 个<ul class="names"><li><a class="pad" href="/reports/2026H2/kfb/">康复部', section)
    assert re.search(r'data-label="迟报">1 个.*?教就部.*?迟 2 天，已报送', section, re.DOTALL)
    assert re.search(r'data-label="逾期未报">1 个<ul class="names"><li>演示单位甲</li>', section)


def test_staff_see_that_a_report_is_in_but_are_led_to_no_page_that_they_may_not_read(plan, cast, today):
    submitted(plan.period, cast.kfb, cast.head, timezone.now())
    assert "/reports/2026H2/kfb/" in page(cast, "clerk")
    section = page(cast, "staff").split('id="rp"')[1]
    assert "康复部" in section
    assert "/reports/2026H2/" not in section


def test_the_five_gaps_stand_ranked_with_a_sentence(plan, cast, today):
    assert "还没有单位报送汇报，所以还没有问题可排" in page(cast)
    submitted(plan.period, cast.kfb, cast.head, timezone.now(), {"3": [2, 1], "1": [1, 0]})
    submitted(plan.period, cast.jjb, cast.other_head, timezone.now(), {"3": [1, 0]})
    section = page(cast).split('id="gp"')[1]
    assert "共提出 4 个问题，任务落实上的最多（3 个）；其中 1 个还没有写改进措施。" in section
    assert re.findall(r"\d\. (.+?)上有差距", section) == ["任务落实", "思路落实", "政策落实", "基层组织建设", "自身建设"]
    assert re.findall(r"(\d)\. ", section) == ["1", "2", "3", "3", "3"]
    assert cast.client("head").get("/dashboard/summary.json").json()["gaps"][0] == {
        "goal": 3, "name": "任务落实", "problems": 2, "departments": 1, "without_measure": 1,
    }  # fmt: skip


def test_what_awaits_a_leader_stands_on_top(plan, cast, today):
    submitted(plan.period, cast.kfb, cast.head, timezone.now())
    plan.task(cast.kfb, state="claimed", claimed_on=today, claimed_by=cast.head)
    assert "汇报 1 份，办结申请 1 项" in page(cast, "deputy")
    assert "等您审定" not in page(cast, "other_deputy")
    assert "等您审定" not in page(cast, "head")


def test_before_the_deadline_nothing_is_missing(plan, cast, today):
    assert "逾期未报 " not in page(cast)
    assert ReportDuty.objects.missing().count() == 4


def test_a_past_day_shows_what_stood_at_its_end_and_the_page_says_so(plan, cast, today):
    with time_machine.travel("2026-10-01T10:00:00+08:00"):
        task = plan.task(cast.kfb, due=dt.date(2026, 10, 1), title="那天逾期")
    task.state, task.claimed_on, task.completed_on, task.title = "completed", TODAY, TODAY, "后来办结"
    task.save()
    html = page(cast, query="?on=2026-10-02")
    assert "这是2026年10月2日（周五）的情况" in html
    assert "那天逾期" in html
    assert "康复部，落实任务：逾期 1 项" in html
    assert "<title>亮灯总览 2026年下半年，按2026年10月2日（周五）" in html
    assert "/tasks/?period=2026H2&on=2026-10-02&department=kfb&goal=3" in cells(html).values()
    assert "这是2026" not in page(cast, query=f"?on={TODAY}")


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("?period=2031H1", 404, "没有“2031H1”这个周期"),
        ("?period=abc", 404, "没有“abc”这个周期"),
        ("?on=昨天", 400, "“昨天”不是日期。请按 年-月-日 填写"),
        ("?on=9999-12-31", 400, "只能看 2000 年到 2099 年之间的日子"),
    ],
)
def test_what_cannot_be_shown_is_answered_with_what_to_do_and_nothing_typed_is_lost(plan, cast, today, query, status, sentence):
    answer = cast.client("principal").get(f"/dashboard/{query}")
    html = answer.content.decode()
    assert answer.status_code == status
    assert html.count(sentence) == 2  # in the summary and at the field
    assert "<title>错误：" in html
    if "on=" in query:
        assert f'value="{query[4:]}"' in html
    machine = cast.client("principal").get(f"/dashboard/summary.json{query}")
    assert machine.status_code == status
    assert sentence in str(machine.json()["errors"])


def test_a_planned_period_is_not_offered(plan, cast, today):
    Period.objects.create(year=2027, half=1)
    assert "2027H1" not in page(cast)
    assert cast.client("principal").get("/dashboard/?period=2027H1").status_code == 404


def test_without_any_period_the_page_says_what_is_missing(cast, today):
    assert "还没有开始任何半年周期" in page(cast)
    assert cast.client("principal").get("/dashboard/summary.json").status_code == 404


def test_what_is_typed_as_a_name_is_never_markup(plan, cast, today):
    Department.objects.filter(pk=cast.kfb.pk).update(name="<b>&康复部")
    plan.task(cast.kfb, title="<script>alert(1)</script>", due=dt.date(2026, 10, 1))
    html = page(cast)
    assert "<script>alert" not in html
    assert "<b>&康复部" not in html
