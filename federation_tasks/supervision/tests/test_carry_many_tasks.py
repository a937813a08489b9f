"""Tasks are carried over by hundreds, and each is then as the one move `carry_over` would have left it; what waits on it goes along."""

import datetime as dt
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from federation_tasks.audit import trail
from federation_tasks.audit.models import Entry
from federation_tasks.audit.testing import entries_written
from federation_tasks.plan.closing import close_period, open_lines
from federation_tasks.plan.models import Milestone, Period, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.supervision import carrying
from federation_tasks.supervision.models import Escalation, Extension, Urge, UrgeNotice
from federation_tasks.workflow.many import perform_all
from federation_tasks.workflow.models import HistoryRow
from federation_tasks.workflow.moves import WrongState, moved, perform

JULY = dt.date(2026, 7, 10)
LATE = dt.date(2026, 6, 20)
WHAT_DIFFERS = {"id", "task", "carried_from", "created_at", "history", "history_date"}


@pytest.fixture
def first_half(plan):
    return Period.objects.create(year=2026, half=1, state=Period.State.OPEN)


@pytest.fixture
def office(cast):
    return cast.access("office", JULY)


def a_task(plan, cast, period, **fields):
    known = {"start": dt.date(2026, 2, 1), "due": LATE, "claimed_on": dt.date(2026, 6, 1), "claimed_by": cast.head, "acknowledged_on": dt.date(2026, 2, 3)}
    return plan.task(cast.kfb, period=period, **known | fields)


def laden(plan, cast, period, state):
    """Make a task on which everything hangs that can."""
    task = a_task(plan, cast, period, state=state, title=f"重任{state}", original_due=dt.date(2026, 5, 31), measure="milestones", assignee=cast.staff)
    task.supporting.set([cast.jjb, cast.ysa])
    for order, name in enumerate(("筹备", "实施"), 1):
        Milestone.objects.create(task=task, name=name, weight=order, order=order, done_on=dt.date(2026, 3, order))
    Extension.objects.create(task=task, state="asked", old_due=LATE, asked_due=dt.date(2026, 6, 29), reason="汛期", asked_by=cast.head, asked_on=LATE)
    Extension.objects.create(task=task, state="refused", old_due=LATE, asked_due=dt.date(2026, 6, 29), reason="人手", asked_by=cast.head, asked_on=LATE)
    notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=JULY)
    for urge in ("sent", "answered", "settled", "withdrawn"):
        Urge.objects.create(notice=notice, stage="blue", task=task, department=cast.kfb, period=period, state=urge, days_late=3)
    Escalation.objects.create(task=task, department=cast.kfb, period=period, due=LATE, step=1, on=JULY)
    return task


def plain(values):
    return {name: value for name, value in values.items() if name.removesuffix("_id") not in WHAT_DIFFERS}


def left_by(task):
    """Return all that is known of a task that was carried over, and of its new row, without what differs between any two."""
    new = Task.objects.get(carried_from=task)
    rows = Task.objects.filter(pk__in=[task.pk, new.pk]).order_by("pk").values()
    histories = [row for one in (task, new) for row in HistoryRow.objects.of(one).values("move", "from_state", "to_state", "actor", "acting_as", "department",
                                                                                           "period", "reason", "on", "facts")]  # fmt: skip
    assert {row["facts"].pop("carried_to", new.pk) for row in histories} == {new.pk}
    assert {row["facts"].pop("carried_from", task.pk) for row in histories} == {task.pk}
    states = [
        (plain({field.attname: getattr(state, field.attname) for field in Task.history.model._meta.concrete_fields}), linked(state))
        for one in (task, new) for state in Task.history.filter(id=one.pk).order_by("history_id")
    ]  # fmt: skip
    return {
        "rows": [plain(row) for row in rows],
        "histories": histories,
        "states": states,
        "supporting": sorted(new.supporting.values_list("code", flat=True)),
        "milestones": [plain(row) for row in new.milestones.values()],
        "milestones' states": [plain(state) for row in new.milestones.all() for state in row.history.values("history_type", "name", "weight", "done_on")],
        "extensions": [(one.state, one.task_id == new.pk) for one in Extension.objects.filter(task__in=[task, new]).order_by("pk")],
        "urges": [(one.state, one.task_id == new.pk) for one in Urge.objects.filter(task__in=[task, new]).order_by("pk")],
        "escalations": [one.task_id == new.pk for one in Escalation.objects.filter(task__in=[task, new])],
    }


