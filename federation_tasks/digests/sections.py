"""The sections of a digest as they are read: a title with the total, at most SHOWN rows, and where the rest stands."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from federation_tasks.plan.models import Task

SHOWN = 30  # rows of a section; the rest is one link away


@dataclass(frozen=True)
class Line:
    """One row: what it is, the link, and what a leader asks about it. `mark` is the light's shape, spoken words beside it."""

    state: str
    label: str
    url: str
    detail: str = ""
    note: str = ""
    mark: str = ""
    tone: str = ""
    is_waiting: bool = False  # `state` is how long it has waited
    number: int = 1  # of things that this row stands for

    @property
    def spoken(self) -> str:
        """Return the row's first line in plain text."""
        return f"{self.label}，已等 {self.state}" if self.is_waiting else " ".join(filter(None, (self.mark, self.state, self.label)))


@dataclass(frozen=True)
class Link:
    """A link with its text."""

    text: str
    url: str


@dataclass(frozen=True)
class Section:
    """One section of a digest."""

    title: str
    total: int
    lines: list[Line] = field(default_factory=list)
    more: list[Link] = field(default_factory=list)
    head: str = "情况"

    @property
    def hidden(self) -> int:
        """Return how many rows are not shown (另有 N 项)."""
        return self.total - sum(line.number for line in self.lines)


class Labels:
    """Link texts of one letter, no two of them the same: a reader who jumps from link to link hears which is which."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def unique(self, text: str, department: str, number: int) -> str:
        """Return the text, with the department where it has been used already, and with the thing's number if that has been too."""
        forms = (text, f"{text}（{department}）", f"{text}（{department}，编号 {number}）")
        label = next((form for form in forms if form not in self.used), forms[-1])
        self.used.add(label)
        return label


def section_of(
    title: str, things: Sequence[Any], line: Callable[[Any], Line], more: Iterable[Link] = (), *, total: int | None = None, head: str = "情况"
) -> Section:
    """Return a section of these things: the first SHOWN as rows, the rest as a number with links.

    `total` is given where there are more things than are handed in, or where one row stands for several.
    """
    lines, whole = [line(thing) for thing in things[:SHOWN]], len(things) if total is None else total
    section = Section(title, whole, lines, list(more), head)
    return section if section.hidden else replace(section, more=[])


def rest_of_tasks(title: str, tasks: Sequence[Task], light: str) -> list[Link]:
    """Return links to the tasks that are not shown: a list is of one period, so one link for each."""
    hidden = Counter(task.period for task in tasks[SHOWN:])
    return [Link(f"{title}另有 {n} 项（{period}）", address("supervision:tasks", period=period.code, light=light)) for period, n in hidden.items()]


def address(name: str, *args: object, **query: str) -> str:
    """Return a page's full address, for a reader outside the site."""
    return full(reverse(name, args=args)) + (f"?{urlencode(query)}" if query else "")


def full(path: str) -> str:
    """Return the full address of a path."""
    return f"{settings.SITE_URL}{path}"


def month_day(day: dt.date) -> str:
    """Return a date as it is said: 7月20日."""
    return f"{day.month}月{day.day}日"


def due_words(task: Task) -> str:
    """Return when a task is due; where that was put off, both dates."""
    first = f"（原定{month_day(task.original_due)}）" if task.was_extended else ""
    return f"{month_day(task.due)}到期{first}"


def shortened(text: str, length: int) -> str:
    """Return a text on one line, cut with an ellipsis where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
