"""Every table of the dashboard leaves as a workbook: whole, filtered in Excel, of the day that was looked at, and written down."""

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.audit.models import Entry
from federation_tasks.dashboard.exports import tables
from federation_tasks.plan.models import ProgressUpdate, ReportDuty, Task
from federation_tasks.reports.models import Report, ReportVersion

from .test_queries_do_not_grow import federation

TABLES = ["matrix", "overdue", "leaders", "reporting", "gaps", "department-gaps", "supervising"]


def book(cast, table, part="principal", **asked):
    answer = cast.client(part).post(f"/dashboard/export/{table}/", asked)
    assert answer.status_code == 200, (table, part)
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def rows(cast, table, part="principal", **asked):
    """Return the rows of a table, each by its headings."""
    sheet = book(cast, table, part, **asked).worksheets[0]
    head, *below = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in below]


def notes(workbook):
    return dict(row[:2] for row in workbook["说明"].iter_rows(values_only=True))


@pytest.fixture
def lit(plan, cast, today):
    """Three overdue tasks of two departments, one of them new, one behind, one done."""
    plan.task(cast.kfb, due=dt.date(2026, 10, 1), original_due=dt.date(2026, 9, 1), title="=一")
    plan.task(cast.kfb, due=dt.date(2026, 10, 2), title="二", progress=33)
    plan.task(cast.kfb, progress=0)
    plan.task(cast.ysa, due=dt.date(2026, 10, 20), title="三", goal=plan.goals[0])
    plan.task(cast.jjb, state="completed", claimed_on=TODAY, completed_on=TODAY, progress=100)
    return plan


@pytest.mark.parametrize("table", TABLES)
def test_headings_stand_in_the_first_row_with_a_filter_and_stay_in_sight(lit, cast, table):
    found = book(cast, table)
    sheet = found.worksheets[0]
    assert (sheet.freeze_panes, sheet.title, found.sheetnames[1:]) == ("A2", tables.TABLES[table][0], ["说明"])
    assert sheet.auto_filter.ref.startswith("A1:")
    assert all(isinstance(cell.value, str) and cell.font.bold for cell in sheet[1])
    about = notes(found)
    assert (about["周期"], about["看哪一天"].date(), about["导出人"]) == ("2026年下半年（进行中）", TODAY, "理事长")
    assert about["网址"].endswith("/dashboard/?period=2026H2&on=2026-10-21")


def test_the_matrix_says_every_light_of_every_goal_as_a_number(lit, cast):
    found = {row["部室单位"]: row for row in rows(cast, "matrix")}
    kfb = found["康复部"]
    assert [kfb[name] for name in ("类别", "分管领导", "任务", "逾期", "滞后", "其中新增", "平均完成%")] == ["机关部室", "副理事长乙", 3, 2, 1, 0, 34]
    assert (kfb["落实任务 逾期"], kfb["落实任务 滞后"], kfb["落实思路 逾期"]) == (2, 1, 0)
    assert (found["演示单位甲"]["分管领导"], found["演示单位甲"]["其中新增"], found["康复医院"]["任务"], found["康复医院"]["平均完成%"]) == (
        "未分管",
        1,
        0,
        None,
    )
    assert notes(book(cast, "matrix"))["合计"].startswith("任务 5：逾期 3，滞后 1")


def test_the_matrix_has_all_departments_not_those_of_one_page(lit, cast):
    made = Department.objects.bulk_create(Department(code=f"x{n}", name=f"县{n}", kind="county", order=50 + n, region="甲市") for n in range(60))
    ReportDuty.objects.bulk_create(ReportDuty(period=lit.period, department=row) for row in made)
    found = rows(cast, "matrix")
    assert len(found) == 64
    assert found[-1]["地区"] == "甲市"


