"""A running half-year to test with: pytest fixtures and one function that makes a task."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from departments.models import Department
from departments.testing import Cast
from federation_tasks.plan.models import AchievementTheme, Goal, Period, ReportDuty, Task

GOALS = [("落实思路", "思路落实"), ("落实政策", "政策落实"), ("落实任务", "任务落实"), ("加强基层组织", "基层组织建设"), ("加强自身建设", "自身建设")]
THEMES = ["各级领导更加重视", "政策规定更加完善", "项目实施更加高效", "任务推进更加有力", "干部作风更加务实"]


@dataclass
class Plan:
    """The five goals and the half-year 2026H2, in which all departments of the cast owe a report."""

    goals: list[Goal]
    period: Period

    def task(self, department: Department, **fields: Any) -> Task:
        """Make a task of the running half-year: by default in time, unacknowledged, measured in percent, due on 30 November."""
        fields = {
            "period": self.period,
            "goal": self.goals[2],
            "title": f"{department}的任务",
            "start": dt.date(2026, 7, 1),
            "due": dt.date(2026, 11, 30),
            "progress": 70,
        } | fields
        return Task.objects.create(department=department, **fields)


def five_goals() -> list[Goal]:
    """Return the five goals, in the database."""
    return [Goal.objects.get_or_create(number=n, defaults={"name": name, "gap_name": gap})[0] for n, (name, gap) in enumerate(GOALS, 1)]


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """Return the running half-year of the cast."""
    goals = five_goals()
    for n, name in enumerate(THEMES, 1):
        AchievementTheme.objects.get_or_create(number=n, defaults={"name": name})
    deadline = timezone.make_aware(dt.datetime(2026, 12, 18, 17, 30))
    period = Period.objects.create(year=2026, half=2, state=Period.State.OPEN, report_deadline=deadline, meeting_on=dt.date(2026, 12, 28))
    for order, department in enumerate((cast.kfb, cast.jjb, cast.kfyy, cast.ysa), 1):
        ReportDuty.objects.create(period=period, department=department, mode=ReportDuty.Mode.ORAL if order < 4 else ReportDuty.Mode.WRITTEN, order=order)
    return Plan(goals, period)
