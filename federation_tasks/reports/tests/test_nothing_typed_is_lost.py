"""Bad input gets a sentence at its field; what was understood is saved, what was not stays as it was typed."""

import pytest

from federation_tasks.plan.states import TaskState
from federation_tasks.reports.models import Achievement, Problem, Report, ReportItem
from federation_tasks.workflow.moves import perform

from .conftest import fields_of

pytestmark = pytest.mark.usefixtures("morning")

ROW = {"problems-0-goal": "", "problems-0-text": "", "problems-0-measure": "", "problems-0-owner": "", "problems-0-due": ""}


@pytest.mark.parametrize(
    ("which", "field", "typed", "sentence"),
    [
        (2, "progress", "101", "进度只填 0 到 100 的整数"),
        (2, "progress", "八成", "进度只填 0 到 100 的整数"),
        (0, "quantity_done", "约三百", "数量只填数字，例如 300；没有数量请留空。"),
        (0, "quantity_done", "-5", "累计完成不能小于 0；它是从任务开始算起的总数。"),
        (1, "milestones_done", "999999", "有的里程碑已经不属于这项任务，请重新勾选。"),
        (0, "narrative", "长" * 5001, "最多 5000 字，现在有 5001 字，请精简。"),
    ],
)
def test_a_bad_value_gets_its_sentence_and_the_rest_is_saved(walk, tasks, which, field, typed, sentence):
    name = f"items-{tasks[which].pk}-{field}"
    answer = walk("clerk").write(**{name: typed, f"items-{tasks[1].pk}-next_step": "下一步", "arrangements": "安排"})
    page = answer.content.decode()
    assert "<title>错误：" in page
    assert f">{sentence}" in page
    assert "其余填对的已经保存" in page
    assert field == "milestones_done" or fields_of(answer)[name] == typed
    assert Report.objects.get().arrangements == "安排"
    assert ReportItem.objects.get(task=tasks[1]).next_step == "下一步"
    item = ReportItem.objects.get(task=tasks[which])
    assert item.quantity_done in {None, 792}
    assert item.progress in {None, 66}
    assert item.narrative == ""


def test_a_corrected_value_is_saved_from_the_same_page(walk, tasks):
    clerk = walk("clerk")
    name = f"items-{tasks[2].pk}-progress"
    page = clerk.write(**{name: "101"} | ROW | {"problems-0-text": "问题", "problems-0-due": "年底"})
    fields = fields_of(page)
    assert fields["problems-0-due"] == "年底"
    answer = clerk.send(fields | {name: "８１", "problems-0-due": "2026.12.1"})
    assert "草稿已保存" in answer.content.decode()
    assert ReportItem.objects.get(task=tasks[2]).progress == 81
    problem = Problem.objects.get()  # one row, not saved twice
    assert (problem.text, str(problem.due)) == ("问题", "2026-12-01")


def test_a_bad_date_keeps_the_one_that_stands(walk, draft):
    page = walk("clerk").write(**{"problems-0-due": "年底", "problems-0-text": "新的问题"})
    assert "请按年-月-日填写日期，例如 2026-09-30。" in page.content.decode()
    assert (Problem.objects.get().text, str(Problem.objects.get().due)) == ("新的问题", "2026-12-01")


def test_rows_of_problems_are_added_and_removed_without_a_script(walk, draft):
    clerk = walk("clerk")
    page = clerk.write("add")
    fields = fields_of(page)
    assert fields["problems-TOTAL_FORMS"] == "2"
    page = clerk.send(fields | {"problems-1-text": "第二个问题"}, "add")
    assert [row.text for row in Problem.objects.all()] == ["口径不一", "第二个问题"]
    fields = fields_of(page)
    clerk.send(fields | {"problems-0-remove": "on"})
    assert [row.text for row in Problem.objects.all()] == ["第二个问题"]
    clerk.write(**ROW)
    assert not Problem.objects.exists()


def test_adding_a_row_beside_an_error_keeps_everything(walk, tasks):
    name = f"items-{tasks[2].pk}-progress"
    fields = fields_of(walk("clerk").write("add", **{name: "101"} | ROW | {"problems-0-text": "问题"}))
    assert (fields["problems-TOTAL_FORMS"], fields["problems-0-text"], fields[name]) == ("2", "问题", "101")


