"""Who stands where in a half-year, by department: the figures of a circular, a few queries whatever the number of departments and tasks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet

from departments.models import Department
from federation_tasks.meetings.columns import COLUMNS, NAMES
from federation_tasks.meetings.words import standing_out, whole
from federation_tasks.plan import appraisal
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Period, ReportDuty, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.reports.models import Report
from federation_tasks.workflow.models import HistoryRow

Figures = dict[str, int]
KINDS = list(Department.Kind.values)


def content_of(period: Period, departments: "QuerySet[Department]", day: dt.date) -> dict[str, Any]:
    """Return what a circular on a half-year says of these departments on a day, as plain values: six queries.

    Only those appear that lead a task or owe a report in it; by kind, then in the federation's order.
    """
    found = _figures(period, day)
    rows = [_row(row, found[row.pk]) for row in sorted(departments.filter(pk__in=found), key=lambda row: KINDS.index(row.kind))]
    total = total_of(rows)
    return {
        "period": str(period),
        "code": period.code,
        "day": day.isoformat(),
        "is_closed": period.state == Period.State.CLOSED,
        "standing_out": standing_out(rows),
        "whole": whole(rows, total),
        "columns": [list(column) for column in COLUMNS],
        "groups": [_group(label, list(alike)) for label, alike in groupby(rows, key=lambda row: row["kind"])],
        "total": total,
    }


def total_of(rows: Iterable[dict[str, Any]]) -> Figures:
    """Return the sums of the columns."""
    total = dict.fromkeys(NAMES, 0)
    for row in rows:
        for name in NAMES:
            total[name] += row["figures"][name]
    return total


def _row(department: Department, figures: Figures) -> dict[str, Any]:
    return {"code": department.code, "name": department.name, "kind": department.get_kind_display(), "figures": figures}


def _group(label: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"label": label, "rows": rows, "total": total_of(rows)}


def _figures(period: Period, day: dt.date) -> dict[int, Figures]:
    """Return the figures by the id of the department, of those only that lead a task or owe a report."""
    found = _of_tasks(period, day)
    for department, figures in _of_duties(period, day).items():
        found.setdefault(department, {}).update(figures)
    for (department, name), number in _of_moves(period).items():
        if department in found:
            found[department][name] = number
    return {department: dict.fromkeys(NAMES, 0) | figures for department, figures in found.items()}


def _of_tasks(period: Period, day: dt.date) -> dict[int, Figures]:
    """Count the tasks of each department: one query, beside the two for the thresholds of the lights."""
    conditions = {
        "done": appraisal.DONE,
        "late_by_original": appraisal.DONE_LATE_BY_ORIGINAL,
        "late": appraisal.DONE_LATE,
        "overdue_by_original": appraisal.overdue_by_original(day),
        "overdue": Q(light=Light.RED),
        "extended": appraisal.EXTENDED,
        "suspended": Q(state=TaskState.SUSPENDED),
        "carried": Q(state=TaskState.CARRIED_OVER),
    }
    counts: dict[str, Any] = {name: Count("pk", filter=condition) for name, condition in conditions.items()}
    tasks = Task.objects.filter(period=period).with_light(day)
    rows = tasks.order_by().values_list("department_id").annotate(total=Count("pk"), **counts)
    return {department: dict(zip(("total", *counts), figures, strict=True)) for department, *figures in rows}


def _of_moves(period: Period) -> Counter[tuple[int, str]]:
    """Count what leaders sent back, by department: one query."""
    kinds = ContentType.objects.get_for_models(Task, Report)
    claims, reports = Q(content_type=kinds[Task], move="send_back"), Q(content_type=kinds[Report], move="return")
    rows = HistoryRow.objects.filter(claims | reports, period=period.code).order_by().values_list("department_id", "move").annotate(Count("pk"))
    return Counter({(department, "sent_back" if move == "send_back" else "returned"): number for department, move, number in rows})


def _of_duties(period: Period, day: dt.date) -> dict[int, Figures]:
    """Say who did not report, and who reported late: one query. In a closed half-year what is missing has been missed."""
    is_closed, found = period.state == Period.State.CLOSED, {}
    for duty in ReportDuty.objects.filter(period=period).order_by():
        duty.period = period
        is_missing = duty.submitted_at is None if is_closed else duty.is_missing_on(day)
        found[duty.department_id] = {"missing": int(is_missing), "late_reports": int(duty.is_late)}
    return found
