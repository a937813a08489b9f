"""The matrix as it is shown: its rows page by page, grouped by kind of department."""

from dataclasses import dataclass
from itertools import groupby

from django.core.paginator import Page, Paginator

from departments.models import Department
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.models import Goal

ROWS, ORPHANS = 40, 10  # a federation of up to fifty departments stands on one page


@dataclass(frozen=True)
class Row:
    """One department's row: its cells in the order of the goals, and their sum."""

    department: Department
    cells: list[tuple[Goal, Counts]]
    total: Counts


@dataclass(frozen=True)
class Group:
    """The rows of one kind of department."""

    label: str
    rows: list[Row]


class Matrix:
    """One page of the matrix of a summary. The sums below it are those of all pages."""

    def __init__(self, summary: Summary, number: str) -> None:
        self.summary = summary
        self.page: Page[Department] = Paginator(summary.departments, ROWS, orphans=ORPHANS).get_page(number)

    @property
    def groups(self) -> list[Group]:
        """Return the rows of this page, by kind."""
        by_kind = groupby(self.page.object_list, key=lambda department: department.get_kind_display())
        return [Group(label, [self._row(department) for department in departments]) for label, departments in by_kind]

    @property
    def sums(self) -> list[tuple[Goal, Counts]]:
        """Return the sums of the columns."""
        return list(self.summary.by_goal.items())

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.summary.goals) + 2

    def _row(self, department: Department) -> Row:
        return Row(department, list(self.summary.row(department).items()), self.summary.by_department[department])
