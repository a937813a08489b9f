"""What a page of 待办 is made of."""

from dataclasses import dataclass, field

from federation_tasks.plan.lights import Light, Lit

SHOWN = 10  # items of a section; the rest is one link away


@dataclass(frozen=True)
class Item:
    """One thing that somebody owes or waits for. `action` says what to do on the page it leads to."""

    title: str
    href: str
    text: str = ""
    action: str = ""
    task: Lit | None = None  # whose light stands beside it
    flag: str = ""  # a word in place of a light


@dataclass(frozen=True)
class Section:
    """Things of one urgency: `total` of them, of which `items` are shown; the others stand behind `more`."""

    title: str
    items: list[Item]
    total: int
    more: str = ""
    is_news: bool = False  # to be read, not owed: does not count

    @property
    def unlisted(self) -> int:
        """Return how many are not shown."""
        return self.total - len(self.items)


@dataclass(frozen=True)
class Main:
    """The one thing to do first, in a note at the top. `tone` is bad (must act), wait (waiting) or nothing."""

    heading: str
    href: str
    label: str
    text: str = ""
    quote: str = ""
    meta: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Fact:
    """A figure worth knowing, such as the days left. `filled` of `out_of` draws a bar where it is given."""

    name: str
    value: str
    text: str = ""
    filled: int | None = None
    out_of: int = 0


@dataclass(frozen=True)
class Link:
    """Somewhere to go, and what for."""

    label: str
    href: str
    text: str = ""


@dataclass
class Part:
    """What one post of a person adds to his page."""

    main: Main | None = None
    facts: list[Fact] = field(default_factory=list)
    lights: dict[Light, int] = field(default_factory=dict)
    lights_of: str = ""
    sections: list[Section] = field(default_factory=list)
    waiting: list[Section] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    calm: str = ""  # what is the case where nothing is owed

    @property
    def total(self) -> int:
        """Return how many things are owed."""
        return sum(section.total for section in self.sections if not section.is_news) + (self.main is not None and self.main.tone == "bad")
