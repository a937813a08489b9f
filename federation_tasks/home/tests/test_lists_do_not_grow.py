"""Every list of the supervision loop asks as often for 200 departments with 100 tasks each as for a few: bounded queries, whatever the rows."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.models import Department, Leader, Portfolio
from departments.testing import TODAY
from federation_tasks.audit import trail
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.supervision.escalating import escalate
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice

DEPARTMENTS, TASKS = 200, 100
LATE, SOON = dt.date(2026, 9, 30), dt.date(2026, 11, 30)
PAGES = {
    "office": [
        "/", "/tasks/", "/tasks/?light=red", "/extensions/", "/instructions/", "/urges/", "/urges/sent/", "/dashboard/", "/reports/",
        "/periods/2026H2/close/", "/circulars/", "/circulars/2026H2/", "/departments/kfb/", "/departments/kfb/timeline/",
    ],
    "principal": ["/", "/tasks/", "/extensions/", "/instructions/", "/urges/sent/", "/dashboard/", "/circulars/2026H2/"],
    "deputy": ["/", "/tasks/", "/extensions/", "/instructions/", "/dashboard/", "/handover/?on=2026-10-20"],
    "head": ["/", "/tasks/", "/extensions/", "/instructions/", "/departments/kfb/timeline/"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(f"{TODAY}T10:00:00+08:00", tick=False):
        yield


def tasks_of(department, plan, number):
    """Overdue, acknowledged or not, waiting for a leader, and in time."""
    states = [("in_progress", LATE), ("assigned", SOON), ("claimed", SOON), ("in_progress", SOON)]
    rows = []
    for n in range(number):
        state, due = states[n % len(states)]
        claimed = {"claimed_on": dt.date(2026, 10, 1)} if state == "claimed" else {}
        fields = {"period": plan.period, "goal": plan.goals[n % 5], "start": dt.date(2026, 7, 1), "due": due, "progress": 50, "state": state}
        rows.append(Task(department=department, title=f"{department}第 {n} 项", **fields, **claimed))
    return rows


def loop_of(departments, tasks, plan, cast):
    """An extension that waits, an urge, an answer that waits and an open instruction for each department."""
    leader = Leader.objects.get(user=cast.deputy)
    number = Instruction.objects.count()
    given = [
        Instruction(
            leader=leader, period=plan.period, number=number + n, text=f"要求 {n}", due=LATE, made_by=cast.deputy, made_on=LATE, batch=uuid.uuid4(), place=1
        )
        for n in range(1, 6)
    ]
    Instruction.objects.bulk_create(given)
    waiting = {"answered_on": dt.date(2026, 10, 2), "answer": "已落实"}
    duties = [InstructionDuty(instruction=row, department=one, period=plan.period, state="acknowledged") for row in given[1:] for one in departments]
    duties += [InstructionDuty(instruction=given[0], department=one, period=plan.period, state="answered", **waiting) for one in departments]
    InstructionDuty.objects.bulk_create(duties)
    asked = {"state": "asked", "asked_due": dt.date(2026, 12, 10), "reason": "等批复", "asked_by": cast.clerk, "asked_on": dt.date(2026, 10, 1)}
    Extension.objects.bulk_create(Extension(task=task, old_due=task.due, **asked) for task in tasks if task.state == "assigned")
    notice = UrgeNotice.objects.create(by=cast.office, note="抓紧", on=dt.date(2026, 10, 9))
    about = {"notice": notice, "stage": "blue", "period": plan.period, "state": "sent", "days_late": 9}
    Urge.objects.bulk_create(Urge(task=task, department=task.department, **about) for task in tasks if task.due == LATE)


@trail.as_one("fill")
def fill(departments, each, plan, cast):
    rows = [task for department in departments for task in tasks_of(department, plan, each)]
    tasks = Task.objects.bulk_create(rows, batch_size=2000)
    loop_of(departments, tasks, plan, cast)
    escalate(TODAY)


@trail.as_one("new departments")
def new_departments(plan, deputy):
    rows = [Department(code=f"x{n}", name=f"县残联{n}", kind=Department.Kind.COUNTY, order=100 + n) for n in range(DEPARTMENTS)]
    made = Department.objects.bulk_create(rows)
    leader = Leader.objects.get(user=deputy)
    Portfolio.objects.bulk_create(Portfolio(leader=leader, department=one, valid_from=dt.date(2026, 10, 20)) for one in made)
    ReportDuty.objects.bulk_create(ReportDuty(period=plan.period, department=one, mode=ReportDuty.Mode.WRITTEN) for one in made)
    return made


def queries(clients):
    """Return by person and page how often the database is asked; the first look warms what is read once in a process."""
    found = {}
    for part, pages in PAGES.items():
        for page in pages:
            clients[part].get(page)
            with CaptureQueriesContext(connection) as asked:
                assert clients[part].get(page).status_code == 200, (part, page)
            found[part, page] = len(asked)
    return found


@pytest.mark.postgresql
def test_every_list_asks_as_often_for_twenty_thousand_tasks_as_for_a_few(plan, cast):
    Period.objects.filter(pk=plan.period.pk).update(report_deadline=dt.datetime(2026, 10, 15, 9, tzinfo=dt.UTC))
    few = [cast.kfb, cast.jjb, cast.kfyy, cast.ysa]
    Portfolio.objects.filter(department=cast.kfyy).update(valid_from=dt.date(2026, 10, 20))
    fill(few, 4, plan, cast)
    clients = {part: cast.client(part) for part in PAGES}
    before = queries(clients)
    fill([*few, *new_departments(plan, cast.deputy)], TASKS, plan, cast)
    assert Task.objects.count() > DEPARTMENTS * TASKS
    assert Escalation.objects.count() > DEPARTMENTS
    after = queries(clients)
    grown = {page: (before[page], number) for page, number in after.items() if number > before[page]}
    assert not grown
    assert max(after.values()) <= 60
