"""The page around a summary: its matrix, its links and its words."""

from collections.abc import Iterable
from functools import cached_property

from django.urls import reverse
from django.utils.safestring import SafeString

from departments.access import Capability
from federation_tasks.dashboard import words
from federation_tasks.dashboard.cells import Cells
from federation_tasks.dashboard.grouping import GROUPINGS, places_have_regions
from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.matrix import Matrix
from federation_tasks.dashboard.sentences import Sentence, nothing_worse, sentences
from federation_tasks.dashboard.shape import Shape
from federation_tasks.dashboard.summary import Summary
from federation_tasks.dashboard.time.section import InTime
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal


class Board:
    """What the dashboard's template shows of a summary."""

    def __init__(self, summary: Summary, shape: Shape) -> None:
        self.summary, self.shape = summary, shape
        self.matrix = Matrix(summary, shape)
        self.today = summary.access.on
        self.links = Links(summary.period, summary.day, self.today, summary.only, leader=summary.leader, shape=shape.pairs)

    @cached_property
    def cells(self) -> Cells:
        """Return what prints the matrix."""
        return Cells(self.links, self.summary.lamps, self.summary.goals)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Return what got worse, in words."""
        whose = str(self.summary.only or self.sums_whole)
        return sentences(self.summary.worsening, self.summary.lamps, self.links, whose, with_departments=self.summary.only is None)

    @property
    def nothing_worse(self) -> str:
        """Return the sentence for when nothing got worse."""
        return nothing_worse(self.summary.worsening, self.since)

    @cached_property
    def time(self) -> InTime:
        """Return progress against time, where the pace leads to, and how earlier half-years stood."""
        return InTime(self.summary)

    @cached_property
    def headline(self) -> SafeString:
        """Return how things stand, in words."""
        return words.headline(self.summary)

    @property
    def pace(self) -> str:
        """Return progress against time, in words."""
        return words.pace(self.summary)

    @property
    def elapsed(self) -> int | None:
        """Return where the mark of elapsed time stands; None where no time runs."""
        return bar_mark(self.summary)

    @property
    def day(self) -> str:
        """Return the day on which the lights are judged, in words."""
        return words.long_date(self.summary.day)

    @property
    def since(self) -> str:
        """Return the working day before, in words."""
        return words.short_date(self.summary.since)

    @property
    def is_another_day(self) -> bool:
        """Say whether the lights are judged on another day than today."""
        return self.summary.day != self.today

    @property
    def today_link(self) -> str:
        """Return the address of the same page of today."""
        return self.links.today(reverse("dashboard:dashboard"))

    @property
    def sums_whole(self) -> str:
        """Return what everything that is seen is called."""
        return "全会" if self.summary.is_whole else "合计"

    @property
    def sums_of(self) -> str:
        """Return whose sums stand in the last row."""
        return self.matrix.group_name or self.sums_whole

    @property
    def sums_head(self) -> str:
        """Return the head of the last row."""
        return self.sums_of if self.sums_of == "合计" else f"{self.sums_of}合计"

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """Return the ways to group the matrix: label, address, and whether it is the one in use. By region only where there are regions."""
        ways = [(name, way) for name, way in GROUPINGS.items() if name != "region" or self.shape.by == name or places_have_regions()]
        return [(way.label, self.links.dashboard(by=name, group=""), name == self.matrix.by) for name, way in ways]

    @property
    def goal_links(self) -> list[tuple[Goal, str]]:
        """Return every goal with the address of its page."""
        return [(goal, self.links.goal(goal)) for goal in self.summary.goals]

    @property
    def page_numbers(self) -> Iterable[int | str]:
        """Return the numbers of the pages of the matrix, with gaps."""
        page = self.matrix.page
        return page.paginator.get_elided_page_range(page.number)

    @property
    def legend(self) -> list[tuple[str, int, str]]:
        """Return every light with its number and the address of its tasks, empty where there is none."""
        return [(light.value, n, self.links.tasks(light=light) if n else "") for light, n in self.summary.counts.lights.items()]

    @property
    def unlisted(self) -> int:
        """Return how many overdue tasks the page does not list."""
        return self.summary.counts.overdue - len(self.summary.overdue)

    @property
    def overdue_link(self) -> str:
        """Return the address of the whole overdue list."""
        return self.links.tasks(light=Light.RED)

    @property
    def reads_reports(self) -> bool:
        """Say whether this person reads reports at all."""
        return self.summary.access.may(Capability.READ_SUBMITTED)


def bar_mark(summary: Summary) -> int | None:
    """Return where the mark of elapsed time stands on a bar, in percent; None where no time runs."""
    return summary.elapsed if summary.period.starts_on <= summary.day <= summary.period.ends_on else None
