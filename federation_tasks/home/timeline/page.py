"""One page of a department's timeline, and its newest events for the department's own page."""

from functools import cached_property

from django.core.paginator import Page, Paginator

from departments.access import Access
from departments.models import Department
from federation_tasks.home.timeline.filters import TimelineFilter
from federation_tasks.home.timeline.sources import Sources
from federation_tasks.plan.models import Period
from federation_tasks.supervision.events import WORDS, Event, Kind
from federation_tasks.supervision.listing import Chip, page_chips

ON_A_PAGE = 50
NEWEST = 5  # on the department's own page


def newest_events(department: Department, period: Period, access: Access) -> list[Event]:
    """Return the newest events of a half-year: a bounded number of queries."""
    return Sources(department, period, access).newest(None, 0, NEWEST)


class DepartmentTimeline:
    """What the template of /departments/<code>/timeline/ shows. The number of queries does not grow with what happened."""

    def __init__(self, department: Department, form: TimelineFilter, page: str) -> None:
        self.department, self.form, self.page_typed = department, form, page
        chosen = form.cleaned_data
        self.period: Period = chosen["period"]
        self.show: Kind | None = chosen["show"]
        self.words: str = chosen["q"].strip()

    @cached_property
    def sources(self) -> Sources:
        """Return where the events come from."""
        return Sources(self.department, self.period, self.form.access, self.words)

    @property
    def number(self) -> int:
        """Return how many events there are of the kind that was asked for, on all pages."""
        return self.sources.numbers[self.show]

    @cached_property
    def page(self) -> Page:
        """Return the page that was asked for; the last one where there are fewer."""
        return Paginator(range(self.number), ON_A_PAGE).get_page(self.page_typed)

    @cached_property
    def events(self) -> list[Event]:
        """Return the events of the page, newest first."""
        first = (self.page.number - 1) * ON_A_PAGE
        return self.sources.newest(self.show, first, first + ON_A_PAGE) if self.number else []

    @property
    def chips(self) -> list[Chip]:
        """Return the links to each kind, with its number; what has nothing is left out."""
        numbers = self.sources.numbers
        found = [Chip(f"全部 {numbers[None]}", self.form.address(show=""), self.show is None)]
        shown = [kind for kind in Kind if numbers[kind] or self.show is kind]
        return found + [Chip(f"{WORDS[kind]} {numbers[kind]}", self.form.address(show=kind), self.show is kind) for kind in shown]

    @property
    def pages(self) -> list[Chip]:
        """Return the links to the pages, with gaps; none where there is only one."""
        return page_chips(self.page, self.form.address)

    @property
    def kind_words(self) -> str:
        """Return the kind that was asked for in words; empty for all."""
        return WORDS[self.show] if self.show else ""

    @property
    def address_without(self) -> str:
        """Return the address that shows everything of the half-year."""
        return self.form.address(show="", q="")
