"""A letter's text part as a page shows it: headings, numbered items and links, from the very words that were sent."""

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"^== (?P<words>.+) ==$")
NUMBERED = re.compile(r"^\d+\. (?P<words>.+)$")
LINKED = re.compile(r"^(?:(?P<words>.+)：)?(?P<url>https?://\S+)$")
INDENT = "   "  # what belongs to the item above


@dataclass
class Passage:
    """One line, or one numbered item with the lines below it; `url` where it leads somewhere."""

    words: str
    url: str = ""
    details: list[str] = field(default_factory=list)
    is_numbered: bool = False


@dataclass
class Part:
    """What stands under one heading; the first part has none."""

    heading: str = ""
    passages: list[Passage] = field(default_factory=list)

    @property
    def items(self) -> list[Passage]:
        """Return the numbered ones."""
        return [passage for passage in self.passages if passage.is_numbered]

    @property
    def lines(self) -> list[Passage]:
        """Return the others; they stand before the numbered ones or after them, never between."""
        return [passage for passage in self.passages if not passage.is_numbered]


def parts_of(text: str) -> list[Part]:
    """Return a letter's text in parts."""
    parts = [Part()]
    for line in text.splitlines():
        if heading := HEADING.match(line):
            parts.append(Part(heading["words"]))
        elif line.strip():
            _add(parts[-1].passages, line)
    return [part for part in parts if part.heading or part.passages]


def _add(passages: list[Passage], line: str) -> None:
    """Put one line where it belongs."""
    linked = LINKED.match(line.strip())
    if numbered := NUMBERED.match(line):
        passages.append(Passage(numbered["words"], is_numbered=True))
    elif line.startswith(INDENT) and passages and passages[-1].is_numbered:
        if linked:
            passages[-1].url = linked["url"]
        else:
            passages[-1].details.append(line.strip())
    else:
        passages.append(Passage(linked["words"] or linked["url"], linked["url"]) if linked else Passage(line.strip()))