def linked(state):
    return sorted(row.department.code for row in state.supporting.all())


def told(entries, *tasks):
    """Return what the audit says of each row, without the numbers that differ between any two."""

    def figures(values):
        return sorted(name for name in values)

    return Counter((row.action, row.verb, row.kind, row.actor, row.role, row.department, str(figures(row.before)), str(figures(row.after))) for row in entries)


@pytest.mark.parametrize("state", UNFINISHED)
def test_many_carried_at_once_are_as_one_move_leaves_each(plan, cast, first_half, office, state):
    one, another = (laden(plan, cast, first_half, state) for _ in range(2))
    with entries_written() as singly:
        perform(one, "carry_over", office, into=plan.period)
    with entries_written() as together:
        perform_all(Task.objects.filter(pk=another.pk).select_related("period", "department"), "carry_over", office, into=plan.period)
    another.refresh_from_db()
    assert left_by(one) == left_by(another)
    assert told(singly) == told(together)
    assert {row.action for row in together if row.kind == "plan.task" and row.key == str(another.pk)} == {"move"}


def test_what_one_move_leaves_is_what_the_domain_says(plan, cast, first_half, office):
    task = laden(plan, cast, first_half, TaskState.CLAIMED)
    close_period(first_half, office)
    task.refresh_from_db()
    found = left_by(task)
    old, new = found["rows"]
    assert (old["state"], new["state"], new["original_due"]) == ("carried_over", "claimed", dt.date(2026, 5, 31))
    assert found["supporting"] == ["jjb", "ysa"]
    assert [row["name"] for row in found["milestones"]] == ["筹备", "实施"]
    assert [row["history_type"] for row in found["milestones' states"]] == ["+", "+"]
    assert found["extensions"] == [("asked", True), ("refused", False)]
    assert found["urges"] == [("sent", True), ("answered", True), ("settled", False), ("withdrawn", False)]
    assert found["escalations"] == [True]
    assert [(state["history_type"], links) for state, links in found["states"]][-2:] == [("~", ["jjb", "ysa"]), ("+", ["jjb", "ysa"])]
    extension = Extension.objects.get(state="asked")
    assert [(row.move, row.period) for row in HistoryRow.objects.of(extension)] == [("carry_over", "2026H2")]
    move = Entry.objects.get(kind="plan.task", key=str(task.pk), action="move")
    assert (move.verb, move.before, move.after["state"], move.role) == ("carry_over", {"state": "claimed"}, "carried_over", "办公室（督查）")


def test_an_urge_that_came_along_is_settled_where_the_work_is_then_claimed(plan, cast, first_half, office):
    laden(plan, cast, first_half, TaskState.IN_PROGRESS)
    close_period(first_half, office)
    perform(Task.objects.get(period=plan.period), "claim", cast.access("head"), reason="只差验收")
    assert not Urge.objects.filter(state__in=["sent", "answered"]).exists()


def test_an_extension_that_came_along_is_decided_in_the_new_period(plan, cast, first_half, office):
    laden(plan, cast, first_half, TaskState.IN_PROGRESS)
    close_period(first_half, office)
    perform(Extension.objects.get(state="asked"), "approve", cast.access("deputy"), new_due=dt.date(2026, 11, 30))
    new = Task.objects.get(period=plan.period)
    assert (new.due, new.original_due) == (dt.date(2026, 11, 30), dt.date(2026, 5, 31))


def many(plan, cast, period, number):
    tasks = Task.objects.bulk_create(
        Task(period=period, department=cast.kfb, goal=plan.goals[n % 5], title=f"任务{n}", start=dt.date(2026, 2, 1), due=LATE, measure="milestones")
        for n in range(number)
    )
    links = Task.supporting.through
    links.objects.bulk_create(links(task=task, department=cast.jjb) for task in tasks)
    Milestone.objects.bulk_create(Milestone(task=task, name="一") for task in tasks)
    notice = UrgeNotice.objects.create(by=cast.office, note="请抓紧", on=JULY)
    Urge.objects.bulk_create(Urge(notice=notice, stage="blue", task=task, department=cast.kfb, period=period, state="sent", days_late=1) for task in tasks)
    Escalation.objects.bulk_create(Escalation(task=task, department=cast.kfb, period=period, due=LATE, step=1, on=JULY) for task in tasks)
    Extension.objects.bulk_create(Extension(task=task, state="asked", old_due=LATE, asked_due=dt.date(2026, 6, 29), reason="汛期") for task in tasks)
    return tasks


