"""The dashboard's numbers, put together for one person, one period and one day. Page, JSON and letters read the same ones."""

import datetime as dt
from functools import cached_property

from django.db.models import QuerySet

from departments.access import Access, Capability
from departments.models import Department, Leader
from federation_tasks.dashboard.gaps import GapBoard
from federation_tasks.dashboard.leaders import in_charge, of_leaders
from federation_tasks.dashboard.overdue import Overdue, longest_overdue
from federation_tasks.dashboard.reporting import Reporting
from federation_tasks.dashboard.review import ReviewQueue
from federation_tasks.dashboard.supervising import Supervising
from federation_tasks.dashboard.waits import Waits
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Goal, Period
from federation_tasks.plan.tally import Tally
from federation_tasks.reports.awaiting import Awaiting, awaiting
from federation_tasks.reports.gaps import GapCount

KINDS = list(Department.Kind.values)


def summarise(access: Access, period: Period, day: dt.date) -> "Summary":
    """Return what this person may see of a period on a day: as it stands now, or as it stood at the end of a day that is over."""
    return Summary(access, period, day)


class Summary:
    """What one person sees of one period on one day.

    Each part is read when it is first asked for, with one or two queries whatever the number of departments and tasks, so that a
    reader who needs a few of the numbers pays for no others.
    """

    def __init__(self, access: Access, period: Period, day: dt.date) -> None:
        self.access, self.period, self.day = access, period, day

    @cached_property
    def lamps(self) -> Lamps:
        """Return the lights of the day, with their names and thresholds."""
        return Lamps(self.day)

    @cached_property
    def since(self) -> dt.date:
        """Return the working day before: what turned red after it is newly overdue."""
        return self.tally.since

    @property
    def elapsed(self) -> int:
        """Return how many percent of the period are gone by."""
        return self.period.elapsed(self.day)

    @property
    def is_whole(self) -> bool:
        """Say whether this person sees the whole federation."""
        return self.access.everywhere(Capability.READ_DASHBOARD)

    @property
    def scope(self) -> QuerySet[Department] | None:
        """Return the departments whose dashboard this person sees; None for the whole federation."""
        return None if self.is_whole else self.access.departments(Capability.READ_DASHBOARD)

    @cached_property
    def tally(self) -> Tally:
        """Return the numbers by light of what is seen: of this period, led by one of these departments."""
        return Tally(self.period, self.day, self.access.on, self.scope, lamps=self.lamps)

    @cached_property
    def goals(self) -> list[Goal]:
        """Return the goals, in their order."""
        return list(Goal.objects.all())

    @cached_property
    def departments(self) -> list[Department]:
        """Return the departments that have tasks or owe a report in the period, closed ones too; by kind, then in their order."""
        concerned = self._cells.keys() | set(self.reporting.owing)
        return sorted((row for row in self._allowed.values() if row.pk in concerned), key=lambda row: KINDS.index(row.kind))

    def row(self, department: Department) -> dict[Goal, Counts]:
        """Return one row of the matrix: the counts of a department by goal."""
        cells = self._cells.get(department.pk, {})
        return {goal: cells.get(goal.pk) or Counts() for goal in self.goals}

    @cached_property
    def rows(self) -> dict[Department, dict[Goal, Counts]]:
        """Return the whole matrix: the counts of each department and goal."""
        return {department: self.row(department) for department in self.departments}

    @cached_property
    def by_department(self) -> dict[Department, Counts]:
        """Return the counts of each row of the matrix."""
        return {department: self._sums.get(department.pk) or Counts() for department in self.departments}

    @cached_property
    def by_goal(self) -> dict[Goal, Counts]:
        """Return the counts of each column of the matrix."""
        return {goal: total_of(cells[goal.pk] for cells in self._cells.values() if goal.pk in cells) for goal in self.goals}

    @cached_property
    def counts(self) -> Counts:
        """Return the counts of all that this person sees."""
        return total_of(self._sums.values())

    @cached_property
    def charges(self) -> dict[int, Leader]:
        """Return who is in charge of each department on the day, by the department's id."""
        return in_charge(self.day, self.departments)

    @cached_property
    def by_leader(self) -> list[tuple[Leader | None, int, Counts]]:
        """Return for each leader the number of departments and their counts; last, where there are any, those under nobody."""
        return of_leaders(self.charges, self.by_department)

    @cached_property
    def overdue(self) -> list[Overdue]:
        """Return the tasks that have been overdue for longest, as many as a page shows; `counts.overdue` says how many there are."""
        return longest_overdue(self.tally, self.charges) if self.counts.overdue else []

    @cached_property
    def reporting(self) -> Reporting:
        """Return who owes a report in the period and where each one stands."""
        return Reporting(self.access, self.period, self.day, self.scope)

    @cached_property
    def problems(self) -> GapBoard:
        """Return the five gaps: ranked, by department, without a measure, and come back."""
        return GapBoard(self.access, self.period, self.day, self.scope)

    @property
    def gaps(self) -> list[GapCount]:
        """Return the five gaps, the one with most problems first."""
        return self.problems.ranked

    @cached_property
    def waits(self) -> Waits:
        """Return how long things may wait on the day, read once for all that waits."""
        return Waits(self.day)

    @cached_property
    def queue(self) -> ReviewQueue:
        """Return the reports that await a decision."""
        return ReviewQueue(self.access, self.period, self.day, self.scope, self.waits)

    @cached_property
    def supervising(self) -> Supervising:
        """Return who is being chased."""
        return Supervising(self.access, self.period, self.day, self.scope, self.waits)

    @cached_property
    def awaiting(self) -> Awaiting | None:
        """Return what awaits this person's decision; None for someone who is no leader."""
        return awaiting(self.access) if self.access.leader else None

    @cached_property
    def _allowed(self) -> dict[int, Department]:
        """Return all departments whose dashboard this person sees, by id, in their order."""
        return {row.pk: row for row in self.access.departments(Capability.READ_DASHBOARD)}

    @cached_property
    def _sums(self) -> dict[int, Counts]:
        """Return the counts by the id of the department."""
        return {department: total_of(cells.values()) for department, cells in self._cells.items()}

    @cached_property
    def _cells(self) -> dict[int, dict[int, Counts]]:
        """Return the counts by the ids of department and goal: the one query behind every number by light."""
        found: dict[int, dict[int, Counts]] = {}
        for (department, goal), counts in self.tally.by("department_id", "goal_id", newly=True).items():
            found.setdefault(department, {})[goal] = counts
        return found
