"""通报: figures by department, live for office and leaders, issued once by the office, then everyone's and unchanged."""

import datetime as dt
import io
import re

import pytest
from django.db import connection, transaction
from openpyxl import load_workbook

from departments.testing import said_by
from federation_tasks.audit.models import Entry
from federation_tasks.meetings.issuing import issue
from federation_tasks.meetings.models import Circular
from federation_tasks.plan.closing import close_period
from federation_tasks.plan.models import Period
from federation_tasks.workflow.moves import WrongState

HERE = "/circulars/2026H1/"
GIVEN = {"number": "残联督〔2026〕3号", "intro": "现将情况通报如下。"}
DUE = dt.date(2026, 6, 10)


def task(plan, department, period, **fields):
    return plan.task(department, period=period, **{"start": dt.date(2026, 2, 1), "due": DUE} | fields)


def text(answer):
    return answer.content.decode()


@pytest.fixture
def half(plan, cast, first_half):
    """康复部 did one thing in time, one late and left one; 教就部 did all in time."""
    done = {"state": "completed", "claimed_on": DUE, "completed_on": DUE}
    late = {"state": "completed", "claimed_on": DUE + dt.timedelta(days=5), "completed_on": DUE + dt.timedelta(days=5)}
    task(plan, cast.kfb, first_half, **done)
    task(plan, cast.kfb, first_half, **late | {"due": DUE + dt.timedelta(days=9), "original_due": DUE})
    task(plan, cast.kfb, first_half, state="in_progress")
    task(plan, cast.jjb, first_half, **done)
    return first_half


def row_of(page, name):
    """Return a row of the table as {head: figure}."""
    [found] = re.findall(rf'<tr role="row"><th scope="row" role="rowheader">{name}</th>(.*?)</tr>', page)
    return {head: int(number) for head, number in re.findall(r'data-label="([^"]+)">(?:<b>)?(\d+)', found)}


def some(figures, *names):
    return [figures[name] for name in names]


def test_the_figures_stand_by_department_by_both_dates(half, cast):
    page = text(cast.client("office").get(HERE))
    names = ("任务", "办结", "逾期办结（按原定）", "逾期办结（按现定）", "逾期未办（按原定）", "逾期未办（按现定）", "延期", "结转", "汇报未报", "汇报迟报")
    assert some(row_of(page, "康复部"), *names) == [3, 2, 1, 0, 1, 1, 1, 0, 0, 0]
    assert some(row_of(page, "教就部"), *names) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    assert some(row_of(page, "演示单位甲"), *names) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    assert some(row_of(page, "合计"), *names) == [4, 3, 1, 0, 1, 1, 1, 0, 1, 1]
    assert some(row_of(page, "机关部室小计"), "任务", "汇报迟报") == [4, 1]
    assert "康复医院" not in page  # neither a task nor a duty
    assert page.index("康复部</th>") < page.index("教就部</th>") < page.index("直属单位</th>") < page.index("演示单位甲</th>")
    assert "逾期未办最多的是康复部（1 项）；没有报送汇报的是演示单位甲；任务全部按期办结的是教就部。" in page
    assert "考核按这个数" in page


def test_of_a_closed_half_year_what_was_carried_counts_as_not_done(half, cast):
    close_period(half, cast.access("office"))
    figures = row_of(text(cast.client("office").get(HERE)), "康复部")
    assert some(figures, "任务", "办结", "结转", "逾期未办（按原定）", "逾期未办（按现定）") == [3, 2, 1, 1, 0]
    running = row_of(text(cast.client("office").get("/circulars/2026H2/")), "康复部")
    assert some(running, "任务", "逾期未办（按原定）", "逾期未办（按现定）") == [1, 1, 1]  # and there it is owed


def test_before_it_is_issued_only_office_and_leaders_see_it(half, cast):
    for part in cast.everyone():
        sees = part in {"office", "principal", "deputy", "other_deputy"}
        answer = cast.client(part).get(HERE)
        assert answer.status_code == (200 if sees else 404), part
        assert cast.client(part).post(HERE + "export/").status_code == (200 if sees else 404), part
    page = text(cast.client("deputy").get(HERE))
    assert "您看到的只是您分管的单位" in page
    assert "教就部" not in page
    assert "印发2026年上半年通报" not in page
    assert "教就部" in text(cast.client("principal").get(HERE))


def test_once_issued_it_is_everyones(half, cast):
    issue(half, cast.access("office"), **GIVEN)
    for part in cast.everyone():
        page = text(cast.client(part).get(HERE))
        assert "残联督〔2026〕3号" in page, part
        assert "教就部" in page
        assert HERE in text(cast.client(part).get("/circulars/"))
    assert 'href="/circulars/"' in text(cast.client("clerk").get("/"))


def test_the_office_issues_it_with_number_and_intro(half, cast):
    client = cast.client("office")
    answer = client.post(HERE + "issue/", GIVEN, follow=True)
    assert answer.redirect_chain == [(HERE, 302)]
    assert "已经印发，所有登录的人都能看到" in text(answer)
    circular = Circular.objects.get()
    assert (circular.issued_by, circular.acting_as, circular.is_as_issued) == (cast.office, "办公室（督查）", True)
    [entry] = Entry.objects.filter(kind="meetings.circular")
    assert (entry.action, entry.verb, entry.after["sha256"]) == ("create", "issue_circular", circular.sha256)