def test_the_overdue_list_has_real_dates_numbers_leader_and_latest_update(lit, cast):
    task = Task.objects.get(title="三")
    for day, text in ((9, "晚的"), (5, "早的")):
        ProgressUpdate.objects.create(task=task, department=cast.ysa, author=cast.ysa_head, on=dt.date(2026, 10, day), text=text, progress=20)
    sheet = book(cast, "overdue").worksheets[0]
    assert sheet["E2"].is_date
    assert (sheet["A2"].data_type, sheet["A2"].value, sheet["A2"].quotePrefix) == ("s", "=一", True)
    first, second, third = rows(cast, "overdue")
    assert [first[name] for name in ("单位", "分管领导", "目标", "逾期天数", "新增")] == ["康复部", "副理事长乙", "落实任务", 20, None]
    assert (first["到期日"].date(), first["原定到期日"].date()) == (dt.date(2026, 10, 1), dt.date(2026, 9, 1))
    assert (second["进度%"], second["原定到期日"], second["最近进展"]) == (33, None, None)
    assert [third[name] for name in ("分管领导", "新增", "最近进展%", "最近进展")] == ["未分管", "是", 20, "晚的"]
    assert third["最近进展日期"].date() == dt.date(2026, 10, 9)
    assert third["网址"].endswith(f"/tasks/{task.pk}/")


def test_of_more_than_a_workbook_holds_the_longest_overdue_stand_in_it_and_that_is_said(lit, cast, monkeypatch):
    for room in ("tables", "overdue"):
        monkeypatch.setattr(f"federation_tasks.dashboard.exports.{room}.MOST", 2)
    found = book(cast, "overdue")
    assert found.worksheets[0].max_row == 3
    assert notes(found)["共"] == "3 项逾期，这里是逾期最久的 2 项"


def test_leaders_add_up_and_those_under_nobody_come_last(lit, cast):
    found = [(row["会领导"], row["单位"], row["任务"], row["逾期"]) for row in rows(cast, "leaders")]
    assert found == [("副理事长乙", 2, 3, 2), ("副理事长丙", 1, 1, 0), ("未分管", 1, 1, 1)]


def reported(plan, department, by, at, gaps=None):
    report = Report.objects.create(period=plan.period, department=department, state="submitted", revision=1, submissions=1, submitted_by=by, submitted_at=at)
    report.standing = ReportVersion.objects.create(report=report, number=1, content={}, gaps=gaps or {}, submitted_by=by, submitted_at=at)
    report.save()
    plan.period.duties.filter(department=department).update(submitted_at=at)


def test_reporting_and_gaps(lit, cast):
    lit.period.report_deadline = timezone.make_aware(dt.datetime(2026, 10, 15, 17, 30))
    lit.period.save()
    reported(lit, cast.kfb, cast.head, timezone.make_aware(dt.datetime(2026, 10, 14, 9)), {"3": [2, 1]})
    reported(lit, cast.jjb, cast.other_head, timezone.make_aware(dt.datetime(2026, 10, 17, 9)))
    found = {row["单位"]: row for row in rows(cast, "reporting")}
    assert [(row["报送情况"], row["迟报天数"], row["汇报状态"]) for row in found.values()] == [
        ("按时报送", None, "已报送"), ("迟报", 2, "已报送"), ("逾期未报", None, None), ("逾期未报", None, None),
    ]  # fmt: skip
    assert found["教就部"]["首次报送时间"] == dt.datetime(2026, 10, 17, 9)
    [named] = rows(cast, "department-gaps")
    assert [named[name] for name in ("单位", "问题数", "没有措施的", "任务落实 问题数", "任务落实 没有措施的", "思路落实 问题数")] == ["康复部", 2, 1, 2, 1, 0]
    worst = rows(cast, "gaps")[0]
    assert (worst["差距"], worst["问题数"], worst["单位数"], worst["没有措施的"]) == ("任务落实上有差距", 2, 1, 1)


def test_what_is_chased_stands_line_by_line(lit, cast):
    found = {row["事项"]: row for row in rows(cast, "supervising")}
    assert found["没有签收的任务"]["挂着的"] == 4
    assert found["待核的办结申请"]["其中超期"] == 0


