"""The same numbers for machines: what /dashboard/summary.json says (docs/summary-json.md). A change of meaning is a new VERSION."""

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from departments.models import Department
from federation_tasks.dashboard.reporting import Owed, Reporting, Standing
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import Light
from federation_tasks.reports.gaps import GapCount
from federation_tasks.reports.models import ReportState

VERSION = 1
LIGHTS = [light.value for light in Light]  # in the order of `Counts.lights`


def as_json(summary: Summary) -> Iterator[str]:
    """Yield everything that the dashboard counts as JSON, in pieces: a department's numbers are text before the next one's are made."""
    yield _text(figures(summary))[:-1]
    yield ', "departments": ['
    for number, row in enumerate(summary.departments):
        yield f"{', ' if number else ''}{_text(_department(summary, row))}"
    yield "]}"


def figures(summary: Summary) -> dict[str, Any]:
    """Return all of it but the departments' numbers."""
    return {
        "version": VERSION,
        "period": summary.period.code,
        "period_state": summary.period.state,
        "on": summary.day.isoformat(),
        "facts_of": min(summary.day, summary.access.on).isoformat(),
        "previous_workday": summary.since.isoformat(),
        "elapsed": summary.elapsed,
        **numbers(summary.counts),
        "goals": {
            str(goal.number): {"name": goal.name, **numbers(counts)} for goal, counts in summary.by_goal.items()
        },
        "reporting": _reporting(summary.reporting),
        "gaps": [_gap(gap) for gap in summary.gaps],
    }  # fmt: skip


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def numbers(counts: Counts) -> dict[str, Any]:
    """Return the numbers of some tasks."""
    return {
        "total": counts.total,
        "lights": dict(zip(LIGHTS, counts.lights.values(), strict=True)),
        "claims": counts.claims,
        "progress": counts.progress,
        "newly_overdue": counts.newly_overdue,
    }


def _department(summary: Summary, department: Department) -> dict[str, Any]:
    return {
        "code": department.code,
        "name": department.name,
        "kind": department.kind,
        **numbers(summary.by_department[department]),
        "goals": {str(goal.number): numbers(counts) for goal, counts in summary.row(department).items()},
    }


def _reporting(reporting: Reporting) -> dict[str, Any]:
    return {
        "deadline": _moment(reporting.deadline),
        "duties": reporting.total,
        **{standing.value: reporting.number(standing) for standing in Standing},
        "states": {state.value: reporting.in_state(state) for state in ReportState},
        "departments": [_duty(row) for row in reporting.rows],
    }


def _duty(row: Owed) -> dict[str, Any]:
    return {
        "code": row.duty.department.code,
        "mode": row.duty.mode,
        "standing": row.standing.value,
        "state": row.state.value if row.state else None,
        "submitted_at": _moment(row.duty.submitted_at),
    }


def _gap(gap: GapCount) -> dict[str, Any]:
    return {
        "goal": gap.goal.number,
        "name": gap.goal.gap_name,
        "problems": gap.problems,
        "departments": gap.departments,
        "without_measure": gap.without_measure,
    }


def _moment(at: dt.datetime | None) -> str | None:
    return timezone.localtime(at).isoformat() if at else None
