"""The urges that were sent, newest first, as one person may read them: each with its state and what the department said."""

from functools import cached_property

from django.core.paginator import Page
from django.db.models import Count

from departments.access import Access
from federation_tasks.supervision.listing import Chip, page_chips, page_of
from federation_tasks.supervision.models import Urge, UrgeState
from federation_tasks.supervision.models.urge import UrgeQuerySet
from federation_tasks.supervision.stages import Stages

READ_ALONG = ("notice__by", "department", "period", "task", "report_duty__period", "report_duty__department", "instruction_duty__instruction__period")


def readable(access: Access) -> UrgeQuerySet:
    """Return the urges that this person may read, with what pages show of them."""
    rows: UrgeQuerySet = Urge.objects.visible_to(access)
    return rows.select_related(*READ_ALONG, "task__period", "instruction_duty__department", "answered_by")


class SentUrges:
    """One page of them: four queries, whatever their number."""

    def __init__(self, access: Access, state: str, page: str) -> None:
        self.access, self.page_typed = access, page
        self.state = state if state in UrgeState.values else ""

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return how many there are in each state."""
        return dict(Urge.objects.visible_to(self.access).order_by().values_list("state").annotate(Count("pk")))

    @property
    def number(self) -> int:
        """Return how many the list has, on all its pages."""
        return self.counts.get(self.state, 0) if self.state else sum(self.counts.values())

    @cached_property
    def page(self) -> Page:
        """Return the page that was asked for; the last one where there are fewer."""
        rows = readable(self.access).filter(state=self.state) if self.state else readable(self.access)
        return page_of(rows.order_by("-pk"), self.number, self.page_typed)

    @cached_property
    def stages(self) -> Stages:
        """Return the stages by the names that are in use."""
        return Stages()

    @property
    def chips(self) -> list[Chip]:
        """Return the links to each state, with its number."""
        every = Chip(f"全部 {sum(self.counts.values())}", "?", not self.state)
        states = [
            Chip(f"{UrgeState(state).label} {self.counts.get(state, 0)}", f"?state={state}", self.state == state)
            for state in UrgeState.values
            if self.counts.get(state) or self.state == state
        ]
        return [every, *states]

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages, with gaps; none where there is only one."""
        beside = f"state={self.state}&" if self.state else ""
        return page_chips(self.page, lambda page: f"?{beside}page={page}")
