"""What a report must say before it is submitted, each with its sentence; a draft may leave anything empty."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from departments.testing import TODAY
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.completeness import missing, odd
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.models import Problem, Report, ReportVersion
from federation_tasks.workflow.moves import perform

pytestmark = pytest.mark.usefixtures("morning")


def said(report, day=TODAY, ask=missing):
    return [remark.sentence for remark in ask(Filing(Report.objects.get(pk=report.pk), day))]


def change(report, title, **fields):
    report.items.filter(task__title=title).update(**fields)


def test_a_complete_report_is_complete(draft):
    assert said(draft) == []


@pytest.mark.parametrize(
    ("title", "fields", "sentence"),
    [
        ("康复条例调研", {"narrative": " "}, "请填写“康复条例调研”的完成情况；确实没有进展的，请勾选“本期无进展”并写明原因。"),
        ("康复条例调研", {"is_no_progress": True, "narrative": ""}, "“康复条例调研”勾选了“本期无进展”，请写明原因。"),
        ("康复条例调研", {"progress": 60}, "“康复条例调研”进度 60% 低于已登记的 70%，请核对；确实减少的，请写明原因。"),
        ("儿童康复救助", {"quantity_done": 780}, "“儿童康复救助”完成数量 780 小于已登记的 792 名，请核对；确实减少的，请写明原因。"),
    ],
)
def test_each_thing_that_is_missing_in_an_item_has_its_sentence(draft, title, fields, sentence):
    change(draft, title, **fields)
    assert said(draft) == [sentence]


def test_an_overdue_task_needs_its_reason(draft, tasks):
    tasks[2].due = TODAY - dt.timedelta(days=24)
    tasks[2].save()
    assert said(draft) == ["“康复条例调研”已逾期 24 天，请填写逾期原因和预计办结时间。"]
    change(draft, "康复条例调研", reason="机构调整，预计 12 月出台。")
    assert said(draft) == []


def test_milestones_taken_back_need_a_reason(draft, tasks, cast):
    Task.objects.filter(pk=tasks[1].pk).update(state=TaskState.IN_PROGRESS)
    tasks[1].progress = 50
    tasks[1].save()
    change(draft, "康复楼建设", milestones_done=[], progress=0)
    assert said(draft) == ["“康复楼建设”进度 0% 低于已登记的 50%，请核对；确实减少的，请写明原因。"]


def test_no_progress_with_a_reason_is_a_valid_item(draft, cast, tasks):
    change(draft, "康复条例调研", is_no_progress=True, narrative="", reason="等省人大排期。")
    perform(draft, "submit", cast.access("head"))
    assert tasks[2].updates.get().text == "本期无进展：等省人大排期。"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"goal": None}, "请选择第 1 个问题属于哪个差距。"),
        ({"text": ""}, "请写明第 1 个问题。"),
        ({"measure": ""}, "请填写第 1 个问题的改进措施。"),
        ({"owner": ""}, "请填写第 1 个问题的责任人。"),
        ({"due": None}, "请填写第 1 个问题的完成时限。"),
    ],
)
def test_each_thing_that_is_missing_in_a_problem_has_its_sentence(draft, fields, sentence):
    Problem.objects.update(**fields)
    assert said(draft) == [sentence]


def test_the_arrangements_are_named_by_the_half_that_follows(draft):
    Report.objects.update(arrangements="")
    assert said(draft) == ["请填写明年上半年工作安排。"]


def test_suspended_tasks_are_not_owed(draft, tasks):
    change(draft, "康复条例调研", narrative="")
    Task.objects.filter(pk=tasks[2].pk).update(state=TaskState.SUSPENDED)
    assert said(draft) == []


def test_a_refused_submission_leaves_no_trace(draft, cast, tasks):
    change(draft, "康复条例调研", narrative="")
    with pytest.raises(ValidationError) as refused:
        perform(draft, "submit", cast.access("head"))
    assert list(refused.value.message_dict) == [f"items-{tasks[2].pk}-narrative"]
    assert not ReportVersion.objects.exists()
    assert Report.objects.get().state == "draft"
    assert all(task.updates.count() == 0 for task in tasks)


def test_what_is_odd_is_said_but_stops_nothing(draft, cast):
    change(draft, "康复条例调研", progress=100)
    Problem.objects.update(due=TODAY - dt.timedelta(days=1))
    assert said(draft, ask=odd) == [
        "“康复条例调研”进度已到 100%，还没有申请办结；办完了请到任务页申请。",
        "第 1 个问题的完成时限已经过去，请核对。",
    ]
    Problem.objects.all().delete()
    assert said(draft, ask=odd)[-1] == "没有写任何问题；请对照五个差距再想一想。"
    perform(draft, "submit", cast.access("head"))


def test_the_preview_lists_what_is_missing_with_links_to_the_fields(draft, walk, tasks):
    change(draft, "康复条例调研", narrative="")
    page = walk("head").get("preview/").content.decode()
    assert f'href="/reports/2026H2/kfb/edit/#id_items-{tasks[2].pk}-narrative"' in page
    assert "报送给" not in page


def test_submitting_the_form_says_at_the_field_what_is_missing_and_keeps_everything(draft, walk, tasks):
    Problem.objects.update(measure="")
    name = f"items-{tasks[2].pk}-narrative"
    page = walk("head").write("submit", **{name: "", "arrangements": "新的安排"}).content.decode()
    assert "<title>错误：" in page
    assert "内容已经保存为草稿，还没有报送" in page
    for target, sentence in ((f"id_{name}", "请填写“康复条例调研”的完成情况"), (f"id_{draft.problems.get().prefix}-measure", "请填写第 1 个问题的改进措施。")):
        assert f'<a href="#{target}">{sentence}' in page
        assert f'id="{target}_error"' in page
    assert Report.objects.get().arrangements == "新的安排"
