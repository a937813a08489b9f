"""Read what Chromium printed: the size and the text of each page of its PDF. Knows what Chromium writes, and no other PDF."""

import re
import unicodedata
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)\nendstream", re.DOTALL)
RADICALS = str.maketrans({"\u2eda": "页", "\u2ed3": "长"})  # glyphs that two characters share
SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>")


class Printed:
    """A PDF's pages."""

    def __init__(self, content: bytes) -> None:
        self.objects = {int(number): body for number, body in OBJECT.findall(content)}
        self.pages = [body for body in self.objects.values() if re.search(rb"/Type\s*/Page\b", body)]

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Return width and height of each page in points."""
        boxes = [re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", page) for page in self.pages]
        return [(round(float(box[1])), round(float(box[2]))) for box in boxes if box]

    @property
    def texts(self) -> list[str]:
        """Return the text of each page, without spaces."""
        return [self._text(page) for page in self.pages]

    def _stream(self, number: int) -> bytes:
        found = STREAM.search(self.objects[number])
        assert found
        return zlib.decompressobj().decompress(found[1])  # what ends it may have lost a byte

    def _text(self, page: bytes) -> str:
        fonts = {name: self._glyphs(int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
        content = re.search(rb"/Contents (\d+) 0 R", page)
        assert content
        glyphs: dict[int, str] = {}
        said = []
        for font, codes in SHOWN.findall(self._stream(int(content[1]))):
            glyphs = fonts[font] if font else glyphs
            said += [glyphs.get(int(codes[n : n + 4], 16), "") for n in range(0, len(codes), 4)]
        return unicodedata.normalize("NFKC", re.sub(r"\s", "", "".join(said))).translate(RADICALS)

    def _glyphs(self, font: int) -> dict[int, str]:
        """Return which character each glyph of a font stands for."""
        table = re.search(rb"/ToUnicode (\d+) 0 R", self.objects[font])
        if not table:
            return {}
        found: dict[int, str] = {}
        text = self._stream(int(table[1])).decode("latin-1")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL):
            found |= {int(code, 16): _characters(to) for code, to in re.findall(r"<(\w+)> <(\w+)>", block)}
        for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.DOTALL):
            for first, last, to in re.findall(r"<(\w+)> <(\w+)> <(\w+)>", block):
                found |= {code: chr(int(to, 16) + code - int(first, 16)) for code in range(int(first, 16), int(last, 16) + 1)}
        return found


def _characters(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")
