"""What the page of one goal shows: how it stands on a day, its departments, its overdue tasks, and its half-years."""

from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from departments.models import Department
from federation_tasks.dashboard import words
from federation_tasks.dashboard.board import bar_mark
from federation_tasks.dashboard.history import Half, halves
from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.overdue import Overdue, longest_overdue
from federation_tasks.dashboard.sentences import Sentence, sentence_of
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import Light
from federation_tasks.plan.models import Goal

ROWS, ORPHANS = 40, 10
OVERDUE = 10  # tasks; the rest is one link away


class GoalPage:
    """One goal in what one person sees of a period on a day. The number of queries does not grow with departments or tasks."""

    def __init__(self, summary: Summary, goal: Goal, number: str) -> None:
        self.summary, self.goal, self.number = summary, goal, number
        self.links = Links(summary.period, summary.day, summary.access.on, summary.only, leader=summary.leader)
        self.where = Q(goal=goal.pk)

    @cached_property
    def counts(self) -> Counts:
        """Return the numbers of the day."""
        return self.summary.by_goal[self.goal]

    @cached_property
    def words(self) -> str:
        """Return how the goal stands, in a sentence."""
        return words.of_goal(self.summary, self.counts)

    @property
    def elapsed(self) -> int | None:
        """Return where the mark of elapsed time stands; None where no time runs."""
        return bar_mark(self.summary)

    @property
    def is_another_day(self) -> bool:
        """Say whether the lights are judged on another day than today."""
        return self.summary.day != self.summary.access.on

    @property
    def day(self) -> str:
        """Return the day on which the lights are judged, in words."""
        return words.long_date(self.summary.day)

    @property
    def today_link(self) -> str:
        """Return the address of the same page of today."""
        return self.links.today(reverse("dashboard:goal", args=[self.goal.number]))

    @property
    def since(self) -> str:
        """Return the working day before, in words."""
        return words.short_date(self.summary.since)

    @cached_property
    def worse(self) -> Sentence | None:
        """Return what got worse, in words; None where nothing did."""
        found = next((row for row in self.summary.worsening.goals if row.subject == self.goal), None)
        return sentence_of(found, self.summary.lamps, self.links, "") if found else None

    @property
    def legend(self) -> list[tuple[str, int, str]]:
        """Return every light with its number and the address of its tasks, empty where there is none."""
        return [(light.value, n, self.links.tasks(goal=self.goal, light=light) if n else "") for light, n in self.counts.lights.items()]

    @cached_property
    def page(self) -> Page[int]:
        """Return the page of departments that was asked for."""
        return Paginator(range(self._number), ROWS, orphans=ORPHANS).get_page(self.number)

    @cached_property
    def _number(self) -> int:
        return self.summary.tally.worst("department_id", where=self.where, stop=1)[1]

    @cached_property
    def rows(self) -> list[tuple[Department, Counts, str, list[tuple[str, int]]]]:
        """Return the departments of the page, most trouble first: with counts, the address of the list, and the lights that are lit."""
        columns, start, stop = ("department__order", "department_id"), self.page.start_index(), self.page.end_index()
        found, _ = self.summary.tally.worst(*columns, where=self.where, start=max(0, start - 1), stop=stop) if self._number else ([], 0)
        named = Department.objects.in_bulk([pk for (_, pk), _ in found])
        return [(named[pk], counts, self.links.tasks(named[pk], self.goal), _lit(counts)) for (_, pk), counts in found]

    @property
    def pages(self) -> list[tuple[str, str, bool]]:
        """Return the links to the pages: words, address, and whether it is this one; a gap has no address."""
        if not self.page.has_other_pages():
            return []
        numbers = self.page.paginator.get_elided_page_range(self.page.number)
        return [(str(n), self.links.goal(self.goal, page=str(n)) if isinstance(n, int) else "", n == self.page.number) for n in numbers]

    @cached_property
    def overdue(self) -> list[Overdue]:
        """Return the tasks that have been overdue for longest."""
        return longest_overdue(self.summary.tally, self.where, OVERDUE) if self.counts.overdue else []

    @property
    def unlisted(self) -> int:
        """Return how many more tasks are overdue."""
        return self.counts.overdue - len(self.overdue)

    @property
    def overdue_link(self) -> str:
        """Return the address of all overdue tasks of the goal."""
        return self.links.tasks(goal=self.goal, light=Light.RED)

    @cached_property
    def halves(self) -> list[Half]:
        """Return the newest half-years with their numbers on the day."""
        return halves(self.summary, self.where)

    @property
    def others(self) -> list[tuple[Goal, str]]:
        """Return the other goals with their addresses."""
        return [(goal, self.links.goal(goal)) for goal in self.summary.goals if goal != self.goal]


def _lit(counts: Counts) -> list[tuple[str, int]]:
    return [(light.value, n) for light, n in counts.lights.items() if n]
