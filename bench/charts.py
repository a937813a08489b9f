"""Line charts as SVG, from numbers alone: what was measured, from the smallest size to the largest."""

import math
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 460, 70, 230, 50, 50
COLOURS = ("#0c4a4f", "#8f1020", "#0b3f8c", "#5a3f00", "#0c4f2e", "#434f56", "#6b2d80", "#b35900")
DASHES = ("", "8 4", "2 4", "12 4 2 4", "4 4", "16 6", "6 2 2 2", "1 6")


def line_chart(title, unit, sizes, series, *, logarithmic=False):
    """Return an SVG. `series` is {name: {size: value}}; a size may be missing. A logarithmic axis shows what grows by a factor."""
    values = [value for row in series.values() for value in row.values() if value is not None]
    top = max([*values, 1e-9])
    low = min([value for value in values if value > 0], default=1) if logarithmic else 0
    axis = _Axis(low, top, logarithmic)
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', _text(LEFT, 26, f"{title} ({unit})", 17, bold=True)]
    parts += [_grid(axis.y(mark), f"{mark:g}") for mark in axis.marks]
    xs = {size: LEFT + (WIDTH - LEFT - RIGHT) * (n + 0.5) / len(sizes) for n, size in enumerate(sizes)}
    parts += [_text(x, HEIGHT - BOTTOM + 24, size, 15, middle=True) for size, x in xs.items()]
    for (name, row), y in zip(series.items(), _apart([axis.y(_last(row, sizes)) for row in series.values()]), strict=True):
        parts += _line(name, list(series).index(name), [(xs[size], axis.y(row[size]), row[size]) for size in sizes if row.get(size) is not None], y)
    said = f"{title}: " + "; ".join(
        f"{name} " + ", ".join(f"{size} {row[size]:g}" for size in sizes if row.get(size) is not None) for name, row in series.items()
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" role="img" aria-label="{escape(said)}">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>\n"


def _grid(y, mark):
    return f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ccd"/>{_text(LEFT - 8, y + 5, mark, 13, end=True)}'


class _Axis:
    def __init__(self, low, top, logarithmic):
        self.logarithmic = logarithmic
        if logarithmic:
            self.low, self.high = math.floor(math.log10(low)), math.ceil(math.log10(top) + 1e-9)
            self.high = max(self.high, self.low + 1)
            self.marks = [10**n for n in range(self.low, self.high + 1)]
        else:
            step = 10 ** math.floor(math.log10(top))
            step = next(part * step for part in (0.2, 0.5, 1, 2) if top / (part * step) <= 6)
            self.low, self.high = 0, step * math.ceil(top / step)
            self.marks = [step * n for n in range(round(self.high / step) + 1)]

    def y(self, value):
        at = math.log10(max(value, 10**self.low)) if self.logarithmic else value
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (at - self.low) / (self.high - self.low)


def _last(row, sizes):
    return next((row[size] for size in reversed(sizes) if row.get(size) is not None), 0)


def _apart(heights, least=18):
    """Return these heights moved so far apart that labels do not cover each other."""
    found, below = dict.fromkeys(range(len(heights)), 0.0), -math.inf
    for index in sorted(found, key=lambda n: heights[n]):
        below = found[index] = max(heights[index], below + least)
    return [found[n] for n in range(len(heights))]


def _line(name, number, points, label):
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[(number + number // len(COLOURS)) % len(DASHES)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    found = [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>']
    found += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"><title>{escape(name)}: {value:g}</title></circle>' for x, y, value in points]
    return [*found, _text(WIDTH - RIGHT + 10, label + 5, f"{name} {points[-1][2]:g}" if points else name, 14, colour=colour)]


def _text(x, y, text, size, *, bold=False, end=False, middle=False, colour="#16242b"):
    anchor = "end" if end else "middle" if middle else "start"
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(text)}</text>'
