"""A leader requires something: from nothing, a task, a report or a meeting; one sentence or a pasted paragraph (明确要求)."""

import datetime as dt
import re
import threading
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.supervision.giving import MOST, MOST_DUTIES, Wanted, give
from federation_tasks.supervision.models import Instruction, InstructionDuty
from federation_tasks.supervision.origins import Origin
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState

DUE = TODAY + dt.timedelta(days=20)
PARAGRAPH = "会议要求：一是康复部抓紧招标，二是康复医院10月底前补齐台账；三是两家一起把3.5万元尾款结清。"
NEW = "/instructions/new/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


@pytest.fixture
def deputy(plan, cast):
    return cast.client("deputy")


def page(answer):
    return answer.content.decode()


def paragraph(client, text=PARAGRAPH, where=NEW, **changes):
    """Send the first form as it was opened."""
    form = client.get(where).context["form"]
    fields = {"batch": str(form["batch"].value()), "text": text, "due": f"{DUE:%Y-%m-%d}", "departments": ["kfb", "kfyy"]} | changes
    return client.post(where, {name: value for name, value in fields.items() if value is not None})


def sheet(answer, step="give", **changes):
    """Return what a browser sends from the page of correction, with some fields changed."""
    found = answer.context["sheet"]
    data = {"batch": str(found.batch), "pasted": found.text, "count": str(len(found.rows)), "step": step}
    for row in found.rows:
        data |= {row.add_prefix(name): row[name].value() for name in ("text", "departments")}
        data[row.add_prefix("due")] = row["due"].value() or ""
        data |= {row.add_prefix("drop"): "on"} if row.is_dropped else {}
    data |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in data.items() if value is not None}


def given():
    """Return what has been given: number, text, and of whom it is required."""
    return [(row.number, row.text, [duty.department.code for duty in row.duties.all()]) for row in Instruction.objects.order_by("number")]


def test_one_sentence_is_given_at_once(deputy, cast, plan):
    answer = paragraph(deputy, "10月底前完成康复大楼招标。", departments=["kfb"])
    row = Instruction.objects.get()
    assert (answer.status_code, answer.url) == (302, row.get_absolute_url())
    assert given() == [(1, "10月底前完成康复大楼招标。", ["kfb"])]
    assert (row.leader, row.made_by, row.made_on, row.due, row.period, row.source) == (
        Leader.objects.get(user=cast.deputy), cast.deputy, TODAY, DUE, plan.period, Instruction.Source.PLAIN,
    )  # fmt: skip
    [history] = HistoryRow.objects.all()
    assert (history.move, history.from_state, history.to_state, history.acting_as) == ("issue", "", "assigned", "副理事长")
    assert "已提出2026年下半年第 1 号要求" in page(deputy.get(answer.url))


def test_a_paragraph_is_shown_for_correction_and_nothing_is_given_before(deputy):
    answer = paragraph(deputy)
    shown = page(answer)
    assert not Instruction.objects.exists()
    assert "核对 4 条要求" in shown
    assert "还没有提出" in shown
    rows = answer.context["sheet"].rows
    assert [row["text"].value() for row in rows] == ["会议要求：", "康复部抓紧招标。", "康复医院10月底前补齐台账。", "两家一起把3.5万元尾款结清。"]
    assert [row.is_dropped for row in rows] == [True, False, False, False]  # what only leads to the others
    assert PARAGRAPH in shown


def test_what_was_corrected_is_given_each_to_its_departments(deputy):
    checked = sheet(
        paragraph(deputy),
        **{"items-1-departments": ["kfb"], "items-2-departments": ["kfyy"], "items-1-text": "康复部10月底前完成招标。", "items-3-due": "2026年12月1日"},
    )
    answer = deputy.post(NEW, checked)
    assert (answer.status_code, answer.url) == (302, "/instructions/?period=2026H2")
    assert given() == [
        (1, "康复部10月底前完成招标。", ["kfb"]), (2, "康复医院10月底前补齐台账。", ["kfyy"]), (3, "两家一起把3.5万元尾款结清。", ["kfb", "kfyy"]),
    ]  # fmt: skip
    assert list(Instruction.objects.order_by("number").values_list("due", flat=True)) == [DUE, DUE, dt.date(2026, 12, 1)]
    assert HistoryRow.objects.filter(move="issue").count() == 4
    assert "第 1 至 3 号要求" in page(deputy.get(answer.url))


