"""A letter's text part as a page shows it: headings, lines and links, from the very words that were sent."""

import re
from dataclasses import dataclass, field

HEADING = re.compile(r"^== (?P<words>.+) ==$")
ADDRESS = re.compile(r"^(?P<words>.*?)：?(?P<url>https?://\S+)$")
NUMBERED = re.compile(r"^\d+\. (?P<words>.+)$")


@dataclass(frozen=True)
class Passage:
    """One line; where it leads somewhere, `url`, and `about` what it leads to if the line itself does not say."""

    words: str
    url: str = ""
    about: str = ""


@dataclass
class Part:
    """What stands under one heading; the first part has none."""

    heading: str = ""
    passages: list[Passage] = field(default_factory=list)


def parts_of(text: str) -> list[Part]:
    """Return a letter's text in parts."""
    parts, about = [Part()], ""
    for line in (raw.strip() for raw in text.splitlines()):
        if not line:
            continue
        if heading := HEADING.match(line):
            parts.append(Part(heading["words"]))
            continue
        if numbered := NUMBERED.match(line):
            about = numbered["words"]
        parts[-1].passages.append(_passage(line, about))
    return [part for part in parts if part.heading or part.passages]


def _passage(line: str, about: str) -> Passage:
    found = ADDRESS.match(line)
    if found is None:
        return Passage(line)
    return Passage(found["words"], found["url"]) if found["words"] else Passage("打开", found["url"], about)
