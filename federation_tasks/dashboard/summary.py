"""The dashboard's numbers, put together for one person, one period and one day. Page, JSON and letters read the same ones."""

import datetime as dt
from functools import cached_property

from django.db.models import QuerySet

from departments.access import Access, Capability
from departments.models import Department, Leader
from federation_tasks.dashboard.gaps import GapBoard
from federation_tasks.dashboard.leaders import Leaders, portfolio_of
from federation_tasks.dashboard.overdue import Overdue, longest_overdue
from federation_tasks.dashboard.places import Places
from federation_tasks.dashboard.reporting import Reporting
from federation_tasks.dashboard.review import ReviewQueue
from federation_tasks.dashboard.supervising import Supervising
from federation_tasks.dashboard.waits import Waits
from federation_tasks.dashboard.worsening import Worsening
from federation_tasks.plan.counts import Counts, total_of
from federation_tasks.plan.lights import Lamps
from federation_tasks.plan.models import Goal, Period
from federation_tasks.plan.snapshot import once
from federation_tasks.plan.tally import Tally
from federation_tasks.reports.awaiting import Numbers, number_awaiting
from federation_tasks.reports.gaps import GapCount

KINDS = list(Department.Kind.values)


def summarise(access: Access, period: Period, day: dt.date, leader: Leader | None = None) -> "Summary":
    """Return what this person may see of a period on a day: as it stands now, or as it stood at the end of a day that is over."""
    return Summary(access, period, day, leader)


class Summary:
    """What one person sees of one period on one day; with `leader`, of that leader's portfolio on the day.

    Each part is read when it is first asked for, with one or two queries whatever the number of departments and tasks, so that a
    reader who needs a few of the numbers pays for no others. Only what stands under All rows has as many rows as there are departments.
    """

    def __init__(self, access: Access, period: Period, day: dt.date, leader: Leader | None = None) -> None:
        self.access, self.period, self.day, self.leader = access, period, day, leader

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

    @cached_property
    def sees_all(self) -> bool:
        """Say whether this person may see the whole federation."""
        return self.access.everywhere(Capability.READ_DASHBOARD)

    @property
    def is_whole(self) -> bool:
        """Say whether these are the numbers of the whole federation."""
        return self.leader is None and self.sees_all

    @cached_property
    def scope(self) -> QuerySet[Department] | None:
        """Return the departments whose numbers these are; None for the whole federation."""
        if self.is_whole:
            return None
        seen = self.access.departments(Capability.READ_DASHBOARD)
        return seen if self.leader is None else seen.filter(pk__in=portfolio_of(self.leader, self.day))

    @cached_property
    def tally(self) -> Tally:
        """Return the numbers by light of what is seen: of this period, led by one of these departments."""
        return Tally(self.period, self.day, self.access.on, self.scope, lamps=self.lamps)

    @cached_property
    def goals(self) -> list[Goal]:
        """Return the goals, in their order."""
        return once(Goal, lambda: list(Goal.objects.all()))

    @cached_property
    def by_goal(self) -> dict[Goal, Counts]:
        """Return the counts of each column of the matrix."""
        return {goal: self.tally.by_goal.get(goal.pk) or Counts() for goal in self.goals}

    @property
    def counts(self) -> Counts:
        """Return the counts of all that this person sees."""
        return self.tally.whole

    @cached_property
    def places(self) -> Places:
        """Return which departments have tasks or owe a report in the period."""
        return Places(self.tally, self.scope)

    @cached_property
    def only(self) -> Department | None:
        """Return the one department that these numbers are about, where they are about one."""
        return self.places.concerned.get() if not self.is_whole and self.places.number == 1 else None

    @cached_property
    def worsening(self) -> Worsening:
        """Return what got worse, and since when."""
        return Worsening(self.tally, self.by_goal)

    @cached_property
    def leaders(self) -> Leaders:
        """Return the numbers by leader."""
        return Leaders(self.tally, self.places, self.counts)

    @property
    def by_leader(self) -> list[tuple[Leader | None, int, Counts]]:
        """Return for each leader the number of departments and their counts; last, where there are any, those under nobody."""
        return self.leaders.rows

    @cached_property
    def overdue(self) -> list[Overdue]:
        """Return the tasks that have been overdue for longest, as many as a page shows; `counts.overdue` says how many there are."""
        return longest_overdue(self.tally) if self.counts.overdue else []

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
    def awaiting(self) -> Numbers | None:
        """Return what awaits this person's decision; None for someone who is no leader."""
        return number_awaiting(self.access) if self.access.leader else None

    # --- All rows: for machines and sheets, not for the page ------------------------------------------------------------

    @cached_property
    def departments(self) -> list[Department]:
        """Return the departments that have tasks or owe a report in the period, closed ones too; by kind, then in their order."""
        return sorted(self.places.concerned, key=lambda row: KINDS.index(row.kind))

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
        return {department: total_of(self._cells.get(department.pk, {}).values()) for department in self.departments}

    @cached_property
    def _cells(self) -> dict[int, dict[int, Counts]]:
        """Return the counts by the ids of department and goal."""
        found: dict[int, dict[int, Counts]] = {}
        for (department, goal), counts in self.tally.by("department_id", "goal_id", newly=True).items():
            found.setdefault(department, {})[goal] = counts
        return found