def test_a_sentence_can_be_left_out_and_another_added(deputy):
    first = paragraph(deputy)
    grown = deputy.post(NEW, sheet(first, "grow", **{"items-1-text": "改过的", "items-1-due": "写错的日期"}))
    assert not Instruction.objects.exists()
    rows = grown.context["sheet"].rows
    assert len(rows) == 5
    assert [rows[1]["text"].value(), rows[1]["due"].value(), rows[4]["text"].value()] == ["改过的", "写错的日期", None]
    assert "错误：" not in page(grown)
    answer = deputy.post(NEW, sheet(grown, **{"items-1-due": "2026-11-01", "items-2-drop": "on", "items-3-drop": "on", "items-4-text": "新加的一条"}))
    assert answer.status_code == 302
    assert [text for _, text, _ in given()] == ["改过的", "新加的一条"]


def test_several_sentences_without_numbers_are_one_and_shown(deputy):
    answer = paragraph(deputy, "抓紧招标。抓好质量。")
    assert [row["text"].value() for row in answer.context["sheet"].rows] == ["抓紧招标。抓好质量。"]
    assert deputy.post(NEW, sheet(answer)).status_code == 302
    assert [text for _, text, _ in given()] == ["抓紧招标。抓好质量。"]


def test_from_a_task_its_department_is_proposed_and_the_task_is_noted(deputy, cast, plan):
    task = plan.task(cast.kfyy, title="康复实训大楼")
    where = f"{NEW}?task={task.pk}"
    assert f'href="{where}"' in page(deputy.get(task.get_absolute_url()))
    opened = deputy.get(where)
    assert opened.context["form"]["departments"].value() == ["kfyy"]
    assert "任务“康复实训大楼”（康复医院）" in page(opened)
    assert paragraph(deputy, "加快进度。", where, departments=["kfyy"]).status_code == 302
    row = Instruction.objects.get()
    assert (row.source, row.task, row.period) == (Instruction.Source.TASK, task, plan.period)
    assert f'href="{task.get_absolute_url()}"' in page(deputy.get(row.get_absolute_url()))


def test_from_a_report_its_duty_is_noted(deputy, cast, plan):
    duty = ReportDuty.objects.get(department=cast.kfb)
    where = f"{NEW}?duty={duty.pk}"
    assert deputy.get(where).context["form"]["departments"].value() == ["kfb"]
    assert paragraph(deputy, "下次写清由谁办。", where, departments=["kfb"]).status_code == 302
    row = Instruction.objects.get()
    assert (row.source, row.report_duty) == (Instruction.Source.REPORT, duty)
    assert "康复部2026年下半年工作汇报" in page(deputy.get(row.get_absolute_url()))


def test_from_a_meeting_that_is_noted_and_the_half_year_is_its_own(deputy, plan):
    first = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    assert paragraph(deputy, "按会议要求办。", f"{NEW}?meeting=2026H1").status_code == 302
    assert paragraph(deputy, "平时的要求。").status_code == 302
    assert {(row.source, row.period, row.number) for row in Instruction.objects.all()} == {("meeting", first, 1), ("plain", plan.period, 1)}


def test_a_source_of_a_closed_half_year_is_numbered_in_the_one_that_runs(deputy, cast, plan):
    closed = Period.objects.create(year=2026, half=1, state=Period.State.CLOSED)
    task = plan.task(cast.kfb, period=closed, start=dt.date(2026, 1, 1), due=dt.date(2026, 5, 1), state="completed", completed_on=dt.date(2026, 5, 1))
    assert paragraph(deputy, "总结经验。", f"{NEW}?task={task.pk}").status_code == 302
    assert Instruction.objects.get().period == plan.period