def test_a_second_issue_is_refused(half, cast):
    client = cast.client("office")
    client.post(HERE + "issue/", GIVEN)
    answer = client.post(HERE + "issue/", GIVEN | {"number": "另一号"})
    assert answer.status_code == 409
    assert "已经印发，不能再印发一次" in text(answer)
    assert Circular.objects.count() == 1
    with pytest.raises(WrongState):
        issue(half, cast.access("office"), "另一号", "")


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(half, cast):
    page = text(cast.client("office").post(HERE + "issue/", {"number": "", "intro": "写好的前言"}))
    assert "<title>错误：" in page
    assert page.count("请填写文号，再印发。") == 2
    assert "写好的前言</textarea>" in page
    issue(half, cast.access("office"), **GIVEN)
    Period.objects.create(year=2025, half=2, state="closed")
    assert text(cast.client("office").post("/circulars/2025H2/issue/", GIVEN)).count("这个文号已经用过") == 2


def test_a_half_year_that_still_runs_is_not_told_of(plan, cast):
    client = cast.client("office")
    assert "2026年下半年还没有结束（到 2026-12-31）" in text(client.get("/circulars/2026H2/"))
    assert client.post("/circulars/2026H2/issue/", GIVEN).status_code == 409
    assert cast.client("deputy").post("/circulars/2026H2/issue/", GIVEN).status_code == 403
    assert cast.client("head").post("/circulars/2026H2/issue/", GIVEN).status_code == 404


def test_the_office_is_reminded_of_a_closed_half_year_until_its_circular_is_issued(half, cast):
    assert "可以印发的通报" not in text(cast.client("office").get("/"))  # it runs still
    Period.objects.filter(pk=half.pk).update(state="closed")
    page = text(cast.client("office").get("/"))
    assert "可以印发的通报（1）" in page
    assert f'href="{HERE}"' in page
    cast.client("office").post(f"{HERE}issue/", GIVEN)
    assert "可以印发的通报" not in text(cast.client("office").get("/"))


def test_one_that_was_altered_in_the_database_is_found(half, cast):
    Period.objects.filter(pk=half.pk).update(state="closed")
    cast.client("office").post(f"{HERE}issue/", GIVEN)
    assert said_by("verify_circulars") == "1 circulars, all as they were issued\n"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE meetings_circular SET intro = %s", ["改过的前言"])
    assert "altered: circular" in said_by("verify_circulars")
    Circular.objects.update(sha256=Circular.objects.get().hashed())
    assert "hash: circular" in said_by("verify_circulars")


def test_what_was_issued_does_not_change(half, cast, plan):
    circular = issue(half, cast.access("office"), **GIVEN)
    before = text(cast.client("head").get(HERE))
    task(plan, cast.kfb, half, state="in_progress")
    assert row_of(text(cast.client("head").get(HERE)), "康复部") == row_of(before, "康复部")
    with pytest.raises(TypeError, match="never changed"):
        circular.save()
    content = circular.content | {"standing_out": "都很好。"}
    with transaction.atomic():
        Circular.objects.update(content=content)
    assert "数据库里的这份通报被改动过" in text(cast.client("head").get(HERE))


def test_an_export_has_the_same_figures_and_is_written_down(half, cast):
    issue(half, cast.access("office"), **GIVEN)
    client = cast.client("clerk")
    assert client.get(HERE + "export/").status_code == 405
    answer = client.post(HERE + "export/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:5] == ["类别", "部室或单位", "任务", "办结", "逾期办结（按原定）"]
    assert rows[1][:5] == ["机关部室", "康复部", 3, 2, 1]
    assert [row[1] for row in rows[1:]] == ["康复部", "教就部", "小计", "演示单位甲", "合计"]
    [entry] = Entry.objects.filter(action="export")
    assert (entry.actor, entry.after) == ("康复部联络员", {"rows": 5, "period": "2026H1", "issued": True})


def test_the_table_can_be_read_by_ear(half, cast):
    page = text(cast.client("office").get(HERE))
    [table] = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert '<caption id="figures-of">2026年上半年各单位完成情况，统计到 2026年10月21日（本期还没有关闭）。考核按原定到期日</caption>' in table
    assert table.count('scope="col"') == 14
    assert table.count('scope="row"') == 5
    assert all('role="cell"' in cell and "data-label" in cell for cell in re.findall(r"<td[^>]*>", table))
    assert page.count("<h1") == 1


def test_of_what_does_not_exist_nothing_is_told(plan, cast):
    client = cast.client("office")
    Period.objects.create(year=2027, half=1)
    for code in ("2031H1", "nonsense", "2027H1"):
        assert client.get(f"/circulars/{code}/").status_code == 404
    assert "还没有印发过通报" in text(cast.client("head").get("/circulars/"))
