"""Submitting puts each item's progress on its task; tasks claimed, completed or suspended meanwhile keep theirs."""

import pytest

from departments.testing import TODAY
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import ReportItem, ReportVersion
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import perform

from .conftest import fill

pytestmark = pytest.mark.usefixtures("morning")


def test_each_item_becomes_a_dated_statement_of_the_head(draft, tasks, cast):
    draft.items.filter(task=tasks[0]).update(quantity_done=1000, progress=83)
    draft.items.filter(task=tasks[1]).update(milestones_done=[row.pk for row in tasks[1].milestones.all()[:1]], progress=25)
    draft.items.filter(task=tasks[2]).update(progress=60, reason="口径调整")
    perform(draft, "submit", cast.access("head"))
    said = {row.task_id: row for row in ProgressUpdate.objects.all()}
    assert [said[task.pk].progress for task in tasks] == [83, 25, 60]
    assert {(row.author, row.on, row.is_from_report) for row in said.values()} == {(cast.head, TODAY, True)}
    assert said[tasks[2].pk].reason == "口径调整"
    assert tasks[1].milestones.first().done_on == TODAY


def test_figures_nobody_touched_are_the_tasks_own_up_to_submitting(draft, tasks, cast):
    record_update(tasks[2], cast.access("clerk"), text="又进了一步", progress=75)
    perform(draft, "submit", cast.access("head"))
    assert ReportVersion.objects.get().content["items"][2]["progress"] == 75


@pytest.mark.parametrize(("state", "dates"), [("claimed", {"claimed_on": TODAY}), ("completed", {"claimed_on": TODAY, "completed_on": TODAY})])
def test_a_task_claimed_or_completed_meanwhile_gets_no_statement(draft, tasks, cast, state, dates):
    Task.objects.filter(pk=tasks[2].pk).update(state=state, **dates)
    draft.items.filter(task=tasks[2]).update(progress=95)
    perform(draft, "submit", cast.access("head"))
    assert not tasks[2].updates.exists()
    assert Task.objects.get(pk=tasks[2].pk).progress == 70
    assert ReportVersion.objects.get().content["items"][2]["state"] == TaskState(state).label


def test_a_suspended_task_is_left_out_unless_something_was_said_of_it(draft, tasks, cast):
    Task.objects.filter(pk=tasks[1].pk).update(state=TaskState.SUSPENDED)
    Task.objects.filter(pk=tasks[2].pk).update(state=TaskState.SUSPENDED)
    draft.items.filter(task=tasks[1]).update(narrative="")
    perform(draft, "submit", cast.access("head"))
    assert [item["title"] for item in ReportVersion.objects.get().content["items"]] == ["儿童康复救助", "康复条例调研"]
    assert not tasks[2].updates.exists()


def test_an_acknowledged_task_begins_and_an_assigned_one_waits(plan, cast):
    begun = plan.task(cast.kfb, state=TaskState.ACKNOWLEDGED)
    waiting = plan.task(cast.kfb, state=TaskState.ASSIGNED)
    perform(fill(start_report(plan.period, cast.kfb, cast.clerk)), "submit", cast.access("head"))
    assert [Task.objects.get(pk=task.pk).state for task in (begun, waiting)] == [TaskState.IN_PROGRESS, TaskState.ASSIGNED]


def test_a_draft_has_one_item_for_each_led_task(plan, cast, tasks):
    plan.task(cast.jjb)
    plan.task(cast.kfb, state=TaskState.SUSPENDED, state_before="assigned")
    helped = plan.task(cast.jjb)
    helped.supporting.add(cast.kfb)
    report = start_report(plan.period, cast.kfb, cast.clerk)
    assert [item.task for item in report.items.all()] == list(tasks)
    new = plan.task(cast.kfb, title="后来下达的")
    assert start_report(plan.period, cast.kfb, cast.head) == report
    assert set(ReportItem.objects.values_list("task", flat=True)) == {*(task.pk for task in tasks), new.pk}


def test_a_submitted_report_gets_no_new_items(submitted, plan, cast):
    plan.task(cast.kfb, title="后来下达的")
    start_report(plan.period, cast.kfb, cast.head)
    assert submitted.items.count() == 3


def test_the_history_row_says_which_version_and_whether_late(submitted):
    row = HistoryRow.objects.of(submitted).get()
    assert (row.facts, row.from_state, row.to_state) == ({"version": 1, "late": False}, "draft", "submitted")


def test_the_frozen_version_keeps_the_light_of_the_stated_progress(draft, tasks, cast):
    draft.items.filter(task=tasks[2]).update(progress=5, reason="口径调整")
    perform(draft, "submit", cast.access("head"))
    kept = ReportVersion.objects.get().content["items"][2]
    assert kept["light"]["light"] == "yellow"
    assert kept["light"]["words"].startswith("滞后")