def test_numbers_go_on_within_the_half_year_whoever_gives(deputy, cast, plan):
    paragraph(deputy, "第一条。")
    paragraph(cast.client("other_deputy"), "第二条。", departments=["jjb"])
    paragraph(cast.client("principal"), "第三条。", departments=["ysa", "jjb"])
    assert given() == [(1, "第一条。", ["kfb", "kfyy"]), (2, "第二条。", ["jjb"]), (3, "第三条。", ["jjb", "ysa"])]


# --- Who may --------------------------------------------------------------------------------------------------------

OFFERED = {"deputy": {"kfb", "kfyy"}, "other_deputy": {"jjb"}, "principal": {"kfb", "kfyy", "jjb", "ysa"}}


def test_only_leaders_give_and_only_to_departments_they_decide_for(plan, cast):
    for part in cast.everyone():
        client = cast.client(part)
        answer = client.get(NEW)
        assert answer.status_code == (200 if part in OFFERED else 403), part
        assert client.post(NEW, {"text": "办。", "due": f"{DUE}", "departments": ["ysa"]}).status_code == (
            403 if part not in OFFERED else 302 if part == "principal" else 200
        ), part
        if part in OFFERED:
            assert set(answer.context["form"].fields["departments"].departments) == OFFERED[part]
    assert [codes for _, _, codes in given()] == [["ysa"]]


def test_a_foreign_source_is_not_found(cast, plan):
    task, duty = plan.task(cast.jjb), ReportDuty.objects.get(department=cast.jjb)
    for query in (f"task={task.pk}", f"duty={duty.pk}", "task=999999", "task=x", "task=" + "9" * 40, "duty=x", "meeting=2031H1", "meeting=x"):
        for answer in (cast.client("deputy").get(f"{NEW}?{query}"), cast.client("deputy").post(f"{NEW}?{query}", {"text": "办。"})):
            assert answer.status_code == 404, query
    assert not Instruction.objects.exists()


def test_the_links_are_for_whoever_may_decide(cast, plan):
    task = plan.task(cast.kfb)
    for part in ("head", "clerk", "office", "plan_admin"):
        assert "提出明确要求" not in page(cast.client(part).get(task.get_absolute_url())), part
    for part, is_offered in {"deputy": True, "principal": True, "office": False, "head": False}.items():
        assert ("提出明确要求" in page(cast.client(part).get("/"))) is is_offered, part


def test_a_department_that_is_closed_is_not_offered(deputy, cast):
    Department.objects.filter(pk=cast.kfyy.pk).update(closed_on=TODAY)
    assert set(deputy.get(NEW).context["form"].fields["departments"].departments) == {"kfb"}


def test_a_deputy_without_departments_is_refused(cast, plan):
    Portfolio.objects.filter(leader__user=cast.other_deputy).delete()
    assert cast.client("other_deputy").get(NEW).status_code == 403


def test_nobody_gives_past_the_form_either(cast, plan):
    wanted = [Wanted("办。", DUE, [cast.jjb])]
    for part in ("deputy", "office", "head", "stranger"):
        with pytest.raises(PermissionDenied):
            give(wanted, Origin(), uuid.uuid4(), cast.access(part))
    with pytest.raises(ValidationError, match="不能早于今天"):
        give([Wanted("办。", TODAY - dt.timedelta(days=1), [cast.kfb])], Origin(), uuid.uuid4(), cast.access("deputy"))
    with pytest.raises(ValidationError, match="请选发给哪些单位"):
        give([Wanted("办。", TODAY, [])], Origin(), uuid.uuid4(), cast.access("deputy"))
    assert not Instruction.objects.exists()
    assert not HistoryRow.objects.exists()


