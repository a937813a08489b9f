"""The matrix as markup, built as plain text: a page has some three hundred cells. What people typed is escaped once for each row and column."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.matrix import Group, Row
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import SHAPES, Lamps, Light
from federation_tasks.plan.models import Goal

EMPTY = '<span class="cell"><span class="visually-hidden">没有任务</span><span aria-hidden="true">–</span></span>'
CLASSES = {light: light.value for light in Light} | {Light.DONE: "green fin"}
OPENING = {light: f'<span class="n {CLASSES[light]}" aria-hidden="true"><svg><use href="#{SHAPES[light]}"/></svg>' for light in Light}


@dataclass(frozen=True)
class Column:
    """One goal as a column: its name and its part of an address, escaped."""

    goal: Goal
    name: str
    query: str


class Cells:
    """Print rows of the matrix. `links` lead to the lists; `words` are what the lights are called."""

    def __init__(self, links: Links, lamps: Lamps, goals: Iterable[Goal]) -> None:
        self.links = links
        self.words = {light: escape(lamps.counted(light).words) for light in Light}
        self.columns = [Column(goal, escape(str(goal)), escape(f"&goal={goal.number}")) for goal in goals]

    def body(self, group: Group, width: int) -> str:
        """Return the rows of a group as a table body, under its head where it has one."""
        head = f'<tr role="row"><th class="group" colspan="{width}" scope="rowgroup" role="rowheader">{escape(group.label)}</th></tr>\n' if group.label else ""
        return f'<tbody role="rowgroup">{head}{"".join(map(self._row, group.rows))}</tbody>\n'

    def _row(self, row: Row) -> str:
        if row.department:
            head, href = (
                f'<a class="pad" href="{escape(self.links.department(row.department))}">{escape(row.name)}</a>',
                escape(self.links.tasks(row.department)),
            )
        else:
            address = f"{self.links.dashboard(group=row.group)}#mx"
            head, href = f'<a class="pad" href="{escape(address)}">{escape(row.name)}</a> <span class="meta">{row.number} 个单位</span>', ""
        return self.row(head, escape(row.name), row.cells, row.total, href, is_sum=False)

    def row(self, head: str, name: str, cells: list[tuple[Goal, Counts]], total: Counts, href: str, *, is_sum: bool) -> str:
        """Return one row: its head, a cell for each goal, and the sum. All texts are markup already; without an address cells lead nowhere."""
        parts = [f'<tr role="row"><th scope="row" role="rowheader">{head}</th>']
        style = " sum" if is_sum else "" if href else " many"
        for column, (_, counts) in zip(self.columns, cells, strict=True):
            empty = "" if counts.total else ' class="none"'
            cell = self._cell(name, column.name, counts, f"{href}{column.query}" if href else "", style)
            parts.append(f'<td role="cell"{empty} data-label="{column.name}">{cell}</td>')
        parts.append(f'<td role="cell" data-label="合计">{self._cell(name, "全部目标" if is_sum else "合计", total, href, " sum")}</td></tr>\n')
        return "".join(parts)

    def _cell(self, name: str, column: str, counts: Counts, href: str, style: str) -> str:
        """Return one cell, which says in words what it shows in shapes and numbers: 康复部，落实任务：逾期 2 项，滞后 1 项."""
        shown = [(light, n) for light, n in counts.lights.items() if n]
        if not shown:
            return EMPTY
        said = "，".join([f"{self.words[light]} {n} 项" for light, n in shown])
        pictures = "".join([f"{OPENING[light]}{n}</span>" for light, n in shown])
        hot = " hot" if counts.lights[Light.RED] and style != " sum" else ""
        opening, closing = (f'<a class="cell{hot}{style}" href="{href}">', "</a>") if href else (f'<span class="cell{hot}{style}">', "</span>")
        return f'{opening}<span class="visually-hidden">{name}，{column}：{said}</span>{pictures}{closing}'
