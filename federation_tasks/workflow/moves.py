"""The table of moves and the one function that performs them (style.md, habits 7 to 9).

A kind of thing has one `Table`. Its rows say from which states a move starts, where it leads, who may make it and whether it needs
a reason. Buttons, admin actions, refusals and tests read the same rows; no template and no view compares a state.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.dispatch import Signal
from django.forms import Field

from departments.access import Access, Capability
from federation_tasks.audit import trail
from federation_tasks.workflow.models import HistoryRow, Moving

# Sent after the commit, with `row` (the HistoryRow) and `thing`. Rooms to the right tell people.
moved = Signal()

NEW = ""  # the state of what does not exist yet: a move that starts from it brings the thing into being


class WrongState(Exception):  # noqa: N818 - a state, not a fault
    """The thing is not in a state from which this move starts. Its text is the sentence for the person: HTTP 409."""

    def __init__(self, sentence: str, thing: Any = None) -> None:
        super().__init__(sentence)
        self.thing = thing  # whose page shows how things stand now


@dataclass(frozen=True)
class Act:
    """One move being made: what a move's own rules and effects may look at."""

    thing: Any
    access: Access
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    before: str = ""  # the state that the thing leaves

    @property
    def on(self) -> dt.date:
        """Return the day of the move."""
        return self.access.on

    @property
    def by(self) -> Any:
        """Return who makes the move."""
        return self.access.user


@dataclass(frozen=True)
class Move:
    """One row of a table of moves.

    `to` is a state, or a function of the thing where the state before decides (resume). `right` replaces the capability where
    the right does not follow from the department alone. `refusal` returns a sentence where the move cannot be made now although
    state and right fit, else an empty text. `effect` writes what goes with the move and returns figures for the history row.
    `effect_on_all` stands in its place where the move is also made on many things at once: the same, for all acts, in a few statements.
    `fields` are what the form asks beside the reason; what is typed into them reaches the effect as `act.data`. `becomes` names the
    move that is made in place of this one because of what was typed.
    """

    name: str
    label: str
    sources: frozenset[str]
    to: str | Callable[[Any], str]
    capability: Capability
    needs_reason: bool | Callable[[Any], bool] = False
    reason_label: str = "理由"
    right: Callable[[Any, Access], bool] | None = None
    refusal: Callable[[Act], str] | None = None
    effect: Callable[[Act], dict[str, Any] | None] | None = None
    effect_on_all: Callable[[Sequence[Act]], list[dict[str, Any]]] | None = None
    also_writes: tuple[str, ...] = ()  # fields beside the state that the effect changes on the thing itself; needed where it is made on many
    may_say: str = ""  # the label of a reason that may be given and need not be
    says_help: str = ""
    fields: Callable[[Any, Access], dict[str, Field]] | None = None
    becomes: Callable[["Act"], str] | None = None
    offered: bool = True  # False: no button; another page or job makes it
    takes_files: bool = False  # True: whoever makes it may put evidence to its history row

    def allowed_to(self, thing: Moving, access: Access) -> bool:
        """Say whether this person has the right to this move on this thing, whatever its state."""
        if self.right is not None:
            return self.right(thing, access)
        return access.may(self.capability, thing.moving_department())

    def asks_reason(self, thing: Moving) -> bool:
        """Say whether a reason must be given for this thing as it stands."""
        return self.needs_reason(thing) if callable(self.needs_reason) else self.needs_reason

    @property
    def reason_wanted(self) -> str:
        """Return the sentence for someone who gives no reason where one must be given."""
        return f"请写明{self.reason_label}，再{self.label}。"

    def target(self, thing: Moving) -> str:
        """Return the state that this move would lead to."""
        return self.to if isinstance(self.to, str) else self.to(thing)

    def take_effect(self, acts: Sequence[Act]) -> list[dict[str, Any]]:
        """Write what goes with the move; return the figures of each act for its history row."""
        if self.effect_on_all:
            return self.effect_on_all(acts)
        return [(self.effect(act) if self.effect else None) or {} for act in acts]


class Table:
    """All moves of one kind of thing."""

    def __init__(self, states: type[models.TextChoices], moves: Iterable[Move]) -> None:
        self.states = states
        self.moves = {move.name: move for move in moves}
        known = {NEW, *states.values}
        for move in self:
            unknown = (set(move.sources) | ({move.to} if isinstance(move.to, str) else set())) - known
            if unknown:
                raise ValueError(f"move {move.name} names unknown states {sorted(unknown)}")

    def __iter__(self) -> Iterator[Move]:
        return iter(self.moves.values())

    def __getitem__(self, name: str) -> Move:
        return self.moves[name]

    def __contains__(self, name: object) -> bool:
        return name in self.moves

    def open_to(self, thing: Moving, access: Access) -> list[Move]:
        """Return the moves that this person may make on this thing now: the buttons."""
        act = Act(thing, access)
        return [
            move
            for move in self
            if move.offered and thing.state in move.sources and move.allowed_to(thing, access) and not (move.refusal and move.refusal(act))
        ]

    def wrong_state(self, thing: Moving, move: Move) -> str:
        """Return the sentence for someone who makes a move from a state where it does not start."""
        starts = "、".join(f"“{self.states(state).label}”" for state in self.states.values if state in move.sources)
        if thing.state == NEW:
            return f"这件事还没有开始，不能{move.label}；只有{starts}时才可以。请刷新页面看最新情况。"
        if not starts:
            return f"已经是“{self.states(thing.state).label}”了，不能再{move.label}。请刷新页面看最新情况。"
        return f"现在是“{self.states(thing.state).label}”，不能{move.label}；只有{starts}时才可以。可能有人刚刚办过，请刷新页面看最新情况。"


