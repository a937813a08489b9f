"""The cells of the matrix as markup. Built here and not by included templates: a page has some three hundred of them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from departments.models import Department
from federation_tasks.dashboard.board import Board
from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import SHAPES, Light
from federation_tasks.plan.models import Goal

register = template.Library()

EMPTY = mark_safe('<span class="cell"><span class="visually-hidden">没有任务</span><span aria-hidden="true">–</span></span>')
CLASSES = {light: light.value for light in Light} | {Light.DONE: "green fin"}
NUMBER = {light: f'<span class="n {CLASSES[light]}" aria-hidden="true"><svg><use href="#{SHAPES[light]}"/></svg>{{}}</span>' for light in Light}


@register.simple_tag
def cell(board: Board, department: Department, goal: Goal, counts: Counts) -> SafeString:
    """Print what a department's tasks towards a goal stand in."""
    return _link(board, f"{department}，{goal}", counts, board.links.tasks(department, goal), "")


@register.simple_tag
def row_sum(board: Board, department: Department, counts: Counts) -> SafeString:
    """Print the sum of a department's row."""
    return _link(board, f"{department}，合计", counts, board.links.tasks(department), " sum")


@register.simple_tag
def column_sum(board: Board, goal: Goal, counts: Counts) -> SafeString:
    """Print the sum of a goal's column."""
    return _link(board, f"{board.sums_of}，{goal}", counts, board.links.tasks(goal=goal), " sum")


@register.simple_tag
def whole_sum(board: Board) -> SafeString:
    """Print the sum of the whole matrix."""
    return _link(board, f"{board.sums_of}，全部目标", board.summary.counts, board.links.tasks(), " sum")


@register.simple_tag
def matrix_page(board: Board, number: int) -> str:
    """Print the address of another page of the matrix."""
    return board.links.dashboard(number)


def _link(board: Board, subject: str, counts: Counts, href: str, style: str) -> SafeString:
    """Return one cell: a link that says in words what it shows in shapes and numbers (康复部，落实任务：逾期 2，滞后 1)."""
    shown = [(light, n) for light, n in counts.lights.items() if n]
    if not shown:
        return EMPTY
    said = "，".join(f"{board.word(light)} {n}" for light, n in shown)
    pictures = format_html_join("", "{}", ((format_html(NUMBER[light], n),) for light, n in shown))
    hot = " hot" if counts.overdue and not style else ""
    return format_html('<a class="cell{}{}" href="{}"><span class="visually-hidden">{}：{}</span>{}</a>', hot, style, href, subject, said, pictures)