# --- What is refused, and that nothing typed is lost ----------------------------------------------------------------


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"text": "  "}, "text", "请写明要求"), ({"due": ""}, "due", "请填日期"), ({"due": "下周"}, "due", "请按 年-月-日 填写日期"),
    ({"due": "2026-10-20"}, "due", "不能早于今天（2026-10-21）"), ({"departments": []}, "departments_0", "至少选一个"),
    ({"departments": ["jjb"]}, "departments_0", "“jjb”不在您能提要求的单位里"), ({"text": "长" * 20001}, "text", "20001"),
])  # fmt: skip
def test_the_first_form_refuses_with_a_sentence_at_the_field_and_keeps_the_rest(deputy, changes, field, sentence):
    answer = paragraph(deputy, **{"text": "一是甲，二是乙。"} | changes)
    shown = page(answer)
    assert answer.status_code == 200
    assert "<title>错误：" in shown
    assert f'<a href="#id_{field}">' in shown
    assert shown.count(sentence) >= 2
    assert not Instruction.objects.exists()
    if "text" not in changes:
        assert "一是甲，二是乙。" in shown
    if "departments" not in changes:
        assert answer.context["form"].groups[0].ticked == 2


@pytest.mark.parametrize(("changes", "field", "sentence"), [
    ({"items-1-text": " "}, "items-1-text", "第 2 条：请写明要求"), ({"items-2-due": "2026-10-01"}, "items-2-due", "第 3 条：办理期限不能早于今天"),
    ({"items-2-due": "月底"}, "items-2-due", "第 3 条：请按 年-月-日 填写日期"),
    ({"items-3-departments": []}, "items-3-departments_0", "第 4 条：请选发给哪些单位"),
    ({"items-1-text": "长" * 2001}, "items-1-text", "第 2 条：一条要求最多 2000 字"),
    ({"items-1-drop": "on", "items-2-drop": "on", "items-3-drop": "on"}, "items-0-drop", "没有可以提出的"),
])  # fmt: skip
def test_the_page_of_correction_refuses_with_a_sentence_and_keeps_what_was_typed(deputy, changes, field, sentence):
    answer = deputy.post(NEW, sheet(paragraph(deputy), **{"items-1-text": "改过的文字"} | changes))
    shown = page(answer)
    assert answer.status_code == 200
    assert "<title>错误：" in shown
    assert f'<a href="#id_{field}">{sentence}' in shown or (f'<a href="#id_{field}">' in shown and sentence in shown)
    assert f'id="id_{field}"' in shown
    assert not Instruction.objects.exists()
    assert PARAGRAPH in shown
    if "items-1-text" not in changes:
        assert "改过的文字" in shown
    for name, value in changes.items():
        row, _, kind = name.removeprefix("items-").partition("-")
        assert answer.context["sheet"].rows[int(row)][kind].value() == (True if kind == "drop" else value)


def test_what_is_left_out_is_not_looked_at(deputy):
    checked = sheet(paragraph(deputy), **{"items-1-text": "", "items-1-due": "x", "items-1-drop": "on"})
    assert deputy.post(NEW, checked).status_code == 302
    assert len(given()) == 2


def test_more_than_can_be_looked_through_is_refused_with_the_number(deputy):
    answer = paragraph(deputy, "\n".join(f"{n}. 第{n}件" for n in range(1, MOST + 2)))
    assert f"这里有 {MOST + 1} 条，一次最多提出 {MOST} 条" in page(answer)
    assert not Instruction.objects.exists()


def test_without_an_open_half_year_a_sentence_says_what_to_do(deputy, plan):
    opened = paragraph(deputy)
    Period.objects.filter(pk=plan.period.pk).update(state=Period.State.CLOSED)
    shown = deputy.get(NEW)
    assert shown.status_code == 200
    assert "现在没有进行中的半年" in page(shown)
    assert "<textarea" not in page(shown)
    refused = deputy.post(NEW, sheet(opened))
    assert refused.status_code == 409
    assert "现在没有进行中的半年" in page(refused)
    assert "康复部抓紧招标。" in page(refused)  # nothing typed is lost
    assert not Instruction.objects.exists()


