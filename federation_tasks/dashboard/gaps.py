"""The five gaps as the dashboard tells them: ranked, by department, without a measure, and those that came back (五个差距)."""

import datetime as dt
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.plan.models import Goal, Period
from federation_tasks.reports.gaps import GapCount, Gaps, GapsOf

SHOWN = 10  # departments of each list


class GapBoard:
    """What one person sees of the five gaps of a period on a day: six queries, whatever the number of departments.

    `scope` says of which departments; None is the whole federation.
    """

    def __init__(self, access: Access, period: Period, day: dt.date, scope: QuerySet[Department] | None) -> None:
        self.access, self.period = access, period
        self.gaps = Gaps(period, day, access.on, scope)

    @cached_property
    def ranked(self) -> list[GapCount]:
        """Return the five gaps, the one with most problems first."""
        return list(self.gaps.ranked)

    @property
    def problems(self) -> int:
        """Return how many problems are named."""
        return sum(row.problems for row in self.ranked)

    @property
    def without_measure(self) -> int:
        """Return how many of them have no measure."""
        return sum(row.without_measure for row in self.ranked)

    @property
    def came_back(self) -> int:
        """Return how many times a department names a gap that it had named in the half-year before too."""
        return sum(row.came_back for row in self.ranked)

    @property
    def words(self) -> str:
        """Return which gaps the reports name most, in a sentence."""
        if not self.problems:
            return f"{self.period}已报送的汇报里还没有提出问题。" if self.gaps.reports else f"{self.period}还没有单位报送汇报，所以还没有问题可排。"
        most = "、".join(row.goal.gap_name for row in self.ranked if row.problems == self.ranked[0].problems)
        bare = f"其中 {self.without_measure} 个还没有写改进措施" if self.without_measure else "都写了改进措施"
        back = f"；有 {self.came_back} 处差距上一个半年也提过" if self.came_back else ""
        return f"{self.period}已报送的汇报共提出 {self.problems} 个问题，{most}上的最多（{self.ranked[0].problems} 个）；{bare}{back}。"

    @property
    def table(self) -> list[tuple[int, GapCount, int]]:
        """Return the gaps, worst first: place, gap, and its share of the worst one in percent; nothing where no problem is named."""
        problems = [row.problems for row in self.ranked]
        return [(1 + sum(n > row.problems for n in problems), row, 100 * row.problems // problems[0]) for row in self.ranked] if any(problems) else []

    # --- By department -----------------------------------------------------------------------------------------------

    @property
    def goals(self) -> list[Goal]:
        """Return the goals in their order: the columns."""
        return self.gaps.goals

    @cached_property
    def _worst(self) -> tuple[list[GapsOf], int]:
        return self.gaps.worst(SHOWN) if self.problems else ([], 0)

    @cached_property
    def _unmeasured(self) -> tuple[list[GapsOf], int]:
        return self.gaps.unmeasured(SHOWN) if self.without_measure else ([], 0)

    @cached_property
    def _returned(self) -> tuple[list[GapsOf], int]:
        return self.gaps.returned(SHOWN) if self.came_back else ([], 0)

    @property
    def by_department(self) -> list[tuple[str, str, list[tuple[Goal, int, bool]], int]]:
        """Return the departments that name most: name, address of the report, for each gap its problems and whether it came back, and the sum."""
        return [
            (row.department, self._href(row), [(goal, row.problems.get(goal.number, 0), goal.number in row.came_back) for goal in self.goals], row.total)
            for row in self._worst[0]
        ]

    @property
    def naming(self) -> int:
        """Return how many departments name any problem."""
        return self._worst[1]

    @property
    def unmeasured(self) -> list[tuple[str, str, str]]:
        """Return the departments with problems that have no measure: name, address of the report, and which problems in words."""
        return [(row.department, self._href(row), self._told(row.without_measure)) for row in self._unmeasured[0]]

    @property
    def more_unmeasured(self) -> int:
        """Return how many of them are not listed."""
        return self._unmeasured[1] - len(self._unmeasured[0])

    @property
    def returned(self) -> list[tuple[str, str, str, str]]:
        """Return the departments with gaps that came back: name, both reports' addresses, this one's first, and which gaps in words."""
        return [(row.department, self._href(row), self._before(row), self._named(row.came_back)) for row in self._returned[0]]

    @property
    def more_returned(self) -> int:
        """Return how many of them are not listed."""
        return self._returned[1] - len(self._returned[0])

    @property
    def before(self) -> Period | None:
        """Return the half-year before."""
        return self.gaps.before

    def _may_read(self, row: GapsOf) -> bool:
        # Who sees a department's dashboard may not read its papers for that.
        return self.access.may(Capability.READ_SUBMITTED, row.pk)

    def _href(self, row: GapsOf) -> str:
        return reverse("reports:report", args=[self.period.code, row.code]) if row.is_standing and self._may_read(row) else ""

    def _before(self, row: GapsOf) -> str:
        return reverse("reports:report", args=[self.before.code, row.code]) if self.before and self._may_read(row) else ""

    def _told(self, numbers: dict[int, int]) -> str:
        return "，".join(f"{goal.gap_name} {numbers[goal.number]} 个" for goal in self.goals if goal.number in numbers)

    def _named(self, numbers: frozenset[int]) -> str:
        return "、".join(goal.gap_name for goal in self.goals if goal.number in numbers)
