"""Bad input gets a sentence at its field; what was understood is saved, what was not stays as it was typed."""

import pytest

from federation_tasks.plan.states import TaskState
from federation_tasks.reports.forms.problems import MOST
from federation_tasks.reports.models import Achievement, Problem, Report, ReportItem
from federation_tasks.workflow.moves import perform

from .conftest import fields_of

pytestmark = pytest.mark.usefixtures("morning")


def row(fields, number=0):
    """Return what the names of a problem's fields begin with, the first problem first."""
    return list(dict.fromkeys(name.rsplit("-", 1)[0] for name in fields if name.startswith("problems-")))[number]


def emptied(fields):
    """Return the first problem with nothing in it."""
    return {f"{row(fields)}-{name}": "" for name in ("goal", "text", "measure", "owner", "due")}


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
    form = clerk.form()
    problem = row(form)
    fields = fields_of(clerk.send(form | {name: "101", f"{problem}-text": "问题", f"{problem}-due": "年底"}))
    assert fields[f"{problem}-due"] == "年底"
    answer = clerk.send(fields | {name: "８１", f"{problem}-due": "2026.12.1"})
    assert "草稿已保存" in answer.content.decode()
    assert ReportItem.objects.get(task=tasks[2]).progress == 81
    problem = Problem.objects.get()  # one row, not saved twice
    assert (problem.text, str(problem.due)) == ("问题", "2026-12-01")


def test_a_bad_date_keeps_the_one_that_stands(walk, draft):
    prefix = draft.problems.get().prefix
    page = walk("clerk").write(**{f"{prefix}-due": "年底", f"{prefix}-text": "新的问题"})
    assert "请按年-月-日填写日期，例如 2026-09-30。" in page.content.decode()
    assert (Problem.objects.get().text, str(Problem.objects.get().due)) == ("新的问题", "2026-12-01")


def test_rows_of_problems_are_added_and_removed_without_a_script(walk, draft):
    clerk = walk("clerk")
    fields = fields_of(clerk.write("add"))
    first, second = row(fields), row(fields, 1)
    fields = fields_of(clerk.send(fields | {f"{second}-text": "第二个问题"}, "add"))
    assert [problem.text for problem in Problem.objects.all()] == ["口径不一", "第二个问题"]
    assert row(fields, 1) == second
    clerk.send(fields | {f"{first}-remove": "on"})
    assert [problem.text for problem in Problem.objects.all()] == ["第二个问题"]
    form = clerk.form()
    clerk.send(form | emptied(form))
    assert not Problem.objects.exists()


def test_a_new_row_sent_twice_is_one_problem(walk, draft):
    clerk = walk("clerk")
    fields = fields_of(clerk.write("add"))
    added = fields | {f"{row(fields, 1)}-text": "第二个问题"}
    clerk.send(added)
    clerk.send(added)  # no answer came the first time
    assert [problem.text for problem in Problem.objects.all()] == ["口径不一", "第二个问题"]


def test_more_rows_than_a_report_has_are_refused_in_words(walk, draft):
    answer = walk("clerk").write(**{f"problems-r{number}-text": "问题" for number in range(MOST)})
    assert "一份汇报最多写 100 个问题" in answer.content.decode()
    assert fields_of(answer)[f"problems-r{MOST - 1}-text"] == "问题"
    assert Problem.objects.count() == MOST


def test_adding_a_row_beside_an_error_keeps_everything(walk, tasks):
    name = f"items-{tasks[2].pk}-progress"
    clerk = walk("clerk")
    form = clerk.form()
    fields = fields_of(clerk.send(form | {name: "101", f"{row(form)}-text": "问题"}, "add"))
    assert (fields[f"{row(form)}-text"], fields[name], fields[f"{row(fields, 1)}-text"]) == ("问题", "101", "")


def test_an_achievement_can_be_written_changed_and_emptied(walk, draft):
    clerk = walk("clerk")
    for text in ("领导重视。", "领导更重视。", ""):
        clerk.write(**{"achievements-1": text})
        assert Achievement.objects.get(theme__number=1).text == text


def test_saving_without_a_change_is_no_revision(walk, draft):
    walk("clerk").write()
    assert Report.objects.get().revision == draft.revision


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
    del fields["whole"]
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
    prefix = draft.problems.get().prefix
    typed = dict.fromkeys([*names, f"{prefix}-text", f"{prefix}-measure", f"{prefix}-owner", "achievements-2", "arrangements"], evil)
    pages = [clerk.write(**typed), clerk.get("edit/"), clerk.get("preview/"), clerk.get(), clerk.send(stale | {"arrangements": f"x{evil}"})]
    perform(Report.objects.get(), "submit", cast.access("head"))
    pages += [deputy.get(), deputy.get("versions/1/"), deputy.move("return", **{"return-reason": evil}), clerk.get("edit/"), clerk.get()]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text
