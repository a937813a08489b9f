"""Twenty people press the same button in the same moment: one move is made (PostgreSQL)."""

import threading

import pytest
from django.db import connection

from departments.testing import TODAY
from federation_tasks.plan.models import Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, moved, perform

TOGETHER = 20
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(act):
    """Let twenty threads do this in the same moment; return what came of each."""
    start, outcomes = threading.Barrier(TOGETHER), []

    def one(number):
        start.wait()
        try:
            act(number)
            outcomes.append("made")
        except WrongState:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_twenty_simultaneous_claims_make_one(plan, cast):
    task = plan.task(cast.kfb, state="in_progress", progress=100)
    told = []
    moved.connect(lambda row, **_: told.append(row.pk), weak=False, dispatch_uid="test")
    try:
        outcomes = at_once(lambda _number: perform(Task.objects.get(pk=task.pk), "claim", cast.access("head")))
    finally:
        moved.disconnect(dispatch_uid="test")
    assert outcomes == ["made"] + ["refused"] * 19
    assert [row.pk for row in HistoryRow.objects.of(task)] == told
    task.refresh_from_db()
    assert (task.state, task.claimed_on) == (TaskState.CLAIMED, TODAY)


def test_twenty_simultaneous_updates_are_all_kept_and_the_last_one_counts(plan, cast):
    task = plan.task(cast.kfb, state="acknowledged", progress=0)
    access = cast.access("clerk")
    outcomes = at_once(lambda number: record_update(Task.objects.get(pk=task.pk), access, text=f"第 {number} 次", progress=50 + number, reason="核对"))
    assert outcomes == ["made"] * TOGETHER
    task.refresh_from_db()
    assert task.updates.count() == TOGETHER
    assert task.progress == task.updates.newest_first().first().progress
    assert [row.move for row in HistoryRow.objects.of(task)] == ["begin"]


def test_confirming_and_sending_back_at_once_leaves_one_decision(plan, cast):
    task = plan.task(cast.kfb, state="claimed", claimed_on=TODAY, claimed_by=cast.head)

    def decide(number):
        part, move = (("deputy", "confirm"), ("principal", "send_back"))[number % 2]
        perform(Task.objects.get(pk=task.pk), move, cast.access(part), reason="同意" if move == "confirm" else "理由")

    assert at_once(decide) == ["made"] + ["refused"] * 19
    assert HistoryRow.objects.of(task).count() == 1
