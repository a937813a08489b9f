"""Where days and percents stand in a picture: coordinates for server-rendered SVG, rounded to a tenth of a unit."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

WIDTH, HEIGHT = 720, 330
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 46, 44  # room for the percents, for what the lines mean, and for what stands below
STEPS = (0, 25, 50, 75, 100)  # percents with a line
ACROSS = WIDTH - LEFT - RIGHT


def number(value: float) -> str:
    """Return a coordinate as SVG has it, whatever the language of the page: 56, 287.3."""
    return f"{value:.1f}".removesuffix(".0")


def height(percent: float) -> float:
    """Return where a percent stands."""
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * percent / 100


def grid() -> list[tuple[int, str, str]]:
    """Return the lines across: percent, where its line stands, and the foot of its label."""
    return [(percent, number(height(percent)), number(height(percent) + 5)) for percent in STEPS]


@dataclass(frozen=True)
class Frame:
    """A picture of the days from the first to the last, both in full: the left edge is the first day's 0:00, the right edge the last day's 24:00."""

    first: dt.date
    last: dt.date

    def x(self, day: dt.date) -> float:
        """Return where the beginning of a day stands, as `Period.elapsed` counts."""
        return LEFT + ACROSS * (day - self.first).days / ((self.last - self.first).days + 1)

    def point(self, day: dt.date, percent: float) -> str:
        """Return one point of a line."""
        return f"{number(self.x(day))},{number(height(percent))}"

    def line(self, points: Iterable[tuple[dt.date, float]]) -> str:
        """Return a line through these points, those left out that lie on a level between two others: half a year says little each day."""
        rows = list(points)
        kept = [row for before, row, after in zip(rows, rows[1:], rows[2:], strict=False) if not before[1] == row[1] == after[1]]
        return " ".join(self.point(*row) for row in [*rows[:1], *kept, *rows[1:][-1:]])

    def months(self) -> list[tuple[str, str, str]]:
        """Return the months that begin within: name, where the first day stands, and the middle of the month."""
        starts = [day for n in range((self.last - self.first).days + 1) if (day := self.first + dt.timedelta(days=n)).day == 1 or n == 0]
        ends = [*starts, self.last + dt.timedelta(days=1)]
        return [(f"{begin.month}月", number(self.x(begin)), number((self.x(begin) + self.x(end)) / 2)) for begin, end in pairwise(ends)]
