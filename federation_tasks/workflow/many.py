"""One move made on many things at once: the same row of the table as `perform`, in a few statements whatever their number."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import models, transaction

from departments.access import Access
from departments.saved_states import note_states
from federation_tasks.audit import trail
from federation_tasks.audit.bulk import Moved, move_together
from federation_tasks.workflow.models import HistoryRow, Moving
from federation_tasks.workflow.moves import TABLES, Act, Move, begun, check, history_row, moved

AT_A_TIME = 500  # things held in memory, and rows written with one statement

DataOf = Callable[[Any], dict[str, Any]]


def perform_all(rows: "models.QuerySet[Any]", name: str, access: Access, *, reason: str = "", data_of: DataOf | None = None, **data: Any) -> list[HistoryRow]:
    """Make one move on each of these rows, or on none: what `perform` refuses for one of them is refused for all.

    The caller chooses how many rows are held in memory, and reads along with them what the move looks at (their department and
    period). `data_of` says what belongs to one row alone. Returns the history rows, in the order of the things.
    """
    table = TABLES[rows.model]
    move = table[name]
    if move.becomes:
        raise TypeError(f"{name} can become another move: it is made one by one")
    with transaction.atomic():
        locked = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if not locked:
            return []
        acts = [Act(thing, access, reason.strip(), data | (data_of(thing) if data_of else {}), before=thing.state) for thing in locked]
        for act in acts:
            check(move, begun(table, move, act))
        written = [row for role, alike in _by_role(acts) for row in _write(move, role, list(alike))]
        _tell_after_commit(rows.model, written)
    return written


def perform_in_turn(rows: "models.QuerySet[Any]", ids: Sequence[int], name: str, access: Access, **data: Any) -> None:
    """Make one move on the rows of these ids, some hundreds at a time, so that thousands are not held in memory."""
    for first in range(0, len(ids), AT_A_TIME):
        perform_all(rows.filter(pk__in=ids[first : first + AT_A_TIME]), name, access, **data)


def record_all(acts: Iterable[tuple[Act, dict[str, Any]]], name: str) -> list[HistoryRow]:
    """Write the history rows of moves that have been made, with the figures of each."""
    return HistoryRow.objects.bulk_create([history_row(act, name, facts) for act, facts in acts], batch_size=AT_A_TIME)


def _by_role(acts: Sequence[Act]) -> Iterable[tuple[str, Iterable[Act]]]:
    """Divide acts by the capacity in which they are done: nearly always one, since many things are moved by the office."""
    roles = {department: acts[0].access.acts_as(department) for department in {act.thing.moving_department() for act in acts}}

    def role_of(act: Act) -> str:
        return roles[act.thing.moving_department()]

    return groupby(sorted(acts, key=role_of), key=role_of)


def _write(move: Move, role: str, acts: list[Act]) -> list[HistoryRow]:
    """Change the states, let the effect write, and record."""
    kind, names = type(acts[0].thing), ["state", *move.also_writes]
    fields = [kind._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    was = [{field: getattr(act.thing, field) for field in fields} for act in acts]
    for act in acts:
        act.thing.state = move.target(act.thing)
    with trail.doing(move.name, acts[0].reason, role):
        facts = move.take_effect(acts)
        told = [
            Moved(act.thing, before, {"state": act.before}, figures | {"state": act.thing.state}) for act, before, figures in zip(acts, was, facts, strict=True)
        ]
        move_together(kind, told, names)
        note_states([act.thing for act in acts])
        return record_all(zip(acts, facts, strict=True), move.name)


def _tell_after_commit(kind: type[Moving], written: list[HistoryRow]) -> None:
    """Send `moved` for each, where anybody listens. What is told is read anew then: thousands of things are not kept until the commit."""
    if moved.has_listeners(kind):
        ids = [row.pk for row in written]
        transaction.on_commit(lambda: _tell(kind, ids))


def _tell(kind: type[Moving], ids: list[int]) -> None:
    rows = HistoryRow.objects.filter(pk__in=ids).order_by("pk")
    things = kind._base_manager.in_bulk([row.object_id for row in rows])
    for row in rows:
        moved.send(kind, row=row, thing=things[row.object_id])
