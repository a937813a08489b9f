"""What happened to a report, as its page tells it."""

from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from departments.access import Access, Capability
from federation_tasks.reports.models import Report
from federation_tasks.reports.moves import REPORT_MOVES
from federation_tasks.reports.remarks import Remark, remarks_of
from federation_tasks.supervision.events import Kind, Story
from federation_tasks.workflow.models import HistoryRow

DECISIONS = ("approve", "return")


@dataclass(frozen=True)
class Event:
    """One move of a report."""

    row: HistoryRow

    @property
    def words(self) -> str:
        """Return what was done, with the version, whether it came late, and at how many places a leader said something."""
        facts = self.row.facts
        version = f"第 {facts['version']} 稿" if "version" in facts else ""
        flags = "（迟报）" if facts.get("late") else "（未审）" if facts.get("unreviewed") else ""
        places = f"（逐项意见 {len(self.remarks)} 处）" if self.remarks else ""
        return f"{REPORT_MOVES[self.row.move].label}{version}{flags}{places}"

    @property
    def version(self) -> int:
        """Return the number of the version that it was about; 0 where none was noted."""
        return int(self.row.facts.get("version", 0))

    @cached_property
    def remarks(self) -> list[Remark]:
        """Return what a leader said at single places."""
        return remarks_of(self.row.facts)

    @property
    def said(self) -> str:
        """Return the reason, or where none was given for the whole, what was said at the places."""
        return self.row.reason or "\n".join(f"{remark.about}：{remark.text}" for remark in self.remarks)

    @property
    def who(self) -> str:
        """Return who did it, and in what capacity."""
        return f"{self.row.actor}（{self.row.acting_as}）" if self.row.acting_as else str(self.row.actor)

    @property
    def hour(self) -> str:
        """Return at what time it was done; empty where it was noted on another day."""
        at = timezone.localtime(self.row.at)
        return f"{at:%H:%M}" if at.date() == self.row.on else ""

    @property
    def is_decision(self) -> bool:
        """Say whether a leader decided."""
        return self.row.move in DECISIONS


def events_of(report: Report) -> list[Event]:
    """Return what happened to a report, the newest first."""
    return [Event(row) for row in HistoryRow.objects.of(report).select_related("actor")]


def decisions_on(events: list[Event], number: int) -> list[Event]:
    """Return who decided what on a version, the newest first."""
    return [event for event in events if event.is_decision and event.version == number]


def last_return(events: list[Event], upto: int) -> Event | None:
    """Return the newest return among the versions up to this number; None where none of them was returned."""
    return next((event for event in events if event.row.move == "return" and event.version <= upto), None)


def words_of_return(report: Report, events: list[Event]) -> Event | None:
    """Return the leader's last words for a report that its authors are correcting; None where nothing was sent back."""
    if not report.is_editable:
        return None
    return next((event for event in events if event.row.move == "return"), None)


def _title(row: HistoryRow, _report: Report, _label: str) -> str:
    return f"汇报{Event(row).words}"


def _address(report: Report, access: Access) -> str:
    """Return where a report is read; empty for somebody who may not open it as it stands, such as a leader whom a draft is no business of."""
    may_open = report.standing_id is not None or access.may(Capability.DRAFT_REPORTS, report.department_id)
    return report.get_absolute_url() if may_open else ""


# In the timelines of departments; only of moves, never of texts, and only to those who read what is submitted.
STORY = Story(Kind.REPORTS, _title, beside=("period", "department"), needs=Capability.READ_SUBMITTED, address=_address)
