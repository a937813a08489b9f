"""Two people write one report: where only one has changed a field his words stand, where both have a person decides, and nothing is lost."""

import html

import pytest

from federation_tasks.plan.states import TaskState
from federation_tasks.reports.models import Report, ReportItem, Saved

from .conftest import fields_of

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def names(tasks):
    """The names of the narratives, and of the first task's figure."""
    counted, stepped, percent = tasks
    return {"figure": f"items-{counted.pk}-quantity_done", "stepped": f"items-{stepped.pk}-narrative", "percent": f"items-{percent.pk}-narrative"}


def said(task):
    return ReportItem.objects.get(task=task).narrative


def text_of(answer):
    return html.unescape(answer.content.decode())


def test_each_in_his_own_fields_both_are_saved_without_a_word(walk, draft, names, tasks):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{names["percent"]: "主任写的", "arrangements": "主任的安排"})
    answer = clerk.send(fields | {names["stepped"]: "联络员写的", names["figure"]: "800"})
    assert "草稿已保存" in text_of(answer)
    assert (said(tasks[1]), said(tasks[2])) == ("联络员写的", "主任写的")
    assert Report.objects.get().arrangements == "主任的安排"
    assert ReportItem.objects.get(task=tasks[0]).quantity_done == 800


def test_into_the_same_field_both_texts_are_shown_and_the_rest_is_saved(walk, draft, names, tasks):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{names["percent"]: "主任<写>的"})
    answer = clerk.send(fields | {names["percent"]: "联络员写的", names["figure"]: "800"})
    page = answer.content.decode()
    assert "别人同时也改了这几处" in page
    assert '<blockquote data-mine="">联络员写的' in page.replace("data-mine>", 'data-mine="">')
    assert "主任&lt;写&gt;的</blockquote>" in page
    assert "康复部主任 09:00" in page
    assert said(tasks[2]) == "主任<写>的"
    assert ReportItem.objects.get(task=tasks[0]).quantity_done == 800
    assert fields_of(answer)[names["percent"]] == "联络员写的"


@pytest.mark.parametrize(
    ("choice", "stands"),
    [("mine", "联络员写的，合并过"), ("theirs", "主任写的"), ("both", "主任写的\n联络员写的，合并过")],
)
def test_a_person_decides_whose_words_stay(walk, draft, names, tasks, choice, stands):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{names["percent"]: "主任写的"})
    fields = fields_of(clerk.send(fields | {names["percent"]: "联络员写的"}))
    answer = clerk.send(fields | {names["percent"]: "联络员写的，合并过", f"choose-{names['percent']}": choice})
    assert "草稿已保存" in text_of(answer)
    assert said(tasks[2]) == stands


def test_without_a_decision_it_is_asked_again_at_the_choice(walk, draft, names, tasks):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{names["percent"]: "主任写的"})
    fields = fields_of(clerk.send(fields | {names["percent"]: "联络员写的"}))
    answer = clerk.send(fields, "submit")
    assert f'href="#id_choose-{names["percent"]}_0">请选定这一处以谁的为准。' in text_of(answer)
    assert "<title>错误：" in text_of(answer)
    assert said(tasks[2]) == "主任写的"
    assert fields_of(answer)[names["percent"]] == "联络员写的"
    assert Report.objects.get().state == "draft"


def test_a_decision_made_on_an_older_text_is_asked_again(walk, draft, names, tasks):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{names["percent"]: "主任写的"})
    fields = fields_of(clerk.send(fields | {names["percent"]: "联络员写的"}))
    head.write(**{names["percent"]: "主任又改了"})
    answer = clerk.send(fields | {f"choose-{names['percent']}": "mine"})
    assert "主任又改了" in text_of(answer)
    assert said(tasks[2]) == "主任又改了"


