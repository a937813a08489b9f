"""Page and JSON ask the database the same number of questions for 20 departments and for 200."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.models import Department, Leader, Portfolio
from departments.testing import LONG_AGO, TODAY
from federation_tasks.plan.keeping import refresh
from federation_tasks.plan.models import ProgressUpdate, ReportDuty, Task
from federation_tasks.reports.models import Report

MOST = {
    "/dashboard/": 41,
    "/dashboard/?by=leader": 46,
    "/dashboard/?by=region": 41,
    "/dashboard/?by=kind&group=county": 44,
    "/dashboard/?by=kind&group=county&sort=order&page=2": 42,
    "/dashboard/summary.json": 21,
    "/goals/3/": 34,
    "/departments/kfb/": 42,
}


def federation(plan, author, numbers):
    """Make departments with a leader for every ten, duties, reports, and tasks in several lights with updates."""
    leaders = Leader.objects.bulk_create(Leader(name=f"副理事长{n}", federation_post="副理事长", rank="deputy", in_office_from=LONG_AGO) for n in numbers[::10])
    rows = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", kind="county", order=20 + n, region=f"地区{n % 7}") for n in numbers)
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


MANY = "/dashboard/?by=kind&group=county"


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize(
    ("part", "address", "few", "many"),
    [
        ("principal", "/dashboard/", range(20), range(20, 40)),
        ("principal", "/dashboard/", range(60), range(60, 200)),
        ("principal", "/dashboard/?by=leader", range(60), range(60, 200)),
        ("principal", "/dashboard/?by=region", range(60), range(60, 200)),
        ("principal", MANY, range(60), range(60, 200)),
        ("principal", f"{MANY}&sort=order&page=2", range(60), range(60, 200)),
        ("principal", "/dashboard/summary.json", range(20), range(20, 200)),
        ("principal", "/goals/3/", range(20), range(20, 200)),
        ("head", "/dashboard/", range(20), range(20, 200)),
        ("head", "/departments/kfb/", range(20), range(20, 200)),
    ],
)
def test_as_many_queries_at_200_departments_as_at_20(plan, cast, today, part, address, few, many, is_kept):
    client = cast.client(part)
    federation(plan, cast.head, few)
    if is_kept:
        refresh(TODAY)
    queries(client, address)  # what is read once for the process
    small = queries(client, address)
    federation(plan, cast.head, many)
    if is_kept:
        refresh(TODAY)
    assert queries(client, address) == small <= MOST[address]
