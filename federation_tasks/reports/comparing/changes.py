"""One part of a report that changed: in which figures, and in which texts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from federation_tasks.reports.comparing.words import Span, spans

Content = dict[str, Any]
EMPTY = "没有填写"
PROGRESS = "进度"


class Kind(StrEnum):
    """What became of a part, in the word that the page says."""

    ADDED = "新增"
    REMOVED = "删去"
    CHANGED = "改了"


class Figure(NamedTuple):
    """A value that is not a text, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Text:
    """A text before and after."""

    label: str
    old: str
    new: str

    @cached_property
    def spans(self) -> list[Span]:
        """Return both in stretches; cut and compared only where somebody looks."""
        return spans(self.old, self.new)


@dataclass(frozen=True)
class Change:
    """One part that is not in the new version what it was in the old one."""

    kind: Kind
    part: str  # task, problem, achievement, arrangements
    key: str  # what tells it from the other parts of its sort
    title: str
    figures: list[Figure] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Return the id of its place on the page of the comparison."""
        return "-".join(filter(None, ("change", self.part, self.key)))

    @property
    def is_changed(self) -> bool:
        """Say whether it stands in both versions."""
        return self.kind is Kind.CHANGED

    @property
    def words(self) -> str:
        """Return in a few words what changed: that it is new, or its progress and the names of what else is not what it was."""
        if not self.is_changed:
            return str(self.kind)
        moved = [f"{row.label}由 {row.before} 改为 {row.after}" for row in self.figures if row.label == PROGRESS]
        named = [row.label for row in self.figures if row.label != PROGRESS] + [row.label for row in self.texts]
        return "，".join(moved + (["改了" + "、".join(named)] if named else []))


def changed(part: str, key: object, title: str, figures: Iterable[Figure], texts: Iterable[Text]) -> Change | None:
    """Return the change of a part that stands in both versions; None where it is what it was."""
    moved, written = list(figures), list(texts)
    return Change(Kind.CHANGED, part, str(key), title, moved, written) if moved or written else None


def figures(old: Content, new: Content, labels: dict[str, str]) -> Iterator[Figure]:
    """Return what differs among plain values."""
    for name, label in labels.items():
        if old.get(name) != new.get(name):
            yield Figure(label, said(old.get(name)), said(new.get(name)))


def texts(old: Content, new: Content, labels: dict[str, str]) -> Iterator[Text]:
    """Return what differs among texts."""
    for name, label in labels.items():
        before, after = str(old.get(name) or ""), str(new.get(name) or "")
        if before != after:
            yield Text(label, before, after)


def said(value: object) -> str:
    """Return a plain value in words."""
    return str(value) if value not in {None, ""} else EMPTY
