"""A page to speak from at the meeting (发言提纲), made of a report's content alone.

Every sentence in it is one of the report's; none is invented, and none is cut inside a word or a number. What does not go on one printed
page is counted: 另有 N 项. How many lines there are, and how many characters to a line, is the same here and in static/css/paper.css.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from federation_tasks.plan.lights import Light
from federation_tasks.reports.content import Content
from federation_tasks.reports.folding import lines_of
from federation_tasks.supervision.splitting import split

PER_MINUTE = 220  # characters that are spoken in a minute, unhurried
LONGEST = 60  # characters of a sentence that are still read at a glance
MOST = (None, None, 8)  # entries of each part: of what comes next, no more than can be kept in mind
MARKER = 2  # characters that the number before an entry takes from its lines
END = re.compile(r"[。！？]+[”’」』）)】》]*|[!?]+(?![!?A-Za-z0-9/=&#])|[\r\n]+")
CLAUSE = re.compile(r"(?<![0-9])[，,；;]|[，,；;](?![0-9])")
OPENING, CLOSING = "（(【《“‘「『", "）)】》”’」』"
MEASURE = "措施："  # stands before the second quote of a problem
URGENCY = {Light.RED.value: 0, Light.YELLOW.value: 1}


@dataclass(frozen=True)
class Size:
    """How large the page is printed: so many full-width characters to a line, so many lines to a page."""

    name: str
    label: str
    characters: int
    lines: int


STANDARD, LARGE = Size("standard", "标准字号（16 磅）", 30, 27), Size("large", "大字（20 磅）", 24, 22)
SIZES = (STANDARD, LARGE)


@dataclass(frozen=True)
class Quote:
    """A sentence of the report, or its first clauses; empty where the report says nothing or nothing short enough."""

    text: str = ""
    is_cut: bool = False

    @property
    def words(self) -> str:
        """Return the quote, with …… where the sentence goes on."""
        return f"{self.text}……" if self.text and self.is_cut else self.text or ("见汇报全文。" if self.is_cut else "")


@dataclass(frozen=True)
class Entry:
    """One thing to say: what it is about, its figure, and sentences of the report."""

    lead: str
    figures: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()

    @property
    def rest(self) -> str:
        """Return what follows the lead."""
        figures = f"（{'，'.join(self.figures)}）" if self.figures else ""
        said = MEASURE.join(_closed(quote.words) for quote in self.quotes if quote.words)
        return figures + ("：" if said and self.lead else "") + (said or "。")

    @property
    def words(self) -> str:
        """Return all of it."""
        return self.lead + self.rest


@dataclass(frozen=True)
class Part:
    """One of the three parts of the meeting: what is said, and how much more the report has."""

    heading: str
    entries: tuple[Entry, ...]
    nothing: str
    left_out: int = 0

    @property
    def more(self) -> str:
        """Return how much the outline leaves out; empty where it has everything."""
        return f"另有 {self.left_out} 项，见汇报全文。" if self.left_out else ""


@dataclass(frozen=True)
class Outline:
    """A page to speak from."""

    title: str
    speaker: str
    parts: tuple[Part, ...]
    size: Size
    in_full: int  # characters of the whole report

    @property
    def spoken(self) -> int:
        """Return how many characters are spoken: letters, ideographs and digits, without blanks and marks."""
        return sum(count_spoken(text) for part in self.parts for text in (part.heading, *(entry.words for entry in part.entries)))

    @property
    def minutes(self) -> int:
        """Return how many minutes that takes, begun ones whole."""
        return minutes_for(self.spoken)

    @property
    def minutes_in_full(self) -> int:
        """Return how many minutes it takes to read the whole report out."""
        return minutes_for(self.in_full)

    @property
    def lines(self) -> int:
        """Return how many lines the page has, each part with a line for what is left out."""
        return fixed_lines(self) + sum(_lines_of_part(part, self.size) for part in self.parts)

    @property
    def left_out(self) -> int:
        """Return how many things the report has beyond the outline."""
        return sum(part.left_out for part in self.parts)


def outline(content: Content, speaker: str, size: Size = STANDARD) -> Outline:
    """Return the outline of a report. `speaker` says when the department speaks."""
    whole = (
        Part(f"一、{content['period']}工作任务完成情况", tuple(_done(content)), "本期没有牵头的任务。"),
        Part("二、当前面临的问题", tuple(_problems(content)), "没有写问题。"),
        Part(f"三、{content['next_half']}工作安排", tuple(_arrangements(content)), "没有填写。"),
    )
    title = f"{content['department']}{content['period']}工作汇报发言提纲"
    return _fitted(Outline(title, speaker, whole, size, sum(map(count_spoken, _everything(content)))))


def quote(text: str) -> Quote:
    """Return the first sentence of a text. A line that only leads to the next is passed over."""
    return shortened(next((row for row in points(text) if not row.endswith(("：", ":"))), ""))


def shortened(sentence: str) -> Quote:
    """Return a sentence; a long one up to the end of a clause, but never inside a number, brackets or quotation marks."""
    if len(sentence) <= LONGEST:
        return Quote(sentence)
    ends = [mark.start() for mark in CLAUSE.finditer(sentence, 0, LONGEST + 1) if _is_whole(sentence[: mark.start()])]
    return Quote(sentence[: ends[-1]] if ends else "", is_cut=True)


def points(text: str) -> Iterator[str]:
    """Yield the sentences of a text without the numbers typed before them: the outline counts for itself."""
    for part in split(text):
        yield from filter(None, (sentence.rstrip("，,；;、") for sentence in sentences(part.text)))


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text with their marks, those in lines of their own too."""
    start = 0
    for mark in END.finditer(text):
        if sentence := text[start : mark.end()].strip():
            yield sentence
        start = mark.end()
    if rest := text[start:].strip():
        yield rest