def test_figures_boxes_and_choices_are_told_as_they_are_read(walk, draft, tasks):
    clerk, head = walk("clerk"), walk("head")
    steps = [str(row.pk) for row in tasks[1].milestones.all()]
    problem = draft.problems.get().prefix
    fields = clerk.form()
    head.write(**{f"items-{tasks[1].pk}-milestones_done": steps[:2], f"items-{tasks[0].pk}-quantity_done": "900", f"{problem}-due": "2026-12-03"})
    answer = clerk.send(
        fields | {f"items-{tasks[1].pk}-milestones_done": steps[:1], f"items-{tasks[0].pk}-quantity_done": "800", f"{problem}-due": "2026-12-02"}
    )
    page = text_of(answer)
    for words in ("立项、招标", "900", "2026-12-03", "问题 1 完成时限", "儿童康复救助 累计完成"):
        assert words in page
    assert 'value="both"' not in page.split("conflict-box")[0]  # two figures cannot both stay


def test_a_row_removed_while_somebody_else_writes_into_it_is_asked_about(walk, draft):
    clerk, head = walk("clerk"), walk("head")
    problem = draft.problems.get().prefix
    fields = clerk.form()
    head.write(**{f"{problem}-text": "主任改的问题"})
    answer = clerk.send(fields | {f"{problem}-remove": "on"})
    assert "主任改的问题" in text_of(answer)
    assert draft.problems.get().text == "主任改的问题"


def test_a_row_that_somebody_else_removed_does_not_come_back_by_itself(walk, draft, names, tasks):
    clerk, head = walk("clerk"), walk("head")
    problem = draft.problems.get().prefix
    fields = clerk.form()
    head.write(**{f"{problem}-remove": "on"})
    clerk.send(fields | {names["percent"]: "联络员写的"})
    assert not draft.problems.exists()
    assert said(tasks[2]) == "联络员写的"


def test_a_problem_that_somebody_else_added_meanwhile_stays(walk, draft, names):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write(**{"problems-anew-text": "主任加的问题"})
    answer = clerk.send(fields | {f"{draft.problems.first().prefix}-text": "联络员改的问题"})
    assert fields_of(answer)["problems-anew-text"] == "主任加的问题"
    assert [row.text for row in draft.problems.all()] == ["联络员改的问题", "主任加的问题"]


def test_ones_own_page_sent_twice_is_no_conflict(walk, draft, names, tasks):
    clerk = walk("clerk")
    fields = clerk.form()
    clerk.send(fields | {names["percent"]: "第一次"})
    answer = clerk.send(fields | {names["percent"]: "第一次，又接着写"})  # the first answer never came
    assert "草稿已保存" in text_of(answer)
    assert said(tasks[2]) == "第一次，又接着写"


def test_on_a_page_from_before_a_submission_whatever_differs_is_asked_about(walk, draft, names, tasks, cast):
    clerk, head = walk("clerk"), walk("head")
    fields = clerk.form()
    head.write("submit", **{names["percent"]: "主任写的"})
    head.move("withdraw")
    assert not Saved.objects.exists()
    answer = clerk.send(fields | {names["percent"]: "联络员写的"})
    assert "别人同时也改了这几处" in text_of(answer)
    assert said(tasks[2]) == "主任写的"


def test_a_text_for_a_task_that_went_away_meanwhile_is_given_back(walk, draft, names, tasks, cast):
    clerk = walk("clerk")
    ReportItem.objects.filter(task=tasks[2]).update(narrative="")
    fields = clerk.form()
    tasks[2].state = TaskState.SUSPENDED
    tasks[2].save()
    answer = clerk.send(fields | {names["percent"]: "写了一上午的完成情况"})
    assert "写了一上午的完成情况" in text_of(answer)
    assert "这些内容没有地方存了" in text_of(answer)


def test_who_else_has_it_open_is_shown(walk, draft):
    walk("head").get("edit/")
    assert "康复部主任也打开着这份汇报" in text_of(walk("clerk").get("edit/"))
    assert "康复部联络员也打开着这份汇报" in text_of(walk("head").get("edit/"))