TABLES: dict[type[Moving], Table] = {}


def register(kind: type[Moving], table: Table) -> None:
    """Say which table moves a kind of thing. The room that owns the moves calls this once, when the site starts."""
    TABLES[kind] = table


def table_of(thing: Moving) -> Table:
    """Return the table of moves of a thing."""
    return TABLES[type(thing)]


def perform(thing: Moving, name: str, access: Access, *, reason: str = "", **data: Any) -> HistoryRow:
    """Make a move: lock the row, check right and state, write, record, and tell after the commit.

    Returns the history row; `thing` then carries the new state. A thing that is not in the database yet is brought into being by a
    move that starts from NEW. The order of refusals is that of the answers over HTTP (domain.md): PermissionDenied (403),
    WrongState (409), ValidationError on `reason` or on the move's own data.
    """
    table = table_of(thing)
    move = table[name]
    with transaction.atomic():
        thing.lock_first()
        is_new = thing._state.adding
        locked = thing if is_new else type(thing)._base_manager.select_for_update(of=("self",)).get(pk=thing.pk)
        act = begun(table, move, Act(locked, access, reason.strip(), data, before=NEW if is_new else locked.state))
        if move.becomes and (other := move.becomes(act)):
            move = table[other]
        row = _write(move, act)
        transaction.on_commit(lambda: moved.send(type(locked), row=row, thing=locked))
    if not is_new:
        thing.refresh_from_db()
    return row


def begun(table: Table, move: Move, act: Act) -> Act:
    """Return the act of making a move on a locked thing. Raise PermissionDenied or WrongState where it may not begin."""
    if not move.allowed_to(act.thing, act.access):
        raise PermissionDenied(f"您没有权限{move.label}。")
    if act.before not in move.sources:
        raise WrongState(table.wrong_state(act.thing, move), act.thing)
    return act


def refuse_early(thing: Moving, name: str, access: Access) -> None:
    """Raise what `perform` would raise before it looks at what was typed: a form asks this first, so that 403 and 409 come before its sentences."""
    table = table_of(thing)
    _heed_refusal(table[name], begun(table, table[name], Act(thing, access, before=NEW if thing._state.adding else thing.state)))


def check(move: Move, act: Act) -> None:
    """Check the move's own rules. Raise WrongState, or ValidationError on `reason` where one is missing."""
    _heed_refusal(move, act)
    if not act.reason and move.asks_reason(act.thing):
        raise ValidationError({"reason": move.reason_wanted})


def _heed_refusal(move: Move, act: Act) -> None:
    """Raise WrongState where the move's own rule refuses it."""
    if move.refusal and (sentence := move.refusal(act)):
        raise WrongState(sentence, act.thing)


def _write(move: Move, act: Act) -> HistoryRow:
    """Check the move's own rules, change the state, let the effect write, and record."""
    thing = act.thing
    check(move, act)
    thing.state = move.target(thing)
    with trail.doing(move.name, act.reason, act.access.acts_as(thing.moving_department())):
        if act.before == NEW:
            return _bring_into_being(move, act)
        [facts] = move.take_effect([act])
        with trail.moving(thing, {"state": act.before}, facts | {"state": thing.state}):
            thing.save()
        return record(act, move.name, facts)


def _bring_into_being(move: Move, act: Act) -> HistoryRow:
    """Let the effect fill in and check the new thing, write it, and record."""
    [facts] = move.take_effect([act])
    act.thing.save()
    return record(act, move.name, facts)


def record(act: Act, name: str, facts: dict[str, Any] | None = None) -> HistoryRow:
    """Write the history row of a move that has been made."""
    row = history_row(act, name, facts)
    row.save(force_insert=True)
    return row


def history_row(act: Act, name: str, facts: dict[str, Any] | None = None) -> HistoryRow:
    """Return the history row of a move that has been made, not yet written."""
    thing = act.thing
    return HistoryRow(
        content_type=ContentType.objects.get_for_model(thing),
        object_id=thing.pk,
        department=thing.moving_department(),
        period=thing.moving_period(),
        move=name,
        from_state=act.before,
        to_state=thing.state,
        actor_id=act.access.user.pk,
        acting_as=act.access.acts_as(thing.moving_department()),
        reason=act.reason,
        on=act.on,
        facts=facts or {},
    )