def count_spoken(text: str) -> int:
    """Return how many characters of a text are spoken: letters, ideographs and digits."""
    return sum(character.isalnum() for character in text)


def minutes_for(characters: int) -> int:
    """Return how many minutes it takes to speak so many characters, begun ones whole."""
    return max(1, ceil(characters / PER_MINUTE))


def fixed_lines(made: Outline) -> int:
    """Return the lines of what is always there: the title, a quarter larger and with a blank line after it, and who speaks when."""
    return lines_of(made.title, made.size.characters * 4 // 5) + 1 + lines_of(made.speaker, made.size.characters)


def _closed(words: str) -> str:
    """Return words that end as a sentence does."""
    return words if words.endswith(tuple("。！？!?…：" + CLOSING)) else f"{words}。"


def _is_whole(text: str) -> bool:
    """Say whether every bracket and quotation mark that is opened is closed."""
    return sum(text.count(mark) for mark in OPENING) == sum(text.count(mark) for mark in CLOSING)


def _done(content: Content) -> Iterator[Entry]:
    """Yield the tasks, overdue and lagging ones first, and then the achievements."""
    for item in sorted(content["items"], key=lambda item: URGENCY.get(item["light"]["light"], len(URGENCY))):
        said = item["narrative"].strip() or item["reason"]
        yield Entry(item["title"], tuple(_figures(item)), (quote(said),))
    for row in content["achievements"]:
        yield Entry(row["theme"]["name"], (), (quote(row["text"]),))


def _figures(item: Content) -> Iterator[str]:
    if item["light"]["light"] in URGENCY:
        yield item["light"]["words"]
    if item["quantity_done"] is not None:
        yield f"完成 {item['quantity_done']} / {item['planned']} {item['unit']}"
    yield f"进度 {item['progress']}%"
    if item["is_no_progress"]:
        yield "本期无进展"


def _problems(content: Content) -> Iterator[Entry]:
    """Yield the problems with their measures, and then what must be settled with others."""
    for problem in content["problems"]:
        gap = problem["goal"]["gap"] if problem["goal"] else "没有选差距"
        yield Entry(gap, (), (quote(problem["text"]), quote(problem["measure"])))
    for item in content["items"]:
        if item["coordination"].strip():
            yield Entry(f"需协调（{item['title']}）", (), (quote(item["coordination"]),))


def _arrangements(content: Content) -> Iterator[Entry]:
    """Yield the sentences of the arrangements, and then what comes next in each task."""
    for sentence in points(content["arrangements"]):
        yield Entry("", (), (shortened(sentence),))
    for item in content["items"]:
        if item["next_step"].strip():
            yield Entry(item["title"], (), (quote(item["next_step"]),))


def _everything(content: Content) -> Iterator[str]:
    """Yield every text of the report."""
    for item in content["items"]:
        yield from (item[name] for name in ("title", "narrative", "reason", "coordination", "next_step"))
    for problem in content["problems"]:
        yield from (problem["text"], problem["measure"])
    yield from (row["text"] for row in content["achievements"])
    yield content["arrangements"]


def _fitted(whole: Outline) -> Outline:
    """Return the outline with as many entries as its page holds, taken from the three parts in turn; each keeps its order."""
    spare = whole.size.lines - fixed_lines(whole) - sum(_lines_around(part, whole.size) for part in whole.parts)
    waiting = [deque(part.entries[: MOST[n]]) for n, part in enumerate(whole.parts)]
    kept: list[list[Entry]] = [[] for _ in whole.parts]
    while any(waiting):
        for wanted, taken in zip(waiting, kept, strict=True):
            if wanted and (cost := lines_of_entry(wanted[0], whole.size)) <= spare:
                taken.append(wanted.popleft())
                spare -= cost
            else:
                wanted.clear()
    return replace(whole, parts=tuple(map(_cut, whole.parts, kept)))


def _cut(part: Part, kept: list[Entry]) -> Part:
    return replace(part, entries=tuple(kept), left_out=len(part.entries) - len(kept))


def lines_of_entry(entry: Entry, size: Size) -> int:
    """Return how many lines an entry takes beside its number."""
    return lines_of(entry.words, size.characters - MARKER)


def _lines_around(part: Part, size: Size) -> int:
    """Return the lines of a part's heading and of what stands below its entries, or in their place."""
    return lines_of(part.heading, size.characters) + 1


def _lines_of_part(part: Part, size: Size) -> int:
    return _lines_around(part, size) + sum(lines_of_entry(entry, size) for entry in part.entries)
