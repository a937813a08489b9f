"""What a report must say before it is submitted, each with its sentence; a draft may leave anything empty."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from departments.testing import TODAY
from federation_tasks.plan.models import Period, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.completeness import missing, odd
from federation_tasks.reports.drafts import start_report
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
    change(draft, "康复楼建设", next_step="抓紧立项。")
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


# --- Worth a second look ---------------------------------------------------------------------------------------------


@pytest.fixture
def last(plan, cast, tasks):
    """The report on the half-year before, as it was submitted: of a task that was carried over since, and of another one."""
    period = Period.objects.create(year=2026, half=1, state=Period.State.OPEN)
    period.duties.create(department=cast.kfb)
    old = {"period": period, "start": dt.date(2026, 1, 5), "due": dt.date(2026, 6, 30), "state": TaskState.IN_PROGRESS}
    before = plan.task(cast.kfb, title="康复条例调研", progress=80, **old)
    counted = plan.task(cast.kfb, title="儿童康复救助", measure="quantity", quantity=1200, unit="名", quantity_done=900, progress=75, **old)
    report = start_report(period, cast.kfb, cast.clerk)
    for item in report.items.all():
        item.narrative, item.reason = "完成省内三市调研，形成初稿。", "等排期。"
        item.save()
    report.arrangements = "安排"
    report.save()
    perform(report, "submit", cast.access("head", dt.date(2026, 7, 10)))
    Task.objects.filter(pk=tasks[2].pk).update(carried_from=before)
    Task.objects.filter(pk=tasks[0].pk).update(carried_from=counted)
    return report


def test_less_than_was_reported_last_time_is_worth_a_look(draft, last):
    odd_ones = said(draft, ask=odd)
    assert "“康复条例调研”进度 70%，低于上期（2026年上半年）汇报的 80%，请核对。" in odd_ones
    assert "“儿童康复救助”完成 792 名，少于上期（2026年上半年）汇报的 900 名，请核对。" in odd_ones
    change(draft, "康复条例调研", reason="口径调整。")
    assert not [one for one in said(draft, ask=odd) if "低于" in one]


def test_less_than_in_the_version_that_stands_is_worth_a_look(draft, cast):
    change(draft, "康复条例调研", progress=90)
    perform(draft, "submit", cast.access("head"))
    perform(Report.objects.get(), "return", cast.access("deputy"), reason="写细些")
    change(draft, "康复条例调研", progress=85)
    assert "“康复条例调研”进度 85%，低于已报送的一稿的 90%，请核对。" in said(draft, ask=odd)


def test_words_copied_from_the_last_report_are_worth_a_look(draft, last):
    change(draft, "康复楼建设", narrative=" 完成省内三市调研，形成初稿。")
    assert "“康复楼建设”的完成情况和上期（2026年上半年）汇报里的一字不差，请写本期做了什么。" in said(draft, ask=odd)
    change(draft, "康复楼建设", narrative="本期完成立项。")
    assert not [one for one in said(draft, ask=odd) if "一字不差" in one]


def test_more_than_planned_is_worth_a_look(draft, tasks):
    change(draft, "儿童康复救助", quantity_done=1250)
    [(field, sentence)] = [remark for remark in odd(Filing(Report.objects.get(), TODAY)) if "还多" in remark.sentence]
    assert (field, sentence) == (f"items-{tasks[0].pk}-quantity_done", "“儿童康复救助”完成 1,250 名，比计划的 1,200 名还多，请核对；确实超额的，照报。")


def test_a_late_task_without_a_next_step_is_worth_a_look(draft, tasks):
    tasks[2].due = TODAY - dt.timedelta(days=24)
    tasks[2].save()
    change(draft, "康复条例调研", reason="机构调整。")
    sentences = said(draft, ask=odd)
    assert "“康复条例调研”已逾期 24 天，请写明年上半年怎么接着做。" in sentences
    assert "“康复楼建设”进度落后于时间，请写明年上半年怎么接着做。" in sentences
    draft.items.all().update(next_step="倒排时间。")
    assert not [one for one in said(draft, ask=odd) if "怎么接着做" in one]


@pytest.mark.parametrize(("due", "is_odd"), [(dt.date(2027, 6, 30), False), (dt.date(2027, 7, 1), True)])
def test_a_problem_to_be_solved_after_the_next_half_year_is_worth_a_look(draft, due, is_odd):
    Problem.objects.update(due=due)
    assert ("第 1 个问题的完成时限在明年上半年以后（2027-07-01），请核对。" in said(draft, ask=odd)) is is_odd


def test_the_preview_leads_from_every_remark_to_its_field(draft, last, walk):
    page, form = walk("head").get("preview/").content.decode(), walk("head").get("edit/").content.decode()
    remarks = odd(Filing(Report.objects.get(pk=draft.pk), TODAY))
    assert len(remarks) >= 3
    for remark in remarks:
        assert f'href="/reports/2026H2/kfb/edit/#{remark.target}">{remark.sentence}' in page
        assert f'id="{remark.target}"' in form
