"""The auditor takes what he found away as a workbook: as texts and dates, bounded, and not without a row that says so."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from federation_tasks import sheets
from federation_tasks.audit import chain, exporting
from federation_tasks.audit.models import Action, Entry
from federation_tasks.audit.testing import entries_written
from federation_tasks.audit.trail import record

FORMULAS = ["=1+1", "=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "#N/A", '=HYPERLINK("http://x")', "{=1}"]


@pytest.fixture
def auditor(cast):
    return cast.client("auditor")


def exported(client, **conditions):
    """Return the sheet that an export hands out."""
    answer = client.post("/audit/export/", conditions)
    assert answer.status_code == 200
    assert answer["Content-Type"] == sheets.MIME
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active


def rows_of(sheet):
    headings = [cell.value for cell in sheet[1]]
    return [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]


def written(values):
    """Return the cells of one row as a workbook gives them back."""
    file = io.BytesIO()
    sheets.write(file, "表", [sheets.Column(f"列{n}") for n in range(len(values))], [values])
    return list(load_workbook(file).active[2])


def test_a_text_is_never_a_formula():
    cells = written(FORMULAS)
    assert [cell.data_type for cell in cells] == ["s"] * len(FORMULAS)
    assert [cell.value.replace("\n", "\r") for cell in cells] == FORMULAS
    assert [cell.quotePrefix for cell in cells] == [True] * 8 + [False, True, False]


def test_what_a_workbook_cannot_hold_is_replaced_and_what_is_too_long_is_cut():
    bell, half, long = written(["a\x07b\x00c", "x\ud800y", "长" * 40_000])
    assert bell.value == "a\ufffdb\ufffdc"
    assert half.value == "x\ufffdy"
    assert len(long.value) == sheets.LONGEST_TEXT
    assert long.value.endswith("……")


def test_numbers_dates_and_nothing_stay_what_they_are():
    number, day, moment, nothing, yes = written([7, dt.date(2026, 10, 21), dt.datetime(2026, 10, 21, 1, 0, tzinfo=dt.UTC), None, True])
    assert (number.value, number.data_type) == (7, "n")
    assert (day.value, day.is_date) == (dt.datetime(2026, 10, 21), True)
    assert (moment.value, moment.is_date) == (dt.datetime(2026, 10, 21, 9, 0), True)
    assert nothing.value is None
    assert yes.value == "True"


def test_the_sheet_has_chinese_headings_real_dates_with_their_zone_a_filter_row_and_a_frozen_heading(auditor):
    row = record(Action.CHANGE, kind="plan.task", key=7, name="任务", department="zzz", before={"progress": 1}, after={"progress": 2}, reason="因为")
    chain.seal_all(timezone.now())
    sheet = exported(auditor, department="zzz")
    assert sheet.title == "审计记录"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:W{sheet.max_row}")
    (found,) = rows_of(sheet)
    at = timezone.localtime(row.at).replace(tzinfo=None)
    assert abs(found["时间（Asia/Shanghai，+08:00）"] - at) < dt.timedelta(seconds=1)
    assert (found["记录编号"], found["对象"], found["对象编号"], found["动作"], found["结果"]) == (row.pk, "任务", "7", "修改", "成功")
    assert found["之后"].endswith("：2")
    assert found["校验值"] == row.__class__.objects.get(pk=row.pk).seal.hash


def test_only_what_fits_the_conditions_leaves_and_no_cell_of_it_is_a_formula(auditor):
    for formula in FORMULAS:
        record(Action.CHANGE, name=formula, department="zzz", reason=formula, before={"x": formula}, after={formula: 1})
    record(Action.CHANGE, name="别的", department="jjb")
    sheet = exported(auditor, department="zzz")
    assert sheet.max_row == len(FORMULAS) + 1
    types = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert types == {"s", "n", "d"}
    assert {row["对象"] for row in rows_of(sheet)} == {formula.strip() for formula in FORMULAS}


def test_the_export_is_written_down_with_its_conditions_before_the_file_is_handed_out(auditor):
    record(Action.CHANGE, name="任务", department="zzz")
    with entries_written() as found:
        sheet = exported(auditor, department="zzz", q="任务")
    (row,) = found
    assert (row.action, row.username, row.kind, row.path) == (Action.EXPORT, "auditor", "audit.entry", "/audit/export/")
    assert row.after["rows"] == sheet.max_row - 1 == 1
    conditions = row.after["filter"]
    assert (conditions["部室或单位"], conditions["关键词"]) == ("zzz", "任务")
    assert conditions["起始日期"] < conditions["截止日期"]


def test_without_its_row_nothing_is_handed_out(auditor, monkeypatch):
    record(Action.CHANGE, name="任务")
    monkeypatch.setattr("federation_tasks.audit.trail.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        auditor.post("/audit/export/")


def test_more_than_one_export_holds_is_refused_in_a_sentence_and_nothing_typed_is_lost(auditor, monkeypatch):
    monkeypatch.setattr(exporting, "MOST", 2)
    for n in range(3):
        record(Action.CHANGE, name=f"任务{n}", department="zzz")
    with entries_written() as found:
        answer = auditor.post("/audit/export/", {"department": "zzz"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>错误：" in html
    assert "一次导不出来" in html
    assert 'value="zzz"' in html
    assert len(answer.context["list"].rows) == 3
    assert found == []


def test_rows_that_are_added_while_an_export_is_written_do_not_cut_it_short(cast, monkeypatch):
    monkeypatch.setattr(exporting, "MOST", 2)
    rows = [record(Action.CHANGE, name=f"任务{n}") for n in range(3)]
    with pytest.raises(exporting.TooMany):
        list(exporting._cells(rows))


def test_conditions_that_cannot_be_read_are_said_at_the_field(auditor):
    html = auditor.post("/audit/export/", {"since": "去年"}).content.decode()
    assert "<title>错误：" in html
    assert "“去年”不是日期" in html
    assert 'value="去年"' in html


def test_nobody_else_exports_and_no_link_does(cast, auditor):
    head = cast.client("head")
    with entries_written() as found:
        assert head.post("/audit/export/").status_code == 404
        assert auditor.get("/audit/export/").status_code == 405
    assert {row.action for row in found} == {Action.REFUSAL}


def test_e_mail_addresses_leave_in_part(auditor, cast):
    cast.head.email = "wang.xiaoming@example.test"
    cast.head.save()
    sheet = exported(auditor, kind="departments.user")
    everything = "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert "wang.xiaoming@" not in everything
    assert "wa***@example.test" in everything


def test_the_number_of_queries_does_not_grow_with_the_rows(auditor):
    seen = []
    for upto in (20, 200):
        for n in range(Entry.objects.filter(department="zzz").count(), upto):
            record(Action.CHANGE, name=f"任务{n}", department="zzz")
        with CaptureQueriesContext(connection) as queries:
            assert exported(auditor, department="zzz").max_row == upto + 1
        seen.append(len(queries))
    assert seen[0] == seen[1], seen
