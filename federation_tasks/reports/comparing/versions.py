"""Two versions of a report compared: a sentence first, what changed in the order of the report, and how much did not."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from federation_tasks.reports.comparing import parts
from federation_tasks.reports.comparing.changes import Change, Content, Kind


class Part(NamedTuple):
    """One sort of part, in the order of the report."""

    heading: str
    counted: str  # 项任务, after a number
    found: Callable[[Content, Content], Iterator[tuple[str, Change | None]]]


PARTS = (
    Part("上次要求回头看", "条答复", parts.instructions),
    Part("一、工作任务完成情况", "项任务", parts.tasks),
    Part("取得的成绩", "条成绩", parts.achievements),
    Part("二、当前面临的问题", "个问题", parts.problems),
    Part("三、工作安排", "", parts.arrangements),
    Part("佐证材料", "", parts.files),
)


class Section(NamedTuple):
    """What became of one sort of part: what changed, and what is called what did not."""

    part: Part
    changes: list[Change]
    same: list[str]

    @property
    def heading(self) -> str:
        """Return the heading of this part of the report."""
        return self.part.heading

    @property
    def same_words(self) -> str:
        """Return how many did not change; empty where that is none."""
        if not self.same:
            return ""
        counted = f"{len(self.same)} {self.part.counted}" if self.part.counted else self.same[0]
        return f"{'其余 ' if self.changes and self.part.counted else ''}{counted}没有变化"

    @property
    def words(self) -> list[str]:
        """Return what changed, counted: 改了 3 项任务."""
        if not self.part.counted:
            return [f"改了{change.title}" for change in self.changes]
        counted = Counter(change.kind for change in self.changes)
        return [f"{kind} {counted[kind]} {self.part.counted}" for kind in (Kind.CHANGED, Kind.ADDED, Kind.REMOVED) if counted[kind]]


class Comparison:
    """Two contents of one report (reports/content.py), the older one first."""

    def __init__(self, old: Content, new: Content) -> None:
        self.old, self.new = old, new

    @cached_property
    def sections(self) -> list[Section]:
        """Return what became of each sort of part that either speaks of."""
        return [section for part in PARTS if (section := self._section(part)) and (section.changes or section.same)]

    def _section(self, part: Part) -> Section:
        found = list(part.found(self.old, self.new))
        return Section(part, [change for _, change in found if change], [title for title, change in found if change is None])

    @property
    def changes(self) -> list[Change]:
        """Return everything that changed, in the order of the report."""
        return [change for section in self.sections for change in section.changes]

    @property
    def words(self) -> str:
        """Return what changed in one half of a sentence; empty where nothing did."""
        return "、".join(word for section in self.sections for word in section.words)
