"""The matrix in templates."""

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from departments.models import Leader
from federation_tasks.dashboard.board import Board

register = template.Library()


@register.simple_tag
def matrix_rows(board: Board) -> SafeString:
    """Print the rows of this page of the matrix; every text in them is escaped by cells.py."""
    return mark_safe("".join([board.cells.body(group, board.matrix.width) for group in board.matrix.groups]))  # noqa: S308 - escaped in cells.py


@register.simple_tag
def matrix_sums(board: Board) -> SafeString:
    """Print the last row of the matrix: the sums of all its pages."""
    matrix, name = board.matrix, escape(board.sums_of)
    href = "" if board.shape.group else escape(board.links.tasks())
    return mark_safe(board.cells.row(escape(board.sums_head), name, list(matrix.by_goal.items()), matrix.whole, href, is_sum=True))  # noqa: S308 - as above


@register.simple_tag
def matrix_page(board: Board, number: int) -> str:
    """Print the address of another page of the matrix."""
    return f"{board.links.dashboard(page=str(number))}#mx"


@register.simple_tag
def dashboard_with(board: Board, **changes: str) -> str:
    """Print the address of the dashboard in another shape; its page falls away."""
    return board.links.dashboard(**changes)


@register.simple_tag
def dashboard_of(board: Board, leader: Leader) -> str:
    """Print the address of the dashboard of one leader's portfolio."""
    return board.links.dashboard(leader=str(leader.pk), group="")
