"""The page around a summary: its matrix, its links and its words."""

from functools import cached_property

from django.utils.safestring import SafeString

from departments.access import Capability
from federation_tasks.dashboard import words
from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.matrix import Matrix
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.lights import Light


class Board:
    """What the dashboard's template shows of a summary."""

    def __init__(self, summary: Summary, number: str) -> None:
        self.summary = summary
        self.matrix = Matrix(summary, number)
        self.today = summary.access.on
        self.links = Links(summary.period, summary.day, self.today, summary.departments[0] if len(summary.departments) == 1 and not summary.is_whole else None)

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
        return self.summary.elapsed if self.summary.period.starts_on <= self.summary.day <= self.summary.period.ends_on else None

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
    def sums_of(self) -> str:
        """Return whose sums stand in the last row."""
        return "全会" if self.summary.is_whole else "合计"

    @property
    def legend(self) -> list[tuple[str, int, str]]:
        """Return every light with its number and the address of its tasks, empty where there is none."""
        return [(light.value, n, self.links.tasks(light=light) if n else "") for light, n in self.summary.counts.lights.items()]

    def word(self, light: Light) -> str:
        """Return what a light is called beside a number."""
        return self._words[light]

    @cached_property
    def _words(self) -> dict[Light, str]:
        return {light: self.summary.lamps.counted(light).words for light in Light}

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
