"""Evidence of a move: files put to its history row. Whoever may read the thing that was moved may read them."""

from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from departments.access import Access
from federation_tasks.files.owners import Owner, register
from federation_tasks.workflow.models import HistoryRow, Moving
from federation_tasks.workflow.moves import WrongState

TIED = "领导正在审定或者已经审定的事项，佐证材料不能撤下。"
VISIBLE: dict[type[Moving], Callable[[Access], QuerySet[Any]]] = {}


def register_rows(kind: type[Moving], visible: Callable[[Access], QuerySet[Any]]) -> None:
    """Let the history rows of a kind of thing own files; `visible` returns the things that a person may read."""
    VISIBLE[kind] = visible
    register(HistoryRow, Owner(visible_rows, may_add, may_withdraw, page))


def visible_rows(access: Access) -> QuerySet[HistoryRow]:
    """Return what was done with the things that this person may read."""
    mine = Q(pk__in=[])
    for kind, visible in VISIBLE.items():
        mine |= Q(content_type=ContentType.objects.get_for_model(kind), object_id__in=visible(access).order_by().values("pk"))
    return HistoryRow.objects.filter(mine)


def may_add(row: HistoryRow, access: Access) -> bool:
    """Say whether this person made the move."""
    return row.actor_id == access.user.pk


def may_withdraw(row: HistoryRow, access: Access) -> bool:
    """Refuse: a move is done when it is made, and what was shown with it stays. 409 for those who made it, 403 for others."""
    if may_add(row, access):
        raise WrongState(TIED, thing_of(row))
    return False


def page(row: HistoryRow) -> str:
    """Return the page of the thing that was moved."""
    return str(thing_of(row).get_absolute_url())


def thing_of(row: HistoryRow) -> Any:
    """Return what was moved."""
    return row.content_type.get_object_for_this_type(pk=row.object_id)
