"""The addresses of the filtered lists that stand behind the dashboard's numbers."""

import datetime as dt

from django.urls import reverse
from django.utils.http import urlencode

from departments.models import Department
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal, Period


class Links:
    """Make links for one period and day; the day is named only where it is not today.

    The list of tasks shows those that the reader's departments lead, as the dashboard does; `only` is named where it shows one.
    """

    def __init__(self, period: Period, day: dt.date, today: dt.date, only: Department | None) -> None:
        self.common = [("period", period.code)] + ([("on", day.isoformat())] if day != today else [])
        self.only = only

    def tasks(self, department: Department | None = None, goal: Goal | None = None, light: Light | None = None) -> str:
        """Return the address of the list of tasks of a cell, row, column or light."""
        department = department or self.only
        query = self.common + ([("department", department.code)] if department else [])
        query += [("goal", str(goal.number))] if goal else []
        query += [("light", light.value)] if light else []
        return f"{reverse('supervision:tasks')}?{urlencode(query)}"

    def dashboard(self, page: int) -> str:
        """Return the address of another page of the matrix."""
        return f"{reverse('dashboard:dashboard')}?{urlencode([*self.common, ('page', str(page))])}"

    def reports(self) -> str:
        """Return the address of the list of reports."""
        return f"{reverse('reports:reports')}?{urlencode(self.common[:1])}"
