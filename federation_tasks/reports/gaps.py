"""The problems that departments name, counted by the five gaps: from what stands submitted, never from drafts."""

from collections.abc import Iterable
from dataclasses import dataclass

from departments.models import Department
from federation_tasks.plan.models import Goal, Period
from federation_tasks.reports.models import Report


@dataclass
class GapCount:
    """One gap in one period."""

    goal: Goal
    problems: int = 0
    departments: int = 0
    without_measure: int = 0  # 有差距无措施

    def add(self, problems: int, without_measure: int) -> None:
        """Count one department's problems in."""
        self.problems += problems
        self.departments += 1
        self.without_measure += without_measure


def ranked_gaps(period: Period, departments: Iterable[Department]) -> list[GapCount]:
    """Return the five gaps, the one with most problems first, over what these departments have submitted: two queries.

    Each department counts with its latest version that was not withdrawn, also while it corrects a returned one.
    """
    counts = {str(goal.number): GapCount(goal) for goal in Goal.objects.all()}
    reports = Report.objects.filter(period=period, department__in=departments, standing__isnull=False)
    for gaps in reports.order_by().values_list("standing__gaps", flat=True):
        for number, (problems, without_measure) in gaps.items():
            if number in counts:
                counts[number].add(problems, without_measure)
    return sorted(counts.values(), key=lambda row: (-row.problems, row.goal.number))
