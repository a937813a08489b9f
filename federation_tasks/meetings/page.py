"""The page of a circular: as it was issued, or as it would be issued today."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from departments.access import Access, Capability
from federation_tasks.meetings.circular import content_of
from federation_tasks.meetings.columns import Column
from federation_tasks.meetings.issuing import IssueForm, refusal_to_issue
from federation_tasks.meetings.models import Circular
from federation_tasks.plan.models import Period


@dataclass
class CircularPage:
    """What one person sees of a circular. Without one, `circular` is None, and the figures are those of the day."""

    period: Period
    content: dict[str, Any]
    circular: Circular | None = None
    is_partly: bool = False  # a deputy's, who sees his portfolio before it is issued
    refusal: str = ""  # why it cannot be issued today
    form: IssueForm | None = None

    @property
    def columns(self) -> list[Column]:
        """Return the columns as they stood when the figures were counted."""
        return [Column(*column) for column in self.content["columns"]]

    @property
    def width(self) -> int:
        """Return how many columns the table has."""
        return len(self.content["columns"]) + 1

    @property
    def day(self) -> dt.date:
        """Return the day of the figures."""
        return dt.date.fromisoformat(self.content["day"])

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, list[tuple[str, int]]]], list[tuple[str, int]]]]:
        """Return (kind, rows, sums) with each figure beside the head of its column."""
        return [(group["label"], [(row["name"], self._cells(row["figures"])) for row in group["rows"]], self._cells(group["total"])) for group in self._groups]

    @property
    def total(self) -> list[tuple[str, int]]:
        """Return the sums of all, each beside the head of its column."""
        return self._cells(self.content["total"])

    @property
    def rows(self) -> list[list[object]]:
        """Return the rows of the table for a sheet: kind, name, figures; the sums last."""
        found: list[list[object]] = []
        for label, rows, sums in self.groups:
            found += [[label, name, *(number for _, number in cells)] for name, cells in rows]
            found += [[label, "小计", *(number for _, number in sums)]] if len(rows) > 1 else []
        return [*found, ["", "合计", *(number for _, number in self.total)]]

    @property
    def _groups(self) -> list[dict[str, Any]]:
        return list(self.content["groups"])

    def _cells(self, figures: dict[str, int]) -> list[tuple[str, int]]:
        return [(column.label, figures[column.name]) for column in self.columns]


def page_of(period: Period, access: Access) -> CircularPage | None:
    """Return the page of a half-year for this person; None where there is nothing for him to see."""
    circular = Circular.objects.filter(period=period).select_related("issued_by").first()
    if circular:
        circular.period = period
        return CircularPage(period, circular.content, circular)
    return _preview(period, access) if may_preview(access) else None


def may_preview(access: Access) -> bool:
    """Say whether this person sees the figures before they are issued: the office and the leaders."""
    return access.leader is not None or access.may(Capability.SUPERVISE)


def _preview(period: Period, access: Access) -> CircularPage:
    content = content_of(period, access.departments(Capability.READ_DASHBOARD), access.on)
    page = CircularPage(period, content, is_partly=not access.everywhere(Capability.READ_DASHBOARD))
    if access.may(Capability.SUPERVISE):
        page.refusal = refusal_to_issue(period, access)
        page.form = None if page.refusal else IssueForm(use_required_attribute=False)
    return page
