"""Taking a pasted paragraph apart at its numbers (1. 2、 （一） (1) ① 一是…二是… 第一，…): one part for each numbered sentence.

A number counts only as one of a row that begins with 1 and goes up by one, and only where a sentence can begin: so 3.5万元, 2026.6.30,
第1、2项 and 附件(1) stay inside their sentences. Of several kinds of numbers the one that begins first divides; the others stand inside its
parts. Nothing is lost: marks and texts of the parts, put together, are what was pasted, but for the white space around them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九"
CHINESE = r"(?P<chinese>[一二三四五六七八九十]{1,3})"
ARABIC = r"(?<![0-9０-９])(?P<arabic>[0-9０-９]{1,2})"
# What may follow a number and its point where it is a mark: no digit, for that is 3.5 and 2026.6.30, unless it is a year.
NO_FIGURE = r"(?![0-9０-９])|(?=[12][0-9]{3}\s*年)"
# Runs of single characters that are numbers by themselves: the first one, and how many there are.
SIGNS = {"①": 20, "⑴": 20, "⒈": 20, "㈠": 10, "❶": 10}

MARKS = {
    "1.": re.compile(rf"{ARABIC}\s?[.．](?:{NO_FIGURE})\s*"),
    "1、": re.compile(rf"{ARABIC}\s?、\s*"),
    "1)": re.compile(rf"{ARABIC}\s?[)）]\s*"),
    "(1)": re.compile(rf"[(（]\s?{ARABIC}\s?[)）][、.．]?\s*"),
    "一、": re.compile(rf"{CHINESE}\s?[、.．]\s*"),
    "(一)": re.compile(rf"[(（]\s?{CHINESE}\s?[)）]、?\s*"),
    "一是": re.compile(rf"{CHINESE}[是要][，,：:]?\s*"),
    "第一": re.compile(rf"第{CHINESE}\s?[，,、：:.．]\s*"),
    **{first: re.compile(rf"(?P<sign>[{first}-{chr(ord(first) + number - 1)}])[、.．]?\s*") for first, number in SIGNS.items()},
    "1.、": re.compile(rf"{ARABIC}\s?(?:[.．](?:{NO_FIGURE})|、)\s*"),  # points and commas mixed, where neither alone makes a row
}
POINTED = frozenset({"1.", "1、", "1.、", "一、"})
SPOKEN = frozenset({"一是", "第一"})
ENCLOSED = frozenset({"(1)", "(一)", *SIGNS})  # plain enough that the first may follow any word: 抓好三件事(1)…；(2)…
ENDS = "。；;！!？?\n"
BEGINS_AFTER = ENDS + "：:，,…”」』"  # the last character before a mark, white space aside
TERMINATORS = re.compile(r"[。！？!?\n]+")
LOOSE_END = re.compile(r"[；;，,、\s]+$")


@dataclass(frozen=True)
class Part:
    """One part of a text: its number as it was written, and what follows it. What stands before the first number has none."""

    mark: str
    text: str

    @property
    def is_lead(self) -> bool:
        """Say whether this only leads to the numbered ones, such as 会议要求："""
        return not self.mark and self.text.endswith(("：", ":"))

    @property
    def proposed(self) -> str:
        """Return the text as a sentence of its own: it ends with a full stop where it ended with what led to the next number."""
        return LOOSE_END.sub("。", self.text)


@dataclass(frozen=True)
class Found:
    """One mark in a text."""

    number: int
    start: int
    end: int
    begins: bool  # a sentence can begin here
    heads_line: bool


def split(text: str) -> list[Part]:
    """Return the parts of a text; the whole as one part where it has no numbers, none where it is empty."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    rows = [row for kind in MARKS if (row := _row(kind, whole))]
    marks = min(rows, key=lambda row: (len(row) == 1, row[0].start, -len(row)), default=[])
    ends = [*(mark.start for mark in marks[1:]), len(whole)]
    numbered = [Part(whole[mark.start : mark.end].strip(), whole[mark.end : end].strip()) for mark, end in zip(marks, ends, strict=False)]
    before = whole[: marks[0].start if marks else len(whole)].strip()
    return [Part("", before), *numbered] if before else numbered


def is_one_sentence(text: str) -> bool:
    """Say whether a text without numbers is one sentence, so that there is nothing to take apart."""
    return len([sentence for sentence in TERMINATORS.split(text) if sentence.strip()]) <= 1


def _row(kind: str, text: str) -> list[Found]:
    """Return the marks of one kind that make a row 1, 2, 3 …; another list that begins anew on a line of its own goes on dividing."""
    row: list[Found] = []
    expected = 1
    for mark in _marks(kind, text):
        if mark.number == 1 and mark.heads_line and expected > 2:
            expected = 1
        if mark.number == expected and (mark.begins or (expected == 1 and kind in ENCLOSED)):
            row.append(mark)
            expected += 1
        elif mark.number == 1 and mark.begins and len(row) == 1:
            row = [mark]  # the first 1 led nowhere
    return row if len(row) > 1 or _stands_alone(kind, row, text) else []


def _stands_alone(kind: str, row: list[Found], text: str) -> bool:
    """Say whether a single mark is one all the same: a 1 with its point at the very beginning of the text."""
    return bool(row) and kind not in SPOKEN and not text[: row[0].start].strip() and not _is_figure(text[row[0].end : row[0].end + 1])


def _marks(kind: str, text: str) -> Iterator[Found]:
    for match in MARKS[kind].finditer(text):
        if number := _number(match.groupdict()):
            before = text[: match.start()].rstrip(" \t\u3000")
            heads_line = not before or before.endswith("\n")
            yield Found(number, match.start(), match.end(), heads_line or _begins(kind, text, match, before[-1]), heads_line)


def _begins(kind: str, text: str, match: re.Match[str], last: str) -> bool:
    """Say whether a sentence can begin with this mark inside a line, after this character."""
    if kind in POINTED and _is_figure(text[match.end() : match.end() + 1]):
        return last in ENDS  # ：1、2、3号楼
    if kind in SPOKEN:
        return last in BEGINS_AFTER + "、.．"  # 1、一是…，二是…
    return last in BEGINS_AFTER or (kind in POINTED and text[match.start() - 1].isspace())


def _is_figure(character: str) -> bool:
    return bool(character) and (character.isdigit() or character in "一二三四五六七八九十")


def _number(groups: dict[str, str | None]) -> int:
    """Return the number of a mark; 0 where it is none."""
    if arabic := groups.get("arabic"):
        return int(arabic)
    if sign := groups.get("sign"):
        return next(ord(sign) - ord(first) + 1 for first, number in SIGNS.items() if 0 <= ord(sign) - ord(first) < number)
    return _of_chinese(groups.get("chinese") or "")


def _of_chinese(words: str) -> int:
    """Return 23 for 二十三; 0 for what is no number."""
    tens, ten, ones = words.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (DIGITS.index(tens) if tens else 1) * 10 * bool(ten) + (DIGITS.index(ones) if ones else 0)
