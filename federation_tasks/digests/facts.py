"""What a digest remembers for the next one to compare with: which tasks were overdue, and what the leader was in charge of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from federation_tasks.plan.models import Task


@dataclass(frozen=True)
class Remembered:
    """One task that was overdue when the letter was written."""

    due: dt.date
    department: int
    title: str


@dataclass(frozen=True)
class Facts:
    """The state of a leader's tasks when a letter was written."""

    scope: frozenset[int] | None = None  # ids of departments; None is the whole federation
    overdue: dict[int, Remembered] = field(default_factory=dict)
    suspended: frozenset[int] = frozenset()  # ids of tasks that did not count then

    @classmethod
    def of(cls, scope: frozenset[int] | None, overdue: Iterable[Task], suspended: Iterable[int]) -> Self:
        """Return the facts of a day."""
        return cls(scope, {task.pk: Remembered(task.due, task.department_id, task.title) for task in overdue}, frozenset(suspended))

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Self:
        """Return facts as they were stored on a letter."""
        scope = stored.get("scope")
        rows = {pk: Remembered(dt.date.fromisoformat(due), department, title) for pk, due, department, title in stored.get("overdue", [])}
        return cls(None if scope is None else frozenset(scope), rows, frozenset(stored.get("suspended", [])))

    def stored(self) -> dict[str, Any]:
        """Return the facts as JSON."""
        return {
            "scope": None if self.scope is None else sorted(self.scope),
            "overdue": [[pk, row.due.isoformat(), row.department, row.title] for pk, row in self.overdue.items()],
            "suspended": sorted(self.suspended),
        }

    def covers(self, department: int) -> bool:
        """Say whether the leader was in charge of a department."""
        return self.scope is None or department in self.scope
