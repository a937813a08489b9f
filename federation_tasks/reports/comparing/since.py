"""What a department changed after a leader returned its report: for the page of the version that stands now."""

from dataclasses import dataclass

from federation_tasks.reports.comparing.changes import Change
from federation_tasks.reports.comparing.versions import Comparison
from federation_tasks.reports.history import Event, last_return
from federation_tasks.reports.models import Report
from federation_tasks.reports.remarks import ARRANGEMENTS, PROBLEM, Remark

MOST = 10  # changes named on the report's page; the rest are on the page of the comparison


@dataclass(frozen=True)
class SinceReturn:
    """The return, and the version returned compared with the one that stands."""

    event: Event
    comparison: Comparison
    number: int

    @property
    def answers(self) -> list[tuple[Remark, bool]]:
        """Return each remark of the leader's, and whether its place is not what it was."""
        return [(remark, self._is_touched(remark)) for remark in self.event.remarks]

    def _is_touched(self, remark: Remark) -> bool:
        touched = {change.key for change in self.comparison.changes if change.part == remark.part}
        if remark.part == ARRANGEMENTS:
            return bool(touched)
        if remark.part != PROBLEM:
            return str(remark.key) in touched
        place = next((n for n, problem in enumerate(self.comparison.new["problems"], 1) if problem.get("id") == remark.key), None)
        return place is None or str(place) in touched

    @property
    def first(self) -> list[Change]:
        """Return the changes that are named one by one."""
        return self.comparison.changes[:MOST]

    @property
    def more(self) -> int:
        """Return how many changes are not named."""
        return max(0, len(self.comparison.changes) - MOST)


def since_return(report: Report, events: list[Event]) -> SinceReturn | None:
    """Return what changed between the version that was returned last and the one that stands; None where none was returned before it."""
    standing = report.standing
    event = last_return(events, standing.number - 1) if standing else None
    if standing is None or event is None:
        return None
    old = report.versions.filter(number=event.version).values_list("content", flat=True).first()
    return SinceReturn(event, Comparison(old, standing.content), standing.number) if old else None
