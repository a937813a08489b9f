"""Page and JSON ask the database the same number of questions for 20 departments and for 200."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.plan.models import ProgressUpdate, ReportDuty, Task
from federation_tasks.reports.models import Report


def federation(plan, author, numbers):
    """Make departments with a leader for every ten, duties, reports, and tasks in several lights with updates."""
    leaders = Leader.objects.bulk_create(Leader(name=f"副理事长{n}", federation_post="副理事长", rank="deputy", in_office_from=LONG_AGO) for n in numbers[::10])
    rows = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", kind="county", order=20 + n) for n in numbers)
    Portfolio.objects.bulk_create(Portfolio(leader=leaders[n // 10], department=row, valid_from=LONG_AGO) for n, row in enumerate(rows))
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=row, submitted_at=timezone.now()) for row in rows)
    Report.objects.bulk_create(
        Report(period=plan.period, department=row, state="submitted", submissions=1, revision=1, submitted_at=timezone.now()) for row in rows
    )
    tasks = Task.objects.bulk_create(
        Task(period=plan.period, department=row, goal=goal, title="任务", start=dt.date(2026, 7, 1), due=TODAY + dt.timedelta(days=10 * n - 20))
        for row in rows for n, goal in enumerate(plan.goals)
    )  # fmt: skip
    ProgressUpdate.objects.bulk_create(
        ProgressUpdate(task=task, department_id=task.department_id, author=author, on=TODAY, text="进展", progress=0) for task in tasks
    )


def queries(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize(
    ("part", "address", "most"), [("principal", "/dashboard/", 38), ("principal", "/dashboard/summary.json", 20), ("head", "/dashboard/", 27)]
)
def test_as_many_queries_at_200_departments_as_at_20(plan, cast, today, part, address, most):
    client = cast.client(part)
    federation(plan, cast.head, range(20))
    small = queries(client, address)
    federation(plan, cast.head, range(20, 200))
    assert queries(client, address) == small <= most
