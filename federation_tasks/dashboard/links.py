"""The addresses of the filtered lists that stand behind the dashboard's numbers, and of the dashboard in its other shapes."""

import datetime as dt

from django.urls import reverse
from django.utils.http import urlencode

from departments.models import Department, Leader
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal, Period
from federation_tasks.supervision.filters import FILTERS

Pairs = list[tuple[str, str]]
PLACE = "any-code"  # stands for a department's code, which is a slug and needs no quoting


class Links:
    """Make links for one period and day; the day is named only where it is not today.

    The list of tasks shows those that the reader's departments lead, as the dashboard does; `only` is named where it shows one.
    `shape` is how the matrix is shown, as (name, value): it stays in every address of the dashboard.
    """

    def __init__(
        self, period: Period, day: dt.date, today: dt.date, only: Department | None = None, *, leader: Leader | None = None, shape: Pairs | None = None
    ) -> None:
        self.common: Pairs = [("period", period.code)] + ([("on", day.isoformat())] if day != today else [])
        self.narrowed: Pairs = [("leader", str(leader.pk))] if leader else []
        self.only, self.shape = only, shape or []
        # Resolved once: a page has hundreds of links.
        self._tasks, self._dashboard = reverse("supervision:tasks"), reverse("dashboard:dashboard")
        self._department = reverse("home:department", args=[PLACE])
        self._on = f"?{urlencode(self.common[1:])}" if self.common[1:] else ""

    def tasks(self, department: Department | None = None, goal: Goal | None = None, light: Light | None = None) -> str:
        """Return the address of the list of tasks of a cell, row, column or light; an empty one where no list has just these tasks."""
        department = department or self.only
        narrowed = [] if department else self.narrowed
        if narrowed and "leader" not in FILTERS:
            return ""
        query = self.common + narrowed + ([("department", department.code)] if department else [])
        query += [("goal", str(goal.number))] if goal else []
        query += [("light", light.value)] if light else []
        return f"{self._tasks}?{urlencode(query)}"

    def dashboard(self, **changes: str) -> str:
        """Return the address of the dashboard with some of its parameters changed; an empty one falls away."""
        query = dict(self.common + self.narrowed + self.shape) | changes
        return f"{self._dashboard}?{urlencode([(name, value) for name, value in query.items() if value])}"

    def department(self, department: Department) -> str:
        """Return the address of a department's page on this day."""
        return f"{self._department.replace(PLACE, department.code)}{self._on}"

    def goal(self, goal: Goal, **more: str) -> str:
        """Return the address of a goal's page in this period and on this day."""
        query = self.common + self.narrowed + [(name, value) for name, value in more.items() if value]
        return f"{reverse('dashboard:goal', args=[goal.number])}?{urlencode(query)}"

    def today(self, address: str) -> str:
        """Return the address of the same page of today."""
        query = [(name, value) for name, value in self.common + self.narrowed + self.shape if name != "on"]
        return f"{address}?{urlencode(query)}"

    def reports(self) -> str:
        """Return the address of the list of reports."""
        return f"{reverse('reports:reports')}?{urlencode(self.common[:1])}"
