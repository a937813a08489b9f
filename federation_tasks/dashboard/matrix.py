"""The matrix as it is shown. Up to fifty departments stand on one page, grouped; of more, the groups come first, each leading to its own.

Nothing here reads all departments where there are many: the database sorts, sums and pages.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404

from departments.models import Department
from federation_tasks.dashboard.grouping import GROUPINGS, Grouping
from federation_tasks.dashboard.leaders import trouble
from federation_tasks.dashboard.places import Places
from federation_tasks.dashboard.shape import Shape
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.models import Goal
from federation_tasks.plan.tally import EVERY

ROWS, ORPHANS = 40, 10  # a federation of up to fifty departments stands on one page
NOTHING = Counts()
Sums = dict[int, Counts]


@dataclass(frozen=True)
class Row:
    """One row: a department, or a group with the number of its departments; its cells in the order of the goals, and their sum."""

    name: str
    cells: list[tuple[Goal, Counts]]
    total: Counts
    department: Department | None = None
    group: str = ""
    number: int = 0


@dataclass(frozen=True)
class Group:
    """Some rows under one head; an empty label is no head."""

    label: str
    rows: list[Row]


class Matrix:
    """One page of the matrix of a summary. The sums below it are those of all pages: of the whole, or of the group that is shown."""

    def __init__(self, summary: Summary, shape: Shape) -> None:
        self.summary, self.shape = summary, shape
        self.by = shape.by or "kind"
        self.grouping: Grouping = GROUPINGS[self.by](summary.day)

    @property
    def is_empty(self) -> bool:
        """Say whether there is no department to show."""
        return not self.summary.places.number

    @property
    def is_small(self) -> bool:
        """Say whether all departments stand on one page."""
        return self.summary.places.number <= ROWS + ORPHANS

    @cached_property
    def numbers(self) -> dict[Any, int]:
        """Return how many departments each group has."""
        return self.grouping.numbers(self.summary.places)

    @cached_property
    def key(self) -> Any:
        """Return the group that is shown. Raises Http404 for one that has no department here."""
        key = self.grouping.read(self.shape.group)
        if key not in self.numbers:
            raise Http404
        return key

    @cached_property
    def group_name(self) -> str:
        """Return what the group that is shown is called; nothing where none is."""
        return self.grouping.names([self.key])[self.key] if self.shape.group else ""

    @property
    def shows_groups(self) -> bool:
        """Say whether the rows are groups."""
        return not (self.is_small or self.shape.group) and len(self.numbers) > 1

    @cached_property
    def _places(self) -> Places:
        """Return the departments whose rows are shown on some page."""
        if not self.shape.group:
            return self.summary.places
        inside = self.grouping.departments(self.key)
        if self.summary.scope is not None:
            inside = inside.filter(pk__in=self.summary.scope.order_by().values("pk"))
        return Places(self.summary.tally, inside)

    @cached_property
    def _where(self) -> Q:
        """Return the condition for the counts of the group that is shown."""
        return Q(department__in=self.grouping.departments(self.key).order_by().values("pk")) if self.shape.group else EVERY

    @cached_property
    def page(self) -> Page[Any]:
        """Return the page that was asked for: of groups, or of departments."""
        number = len(self.numbers) if self.shows_groups else self._places.number
        return Paginator(range(number), ROWS, orphans=ORPHANS).get_page(self.shape.page)

    @property
    def _is_all(self) -> bool:
        return self.is_small and not self.shape.group

    @cached_property
    def groups(self) -> list[Group]:
        """Return the rows of this page under their heads."""
        if self.is_empty:
            return []
        if self.shows_groups:
            return [Group("", self._group_rows())]
        if self._is_all:
            return self._small()
        return [Group("", self._rows(self._of_page()))]

    @cached_property
    def by_goal(self) -> dict[Goal, Counts]:
        """Return the sums of the columns, of all pages."""
        if not self.shape.group:
            return self.summary.by_goal
        found = self.summary.tally.by("goal_id", where=self._where)
        return {goal: found.get((goal.pk,), NOTHING) for goal in self.summary.goals}

    @property
    def whole(self) -> Counts:
        """Return the sum of all pages."""
        return total_of(self.by_goal.values()) if self.shape.group else self.summary.counts

    @property
    def width(self) -> int:
        """Return the number of columns."""
        return len(self.summary.goals) + 2

    # --- Departments -------------------------------------------------------------------------------------------------

    def _small(self) -> list[Group]:
        """Return all departments by group, sorted inside it."""
        departments = list(self.summary.places.concerned)
        keys = self.grouping.keys_of(departments)
        found: dict[Any, list[Row]] = {}
        for row in self._rows(departments, EVERY):
            assert row.department is not None
            found.setdefault(keys[row.department.pk], []).append(row)
        order = self.grouping.ordered({key: len(rows) for key, rows in found.items() if key is not None})
        names = self.grouping.names(found)
        return [Group(names[key], self._sorted(found[key])) for key in [*order, *(key for key in found if key not in order)]]

    def _sorted(self, rows: list[Row]) -> list[Row]:
        return rows if self.shape.by_order else sorted(rows, key=lambda row: trouble(row.total))

    def _of_page(self) -> list[Department]:
        """Return the departments of the page; by trouble, those without a task come last."""
        start, stop = self.page.start_index() - 1, self.page.end_index()
        if self.shape.by_order:
            return list(self._places.concerned[start:stop])
        columns = ("department__order", "department_id")
        worst, number = self.summary.tally.worst(*columns, where=self._where, start=start, stop=stop)
        ids = [pk for (_, pk), _ in worst]
        named = Department.objects.in_bulk(ids)
        idle: QuerySet[Department] = self._places.idle[max(0, start - number) : max(0, stop - number)]
        return [*(named[pk] for pk in ids), *(idle if stop > number else [])]

    def _rows(self, departments: list[Department], where: Q | None = None) -> list[Row]:
        if where is None:
            where = Q(department__in=[row.pk for row in departments])
        cells = _by_row(self.summary.tally.by("department_id", "goal_id", where=where))
        return [self._row(str(row), cells.get(row.pk, {}), department=row) for row in departments]

    def _row(self, name: str, cells: Sums, **more: Any) -> Row:
        return Row(name, [(goal, cells.get(goal.pk, NOTHING)) for goal in self.summary.goals], total_of(cells.values()), **more)

    # --- Groups ------------------------------------------------------------------------------------------------------

    def _group_rows(self) -> list[Row]:
        """Return the groups of the page."""
        keys = self._keys_of_page()
        cells, names = _by_row(self.grouping.sums(self.summary.tally, keys, "goal_id")), self.grouping.names(keys)
        return [self._row(names[key], cells.get(key, {}), group=self.grouping.typed(key), number=self.numbers[key]) for key in keys]

    def _keys_of_page(self) -> list[Any]:
        keys = list(self.numbers)
        if not self.shape.by_order:
            sums = self.grouping.sums(self.summary.tally, keys)
            keys.sort(key=lambda key: trouble(sums.get((key,), NOTHING)))
        return keys[self.page.start_index() - 1 : self.page.end_index()]


def _by_row(found: dict[Any, Counts]) -> dict[Any, Sums]:
    """Return counts by key and goal as rows of counts by goal."""
    rows: dict[Any, Sums] = {}
    for (key, goal), counts in found.items():
        rows.setdefault(key, {})[goal] = counts
    return rows
