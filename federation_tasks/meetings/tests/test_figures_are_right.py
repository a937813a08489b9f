"""Every figure of a circular is recomputed in plain Python for a random federation; the queries do not grow with it."""

import datetime as dt
import random

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from departments.models import Department
from departments.testing import TODAY
from federation_tasks.meetings.circular import content_of
from federation_tasks.meetings.columns import NAMES
from federation_tasks.plan.lights import Lamps, Light, light_on
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.states import UNFINISHED, TaskState
from federation_tasks.reports.models import Report
from federation_tasks.workflow.models import HistoryRow

FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 12, 31)


def federation(plan, draw, departments, tasks):
    """Make departments, each with up to so many random tasks, what was sent back, and who reported when."""
    kinds = Department.Kind.values
    rows = Department.objects.bulk_create(
        Department(code=f"r{n}", name=f"随机单位{n}", kind=draw.choice(kinds), order=draw.randrange(100)) for n in range(departments)
    )
    made = Task.objects.bulk_create(a_task(plan, draw, row) for row in rows for _ in range(draw.randint(0, tasks)))
    content_types = [(ContentType.objects.get_for_model(Task), "send_back"), (ContentType.objects.get_for_model(Report), "return")]
    content_types += [(content_types[0][0], "confirm"), (content_types[1][0], "approve"), (content_types[0][0], "return")]
    moves = [(task.department, *draw.choice(content_types)) for task in draw.sample(made, len(made) // 2)]
    HistoryRow.objects.bulk_create(
        HistoryRow(content_type=kind, object_id=1, move=move, department=row, period=draw.choice(["2026H2", "2026H2", "2026H1"]), on=TODAY)
        for row, kind, move in moves
    )
    owing = draw.sample(rows, len(rows) * 2 // 3)
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=row, **a_duty(draw)) for row in owing)
    return rows


def a_task(plan, draw, department):
    state = draw.choice(TaskState.values)
    original = FIRST + dt.timedelta(days=draw.randrange(150))
    due = min(LAST, original + dt.timedelta(days=draw.choice([0, 0, 0, 15, 30])))
    is_claimed = state in {"claimed", "completed"} or (state == "carried_over" and draw.random() < 0.3)
    claimed = original + dt.timedelta(days=draw.choice([-5, 0, 1, 15, 16, 40])) if is_claimed else None
    return Task(
        period=plan.period, department=department, goal=draw.choice(plan.goals), title="随机任务", start=FIRST, due=due, original_due=original, state=state,
        progress=draw.randrange(101), claimed_on=claimed, completed_on=claimed if state == "completed" else None,
    )  # fmt: skip


def a_duty(draw):
    deadline = timezone.make_aware(dt.datetime(2026, draw.choice([9, 12]), 18, 17, 30))
    submitted = draw.choice([None, None, deadline + dt.timedelta(minutes=draw.choice([-1, 0, 1]))])
    return {"exception_until": deadline, "exception_reason": "放宽", "submitted_at": submitted}


def plainly(department, period, day):
    """Count one department's figures, one thing after the other."""
    found, lamps = dict.fromkeys(NAMES, 0), Lamps(day)
    for task in Task.objects.filter(department=department, period=period):
        found["total"] += 1
        found["done"] += task.state == "completed"
        found["late"] += task.state == "completed" and task.completed_on > task.due
        found["late_by_original"] += task.state == "completed" and task.completed_on > task.original_due
        owed = task.state in UNFINISHED or task.state == "carried_over"
        claimed_in_time = task.claimed_on is not None and task.claimed_on <= task.original_due
        found["overdue_by_original"] += owed and task.original_due < day and not claimed_in_time
        found["overdue"] += light_on(task, day, lamps.thresholds) is Light.RED
        found["extended"] += task.due != task.original_due
        found["suspended"] += task.state == "suspended"
        found["carried"] += task.state == "carried_over"
    for row in HistoryRow.objects.filter(department=department, period=period.code).select_related("content_type"):
        found["sent_back"] += (row.content_type.model, row.move) == ("task", "send_back")
        found["returned"] += (row.content_type.model, row.move) == ("report", "return")
    for duty in ReportDuty.objects.filter(department=department, period=period):
        passed = timezone.localdate(duty.deadline) < day or period.state == "closed"
        found["missing"] += duty.submitted_at is None and passed
        found["late_reports"] += duty.submitted_at is not None and duty.submitted_at > duty.deadline
    return found


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_what_counting_one_by_one_gives(plan, cast, seed, state):
    draw = random.Random(seed)
    rows = federation(plan, draw, 12, 12)
    ReportDuty.objects.exclude(department__in=rows).delete()
    Period.objects.filter(pk=plan.period.pk).update(state=state)
    plan.period.refresh_from_db()
    day = TODAY + dt.timedelta(days=draw.randrange(-40, 40))
    content = content_of(plan.period, Department.objects.all(), day)
    counted = {row["name"]: row["figures"] for group in content["groups"] for row in group["rows"]}
    expected = {row.name: plainly(row, plan.period, day) for row in rows}
    concerned = {row.name for row in rows if row.tasks.exists() or row.duties.exists()}
    assert counted == {name: figures for name, figures in expected.items() if name in concerned}
    assert content["total"] == {name: sum(figures[name] for figures in counted.values()) for name in NAMES}
    for group in content["groups"]:
        assert group["total"] == {name: sum(row["figures"][name] for row in group["rows"]) for name in NAMES}
    order = [(Department.Kind.values.index(row.kind), row.order, row.pk) for row in rows if row.name in concerned]
    assert [row["name"] for group in content["groups"] for row in group["rows"]] == [Department.objects.get(pk=pk).name for _, _, pk in sorted(order)]


def test_200_departments_with_100_tasks_ask_as_few_questions_as_two(plan, cast, django_assert_num_queries):
    Task.objects.bulk_create(a_task(plan, random.Random(1), cast.kfb) for _ in range(3))
    departments = Department.objects.all()
    content_of(plan.period, departments, TODAY)  # content types are read once
    with django_assert_num_queries(6):
        content_of(plan.period, departments, TODAY)
    draw = random.Random(2)
    rows = Department.objects.bulk_create(Department(code=f"r{n}", name=f"单位{n}", order=20 + n) for n in range(200))
    Task.objects.bulk_create([a_task(plan, draw, row) for row in rows for _ in range(100)], batch_size=1000)
    with django_assert_num_queries(6):
        content = content_of(plan.period, departments, TODAY)
    assert content["total"]["total"] == 20_003
    client = cast.client("office")
    with django_assert_num_queries(12):
        page = client.get("/circulars/2026H2/").content.decode()
    assert "单位199" in page
