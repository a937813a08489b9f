"""The list, the form, saving and reading cost the same number of queries at 20 and 200 departments, with 3 and 30 tasks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department
from federation_tasks.plan.models import Milestone, ReportDuty
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.models import Problem, Report, ReportItem
from federation_tasks.workflow.moves import perform

from .conftest import fields_of, fill

pytestmark = pytest.mark.usefixtures("morning")

MOST_FOR_A_LIST = 14
MOST_FOR_A_FORM = 42
MOST_FOR_A_SAVE = 48


def count(act):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    return len(captured)


def more_departments(plan, number):
    have = Department.objects.count()
    made = Department.objects.bulk_create(Department(code=f"d{n}", name=f"单位{n}", order=n) for n in range(have, number))
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=department) for department in made)
    Report.objects.bulk_create(Report(period=plan.period, department=department, revision=1) for department in made)


def more_tasks(plan, cast, number):
    for n in range(cast.kfb.tasks.count(), number):
        measure = ("percent", "quantity", "milestones")[n % 3]
        task = plan.task(cast.kfb, title=f"任务{n}", measure=measure, quantity=100, unit="名", state=TaskState.IN_PROGRESS, progress=0)
        Milestone.objects.create(task=task, name="立项")
        task.updates.create(department=cast.kfb, author=cast.clerk, on=task.start, text="进展", progress=0)


def test_the_list(plan, cast):
    client = cast.client("office")
    seen = []
    for number in (20, 200):
        more_departments(plan, number)
        seen.append(count(lambda: client.get("/reports/")))
    assert seen[0] == seen[1] <= MOST_FOR_A_LIST


def test_the_form_at_20_and_200_departments(plan, cast, tasks):
    client = cast.client("head")
    seen = []
    for number in (20, 200):
        more_departments(plan, number)
        client.get("/reports/2026H2/kfb/edit/")
        seen.append(count(lambda: client.get("/reports/2026H2/kfb/edit/")))
    assert seen[0] == seen[1] <= MOST_FOR_A_FORM


def test_form_save_preview_and_page_with_3_and_30_tasks(plan, cast):
    client, base = cast.client("head"), "/reports/2026H2/kfb/"
    seen = []
    for number in (3, 30):
        more_tasks(plan, cast, number)
        report = start_report(plan.period, cast.kfb, cast.head)
        Problem.objects.bulk_create(Problem(report=report, goal=plan.goals[n % 5], text=f"问题{n}") for n in range(number))
        page = client.get(f"{base}edit/")
        fields = fields_of(page)
        changed = {name: f"写了{number}" for name in fields if name.endswith(("-narrative", "-text", "-next_step"))}
        seen.append(
            [
                count(lambda: client.get(f"{base}edit/")),
                count(lambda fields=fields, changed=changed: client.post(f"{base}edit/", fields | changed)),
                count(lambda: client.get(f"{base}preview/")),
                count(lambda: client.get(base)),
            ]
        )
        assert ReportItem.objects.filter(narrative=f"写了{number}").count() == number
    assert seen[0] == seen[1]
    assert seen[0][0] <= MOST_FOR_A_FORM
    assert seen[0][1] <= MOST_FOR_A_SAVE


def test_a_leaders_page_with_3_and_30_tasks(plan, cast):
    seen = []
    for number in (3, 30):
        more_tasks(plan, cast, number)
        report = fill(start_report(plan.period, cast.kfb, cast.clerk))
        perform(report, "submit", cast.access("head"))
        perform(report, "return", cast.access("deputy"), reason="补齐", **{f"remark_task_{pk}": "写清楚" for pk in report.items.values_list("task", flat=True)})
        fill(report, narrative=f"改了{number}")
        perform(report, "submit", cast.access("head"))
        client = cast.client("deputy")
        client.get("/reports/2026H2/kfb/")  # marks it opened
        seen.append(count(lambda client=client: client.get("/reports/2026H2/kfb/")))
        perform(report, "return", cast.access("deputy"), reason="补齐")
    assert seen[0] == seen[1]
