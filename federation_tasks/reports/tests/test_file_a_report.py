"""The whole walk: fill in, save, submit, be sent back, correct, submit, be approved; every version stays as it was."""

import pytest

from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.reports.models import Report, ReportVersion

pytestmark = pytest.mark.usefixtures("morning")


def fill_form(fields, tasks):
    """Fill the rows as a clerk would."""
    counted, stepped, percent = tasks
    problem = next(name for name in fields if name.startswith("problems-")).rsplit("-", 1)[0]
    return fields | {
        f"items-{counted.pk}-quantity_done": "1,000",
        f"items-{counted.pk}-narrative": "已救助 1,000 名。",
        f"items-{stepped.pk}-milestones_done": [str(row.pk) for row in stepped.milestones.all()[:2]],
        f"items-{stepped.pk}-narrative": "已招标。",
        f"items-{percent.pk}-progress": "80",
        f"items-{percent.pk}-narrative": "调研报告已成稿。",
        f"items-{percent.pk}-next_step": "修改后报审。",
        f"{problem}-goal": fields[f"{problem}-goal"] or str(counted.goal_id),
        f"{problem}-text": "师资不足。",
        f"{problem}-measure": "委托培训。",
        f"{problem}-owner": "李四",
        f"{problem}-due": "2026年12月1日",
        "achievements-3": "两个项目提前完成。",
        "arrangements": "一是补齐；二是验收。",
    }


def test_the_whole_walk(walk, tasks, cast):
    clerk, head, deputy = walk("clerk"), walk("head"), walk("deputy")
    assert deputy.get().status_code == 404

    answer = clerk.send(fill_form(clerk.form(), tasks))
    assert "草稿已保存（09:00）" in answer.content.decode()
    assert deputy.get().status_code == 404  # a draft's text is nobody else's

    answer = head.send(head.form(), "submit")
    text = answer.content.decode()
    assert "第 1 稿已报送给副理事长乙。领导打开以前可以撤回。" in text
    counted, stepped, percent = (Task.objects.get(pk=task.pk) for task in tasks)
    assert [counted.progress, stepped.progress, percent.progress] == [83, 50, 80]
    assert counted.quantity_done == 1000
    assert ProgressUpdate.objects.filter(is_from_report=True, author=cast.head).count() == 3

    text = deputy.get().content.decode()
    assert "调研报告已成稿。" in text
    assert "康复部负责人" in text
    deputy.move("return", **{"return-reason": "任务一没有写滞后原因。"})

    form = head.get("edit/").content.decode()
    assert "任务一没有写滞后原因。" in form
    answer = head.write("submit", **{f"items-{percent.pk}-narrative": "已报审。", f"items-{percent.pk}-progress": "90"})
    assert "第 2 稿已报送" in answer.content.decode()
    assert ProgressUpdate.objects.filter(is_from_report=True).count() == 4  # only what is new is said again

    text = deputy.move("approve").content.decode()
    assert "已审阅通过" in text
    assert Report.objects.get().state == "approved"

    first, second = (deputy.get(f"versions/{n}/").content.decode() for n in (1, 2))
    assert "调研报告已成稿。" in first
    assert "进度 80%" in first
    assert "已报审。" in second
    assert "进度 90%" in second


def test_a_frozen_version_keeps_the_plan_as_it_stood(walk, submitted, tasks):
    Task.objects.filter(pk=tasks[0].pk).update(title="改了名字的任务")
    text = walk("deputy").get("versions/1/").content.decode()
    assert "儿童康复救助" in text
    assert "改了名字的任务" not in text


def test_a_version_can_be_submitted_from_the_preview(walk, draft):
    head = walk("head")
    preview = head.get("preview/").content.decode()
    assert "报送给副理事长乙" in preview
    head.move("submit", revision=draft.revision)
    assert ReportVersion.objects.count() == 1


def test_what_was_saved_after_the_preview_is_not_submitted_unseen(walk, draft):
    draft.revision += 1
    draft.save()
    answer = walk("head").move("submit", revision=draft.revision - 1)
    assert answer.status_code == 409
    assert "又保存过这份汇报" in answer.content.decode()


def test_the_clerk_cannot_submit_but_what_he_typed_is_saved(walk, draft):
    clerk = walk("clerk")
    answer = clerk.write("submit", arrangements="联络员改的安排")
    assert answer.status_code == 403
    assert Report.objects.get().arrangements == "联络员改的安排"
    assert Report.objects.get().state == "draft"