def queries(act):
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def test_a_chunk_costs_the_same_whatever_it_holds(plan, cast, first_half, office):
    """On SQLite a statement takes few parameters and is divided: the numbers are small enough for one."""

    def carry(tasks):
        ids = [task.pk for task in tasks]
        return queries(lambda: perform_all(Task.objects.filter(pk__in=ids).select_related("period", "department"), "carry_over", office, into=plan.period))

    few, more = many(plan, cast, first_half, 2), many(plan, cast, first_half, 20)
    office.may("supervise")
    carry(many(plan, cast, first_half, 1))  # content types and rules are read once
    assert carry(few) == carry(more) <= 45


def test_a_closing_goes_through_its_tasks_in_chunks(plan, cast, first_half, office, monkeypatch):
    monkeypatch.setattr(carrying, "AT_A_TIME", 4)
    many(plan, cast, first_half, 10)
    assert close_period(first_half, office).numbers["结转的任务"] == 10
    assert Task.objects.filter(period=plan.period, carried_from__period=first_half).count() == 10
    assert not Task.objects.filter(period=first_half).exclude(state="carried_over").exists()


def test_all_or_none_are_moved(plan, cast, first_half, office):
    tasks = [a_task(plan, cast, first_half, state=state, completed_on=JULY) for state in (TaskState.ASSIGNED, TaskState.COMPLETED)]
    rows = Task.objects.filter(pk__in=[task.pk for task in tasks])
    with pytest.raises(WrongState, match="不能结转"):
        perform_all(rows, "carry_over", office, into=plan.period)
    with pytest.raises(PermissionDenied):
        perform_all(rows, "carry_over", cast.access("head", JULY), into=plan.period)
    with pytest.raises(TypeError, match="one by one"):
        perform_all(rows, "confirm", office)
    assert perform_all(rows.none(), "carry_over", office) == []
    assert set(Task.objects.values_list("state", flat=True)) == {"assigned", "completed"}
    assert not HistoryRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_listens_is_told_of_each_after_the_commit(plan, cast, first_half, office):
    heard = []

    def listen(sender, row, thing, **_):
        heard.append((row.move, row.to_state, thing.state))

    moved.connect(listen, sender=Task)
    try:
        many(plan, cast, first_half, 3)
        close_period(first_half, office)
    finally:
        moved.disconnect(listen, sender=Task)
    assert heard == [("carry_over", "carried_over", "carried_over")] * 3


def test_carried_within_a_loading_they_are_only_counted(plan, cast, first_half, office):
    many(plan, cast, first_half, 3)
    with trail.as_one("load"), entries_written() as entries:
        close_period(first_half, office)
    assert entries == []
    assert Entry.objects.get(verb="load").after["plan.task change"] == 6  # the old rows, and the supporting departments of the new ones


def test_the_lines_of_a_closing_name_what_is_open(plan, cast, first_half):
    laden(plan, cast, first_half, TaskState.CLAIMED)
    a_task(plan, cast, first_half, state="suspended", title="缓办")
    lines = {line.label: line for line in open_lines(first_half)}
    assert [(piece.label, piece.number, piece.href) for piece in lines["未办结的任务"].pieces] == [("康复部", 1, "/tasks/?period=2026H1&department=kfb")]
    claimed = Task.objects.get(state="claimed")
    for label in ("其中待核的办结申请", "等领导审定的延期申请", "没有回应的任务催办"):
        assert lines[label].number == 1, label
        assert lines[label].pieces[0].href == claimed.get_absolute_url()
    assert "缓办" in lines["中止的任务"].pieces[0].label
    assert lines["中止的任务"].becomes == "留在本期"
    assert lines["没有回应的汇报催办"].number == 0