def test_a_past_day_says_what_it_said(plan, cast):
    with time_machine.travel("2026-10-10T10:00:00+08:00", tick=False):
        task = plan.task(cast.kfb, due=dt.date(2026, 10, 1), title="当时的名称", progress=20)
        ProgressUpdate.objects.create(task=task, department=cast.kfb, author=cast.head, on=dt.date(2026, 10, 10), text="当时的", progress=20)
    with time_machine.travel("2026-10-20T10:00:00+08:00", tick=False):
        Task.objects.get(pk=task.pk)
        task.title, task.state, task.completed_on, task.claimed_on, task.progress = "后来的名称", "completed", TODAY, TODAY, 100
        task.save()
        ProgressUpdate.objects.create(task=task, department=cast.kfb, author=cast.head, on=dt.date(2026, 10, 9), text="后来补的", progress=90)
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        assert rows(cast, "overdue") == []
        [row] = rows(cast, "overdue", on="2026-10-11")
        assert [row[name] for name in ("任务", "逾期天数", "进度%", "最近进展")] == ["当时的名称", 10, 20, "当时的"]
        assert next(row for row in rows(cast, "matrix", on="2026-10-11") if row["代码"] == "kfb")["逾期"] == 1
        assert notes(book(cast, "matrix", on="2026-10-11"))["依据"] == "那天结束时登记着的进度、状态和到期日"
        assert "推算" in notes(book(cast, "matrix", on="2026-11-11"))["依据"]


def test_each_takes_what_he_sees_and_nobody_else_learns_that_there_is_something(lit, cast):
    assert {row["代码"] for row in rows(cast, "matrix", "deputy")} == {"kfb", "kfyy"}
    assert {row["单位"] for row in rows(cast, "overdue", "head")} == {"康复部"}
    assert {row["单位"] for row in rows(cast, "reporting", "staff")} == {"康复部"}
    for table in TABLES:
        for part in ("plan_admin", "auditor", "stranger"):
            assert cast.client(part).post(f"/dashboard/export/{table}/").status_code == 404
    assert cast.client("deputy").post("/dashboard/export/leaders/").status_code == 404


def test_what_is_asked_for_wrongly_is_refused_as_on_the_page(lit, cast):
    client = cast.client("principal")
    assert client.get("/dashboard/export/matrix/").status_code == 405
    assert client.post("/dashboard/export/nonsense/").status_code == 404
    assert client.post("/dashboard/export/matrix/", {"period": "1999H1"}).status_code == 404
    assert client.post("/dashboard/export/matrix/", {"on": "昨天"}).status_code == 400


def test_the_export_is_written_down_and_the_file_says_what_it_is(lit, cast):
    answer = cast.client("principal").post("/dashboard/export/overdue/", {"period": "2026H2", "on": "2026-10-21"})
    assert "%E9%80%BE%E6%9C%9F%E6%B8%85%E5%8D%95-2026H2-20261021.xlsx" in answer["Content-Disposition"]
    row = Entry.objects.filter(action="export").latest("pk")
    assert (row.thing, row.after["rows"], row.after["period"], row.after["on"]) == ("逾期清单 3 行", 3, "2026H2", "2026-10-21")


def test_every_table_has_its_button(lit, cast):
    html = cast.client("principal").get("/dashboard/?on=2026-10-20").content.decode()
    for table in TABLES:
        assert f'formaction="/dashboard/export/{table}/"' in html
    assert '<input type="hidden" name="period" value="2026H2"><input type="hidden" name="on" value="2026-10-20">' in html
    assert "/export/leaders/" not in cast.client("deputy").get("/dashboard/").content.decode()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("on", ["", "2026-10-20"])
def test_as_many_queries_for_200_departments_as_for_20(plan, cast, today, table, on):
    client, counted = cast.client("principal"), []
    client.post(f"/dashboard/export/{table}/", {"on": on})  # what is asked for once in the life of a process
    for numbers in (range(20), range(20, 200)):
        federation(plan, cast.head, numbers)
        with CaptureQueriesContext(connection) as found:
            answer = client.post(f"/dashboard/export/{table}/", {"on": on})
            assert b"".join(answer.streaming_content)
        counted.append(len(found))
    assert counted[0] == counted[1] <= 26
