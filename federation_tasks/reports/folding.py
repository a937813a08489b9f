"""How many lines a text takes in full-width characters, as a browser folds it: never more than this says."""

import re
import unicodedata

OPENING, CLOSING = "（(【《〈“‘「『[{", "）)】》〉”’」』]}，。、；：！？,.;:!?…—%％"
NARROW, WIDE, WIDEST = 0.65, 1.0, 2.0
# What is not folded: a number or a Latin word with its marks; one character that is as wide as it is high.
TOKEN = re.compile(r"[!-~]+|\s+|.", re.DOTALL)


def lines_of(text: str, characters: int) -> int:
    """Return how many lines of so many full-width characters a text takes; an empty one takes none."""
    lines, filled = 0, 0.0
    for token, width in _pieces(text):
        if token.isspace() and not filled:
            continue
        if not lines or filled + width > characters:
            lines, filled = lines + 1, 0.0
        filled += width
        while filled > characters:  # longer than a line: folded anywhere
            lines, filled = lines + 1, filled - characters + WIDEST
    return lines


def _pieces(text: str) -> list[tuple[str, float]]:
    """Return what is kept together, with its width: marks that close stay with what is before them, marks that open with what follows."""
    pieces: list[tuple[str, float]] = []
    for token in TOKEN.findall(text):
        width = sum(map(_width, token))
        if pieces and not token.isspace() and (token[0] in CLOSING or pieces[-1][0][-1] in OPENING):
            before, wide = pieces.pop()
            token, width = before + token, wide + width  # noqa: PLW2901
        pieces.append((token, width))
    return pieces


def _width(character: str) -> float:
    """Return the width of a character in ems, rather too wide than too narrow: what a font makes of letters is not known here."""
    if ord(character) >= 0x1F000 and not 0x20000 <= ord(character) <= 0x3FFFF:
        return WIDEST
    if character.isascii():
        return WIDE if character.isupper() or character in "@%&" else NARROW
    return WIDE if unicodedata.category(character) != "Mn" else 0.0