# --- Once -----------------------------------------------------------------------------------------------------------


def test_sent_twice_it_is_given_once(deputy):
    checked = sheet(paragraph(deputy))
    assert deputy.post(NEW, checked).status_code == 302
    again = deputy.post(NEW, checked, follow=True)
    assert "第 1 至 3 号要求刚才已经提出，没有重复提出" in page(again)
    assert len(given()) == 3
    assert HistoryRow.objects.count() == 6


def test_one_sentence_sent_twice_is_given_once(deputy):
    fields = {"batch": str(uuid.uuid4()), "text": "办。", "due": f"{DUE}", "departments": ["kfb"]}
    first, second = deputy.post(NEW, fields), deputy.post(NEW, fields)
    assert first.url == second.url
    assert len(given()) == 1


def test_the_same_words_on_purpose_are_given_again(deputy):
    for _ in range(2):
        paragraph(deputy, "办。")
    assert [number for number, _, _ in given()] == [1, 2]


@pytest.mark.parametrize("batch", [None, "", "x", "0" * 50])
def test_a_form_without_its_name_is_taken_all_the_same(deputy, batch):
    assert paragraph(deputy, "办。", batch=batch).status_code == 302


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_same", [True, False])
def test_two_at_once_never_share_a_number_and_one_form_gives_once(plan, cast, is_same):
    batches = [uuid.uuid4()] * 2 if is_same else [uuid.uuid4(), uuid.uuid4()]
    start, outcomes = threading.Barrier(2), []

    def send(batch):
        start.wait()
        try:
            outcomes.append(give([Wanted("甲。", DUE, [cast.kfb]), Wanted("乙。", DUE, [cast.kfb])], Origin(), batch, cast.access("deputy")).is_repeated)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, is_same]
    assert [number for number, _, _ in given()] == list(range(1, 3 if is_same else 5))


# --- Many departments -----------------------------------------------------------------------------------------------


@pytest.fixture
def two_hundred(plan, cast):
    kinds = [Department.Kind.DIVISION, Department.Kind.COUNTY]
    rows = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", kind=kinds[n % 2], order=50 + n) for n in range(196))
    Portfolio.objects.bulk_create(Portfolio(leader=Leader.objects.get(user=cast.deputy), department=row, valid_from=LONG_AGO) for row in rows)
    return [row.code for row in rows]


def test_many_departments_stand_in_groups_that_fold(deputy, two_hundred, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        shown = page(deputy.get(NEW))
    assert re.findall(r"<summary>(.+?)（", shown) == ["机关部室", "直属单位", "县级残联"]
    with django_assert_max_num_queries(20):
        answer = paragraph(deputy, departments=two_hundred)
    assert [group.ticked for group in answer.context["sheet"].rows[1].groups] == [98, 0, 98]


def test_to_two_hundred_departments_at_once(deputy, two_hundred):
    assert deputy.post(NEW, sheet(paragraph(deputy, departments=two_hundred))).status_code == 302
    assert InstructionDuty.objects.count() == 3 * 196


def test_more_duties_than_can_be_written_at_once_are_refused(deputy, two_hundred):
    answer = paragraph(deputy, "\n".join(f"{n}. 第{n}件" for n in range(1, 7)), departments=two_hundred)
    assert f"加起来有 {6 * 196} 个，一次最多 {MOST_DUTIES} 个" in page(answer)
    assert not Instruction.objects.exists()


def test_it_is_not_given_into_a_half_year_that_closed_meanwhile(cast, plan):
    Period.objects.filter(pk=plan.period.pk).update(state=Period.State.CLOSED)
    with pytest.raises(WrongState, match="没有进行中的半年"):
        give([Wanted("办。", DUE, [cast.kfb])], Origin(), uuid.uuid4(), cast.access("deputy"))
