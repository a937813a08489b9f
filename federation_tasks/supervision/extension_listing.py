"""One page of a list of extensions: what the template of /extensions/ shows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.db.models import Case, Count, F, IntegerField, Value, When

from departments.access import Access
from federation_tasks.supervision.awaiting import Patience, Waiting
from federation_tasks.supervision.extension_filters import ExtensionFilter
from federation_tasks.supervision.listing import Chip, page_chips, page_of
from federation_tasks.supervision.models import Extension, ExtensionState

IS_WAITING = When(state=ExtensionState.ASKED, then=Value(0))
BESIDE = ("task__period", "task__department", "asked_by", "decided_by")


@dataclass(frozen=True)
class Row:
    """One extension of the list; `waiting` says since when it waits for a leader, where it does."""

    extension: Extension
    waiting: Waiting[Extension] | None


class ExtensionList:
    """The extensions that fit a filter, those that wait first, the oldest before the others. The same number of queries, however many they are."""

    def __init__(self, form: ExtensionFilter, access: Access, page: str) -> None:
        self.form, self.access, self.page_typed = form, access, page
        chosen = form.cleaned_data
        self.period, self.state, self.department = chosen["period"], chosen["state"], chosen["department"]

    @cached_property
    def patience(self) -> Patience:
        """Return how long a decision may take."""
        return Patience(self.access.on)

    @cached_property
    def extensions(self) -> Any:
        """Return those that fit all conditions but the state: the ones that the numbers are about."""
        rows = Extension.objects.visible_to(self.access).filter(task__period=self.period)
        return rows.filter(task__department=self.department) if self.department else rows

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return the numbers by state: one query."""
        return dict(self.extensions.order_by().values_list("state").annotate(Count("pk")))

    @property
    def number(self) -> int:
        """Return how many rows the list has, on all its pages."""
        return self.counts.get(self.state, 0) if self.state else sum(self.counts.values())

    @cached_property
    def page(self) -> Page:
        """Return the page that was asked for; the last one where there are fewer."""
        return page_of(self._sorted(), self.number, self.page_typed)

    def _sorted(self) -> Any:
        rows = self.extensions.filter(state=self.state) if self.state else self.extensions
        since = Case(When(state=ExtensionState.ASKED, then=F("asked_on")))
        rank = Case(IS_WAITING, default=Value(1), output_field=IntegerField())
        return rows.annotate(rank=rank, since=since).order_by("rank", "since", "-pk").select_related(*BESIDE)

    @cached_property
    def rows(self) -> list[Row]:
        """Return the rows of the page."""
        return [Row(row, self._waiting(row)) for row in self.page.object_list]

    def _waiting(self, row: Extension) -> Waiting[Extension] | None:
        return self.patience.since(row, row.asked_on or self.access.on) if row.state == ExtensionState.ASKED else None

    @property
    def state_chips(self) -> list[Chip]:
        """Return the links to each state, with its number; states without a row are left out."""
        every = Chip(f"全部 {sum(self.counts.values())}", self.form.address(state=""), not self.state)
        shown = [state for state in ExtensionState if self.counts.get(state.value) or self.state == state]
        return [
            every,
            *(Chip(f"{state.label} {self.counts.get(state.value, 0)}", self.form.address(state=state.value), self.state == state.value) for state in shown),
        ]

    @property
    def conditions(self) -> list[Chip]:
        """Return the conditions in force, each with the link that takes it off."""
        return [Chip(str(self.department), self.form.address(department=""))] if self.department else []

    @property
    def is_narrowed(self) -> bool:
        """Say whether any condition is in force beside the half-year."""
        return bool(self.conditions or self.state)

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages."""
        return page_chips(self.page, self.form.address)