def test_an_achievement_can_be_written_changed_and_emptied(walk, draft):
    clerk = walk("clerk")
    for text in ("领导重视。", "领导更重视。", ""):
        clerk.write(**{"achievements-1": text})
        assert Achievement.objects.get(theme__number=1).text == text


def test_saving_without_a_change_is_no_revision(walk, draft):
    walk("clerk").write()
    assert Report.objects.get().revision == draft.revision


def test_somebody_else_saved_meanwhile(walk, draft, tasks):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{f"items-{tasks[2].pk}-narrative": "主任写的", "problems-1-text": "", "arrangements": "主任的<安排>"})
    answer = clerk.send(fields | {f"items-{tasks[2].pk}-narrative": "联络员写的", f"items-{tasks[0].pk}-quantity_done": "800"})
    page = answer.content.decode()
    assert "康复部主任 10月21日（周三）09:00 保存过这份汇报" in page
    assert "<b>现在保存着的是：</b>主任写的" in page
    assert "主任的&lt;安排&gt;" in page
    assert "<b>现在保存着的是：</b>792" in page
    assert ReportItem.objects.get(task=tasks[2]).narrative == "主任写的"
    fields = fields_of(answer)
    assert fields[f"items-{tasks[2].pk}-narrative"] == "联络员写的"
    clerk.send(fields)  # knowingly
    assert ReportItem.objects.get(task=tasks[2]).narrative == "联络员写的"
    assert Report.objects.get().arrangements == "明年上半年的安排。"


def test_a_problem_that_somebody_else_added_meanwhile_survives(walk, draft):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    added = fields_of(head.write("add"))
    head.send(added | {"problems-1-text": "主任加的问题"})
    answer = clerk.send(fields | {"problems-0-text": "联络员改的问题"})
    assert fields_of(answer)["problems-1-text"] == "主任加的问题"
    clerk.send(fields_of(answer))
    assert [row.text for row in Problem.objects.all()] == ["联络员改的问题", "主任加的问题"]


def test_who_saves_into_a_submitted_report_gets_his_words_back(walk, draft, cast):
    clerk = walk("clerk")
    fields = clerk.form()
    perform(draft, "submit", cast.access("head"))
    answer = clerk.send(fields | {"arrangements": "晚了一步的安排"})
    assert answer.status_code == 409
    assert "不能保存修改" in answer.content.decode()
    assert "晚了一步的安排" in answer.content.decode()
    assert Report.objects.get().arrangements == "明年上半年的安排。"


def test_a_page_that_arrived_in_part_says_so(walk, draft):
    fields = walk("clerk").form()
    del fields["problems-TOTAL_FORMS"]
    page = walk("clerk").send(fields | {"arrangements": "新的"}).content.decode()
    assert "这一页没有完整地送到" in page
    assert Problem.objects.count() == 1
    assert Report.objects.get().arrangements == "新的"


def test_a_task_assigned_while_somebody_writes_shifts_nothing(walk, draft, plan, cast, tasks):
    clerk = walk("clerk")
    fields = clerk.form()
    plan.task(cast.kfb, title="新下达的任务", goal=plan.goals[0], state=TaskState.ASSIGNED)  # sorts first
    clerk.send(fields | {f"items-{tasks[0].pk}-narrative": "写给救助的"})
    assert ReportItem.objects.get(task=tasks[0]).narrative == "写给救助的"
    assert ReportItem.objects.get(task__title="新下达的任务").narrative == ""


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_markup_is_text_everywhere(walk, draft, tasks, cast, evil):
    tasks[2].title = f"任务{evil}"
    tasks[2].save()
    clerk, deputy = walk("clerk"), walk("deputy")
    names = [f"items-{tasks[2].pk}-{name}" for name in ("narrative", "next_step", "coordination", "reason")]
    stale = clerk.form()
    typed = dict.fromkeys([*names, "problems-0-text", "problems-0-measure", "problems-0-owner", "achievements-2", "arrangements"], evil)
    pages = [clerk.write(**typed), clerk.get("edit/"), clerk.get("preview/"), clerk.get(), clerk.send(stale | {"arrangements": f"x{evil}"})]
    perform(Report.objects.get(), "submit", cast.access("head"))
    pages += [deputy.get(), deputy.get("versions/1/"), deputy.move("return", **{"return-reason": evil}), clerk.get("edit/"), clerk.get()]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text
