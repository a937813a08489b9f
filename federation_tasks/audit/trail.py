"""Write what happened: one row, in the transaction that is open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models, transaction

from federation_tasks.audit import acting
from federation_tasks.audit.cleaning import figures, line
from federation_tasks.audit.models import Action, Entry, Result

__all__ = ["Action", "Result", "as_one", "because", "doing", "entry", "moving", "record"]

LONGEST_REASON = 2000
A_REQUEST = "request"  # the kind of a row whose object is the request itself
A_COMMAND = "command"

# Where the code of the department stands that an object belongs to, by kind of object; "department.code" where nothing is said.
WHERE: dict[str, str] = {}
# Kinds of object whose own words are a report's: they are called by their number.
NAMELESS: set[str] = set()


@dataclass(frozen=True)
class Deed:
    """What is being done: every row written meanwhile bears its name, its reason and the capacity in which it is done."""

    verb: str = ""
    reason: str = ""
    role: str = ""
    moved: Any = None  # the thing whose own change is the move; what else changes are its side effects
    before: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


_deed: ContextVar[Deed] = ContextVar("deed", default=Deed())  # noqa: B039 - frozen
_at_once: ContextVar[Counter[str] | None] = ContextVar("at_once", default=None)


def deed() -> Deed:
    """Return what is being done."""
    return _deed.get()


def counting() -> "Counter[str] | None":
    """Return the counter of what is being loaded as one act; None where each row speaks for itself."""
    return _at_once.get()


def record(
    action: Action,
    thing: models.Model | None = None,
    *,
    name: str = "",
    kind: str = "",
    key: object = "",
    verb: str = "",
    department: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: Result = Result.DONE,
    reason: str = "",
) -> Entry:
    """Write one row in the transaction that is open. Who, in what capacity, from where and by which request come from the context.

    The object is `thing`, or what `name` (and `kind`, `key`) calls it; without either it is the request itself. `before` and `after` are
    fields and figures; what must not be kept in a log is left out of them. Returns the entry.
    """
    found = entry(action, thing, name=name, kind=kind, key=key, verb=verb, department=department, before=before, after=after, result=result, reason=reason)
    found.save()
    return found


def entry(
    action: Action,
    thing: models.Model | None = None,
    *,
    name: str = "",
    kind: str = "",
    key: object = "",
    verb: str = "",
    department: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: Result = Result.DONE,
    reason: str = "",
) -> Entry:
    """Return a row that is not yet written, for those who write many at once."""
    now, doing_now = acting.current(), deed()
    who = now.who()
    if thing is not None:
        kind, key, name = kind or kind_of(thing), key or thing.pk or "", name or name_of(thing)
        department = department or department_of(thing)
    was, is_now = figures(before), figures(after)
    return Entry(
        actor_id=who.id,
        actor=line(who.name, 64) or acting.NOBODY,
        username=line(who.username, 64) or "-",
        role=line(doing_now.role or now.role(), 200) or (acting.NO_ROLE if who.id else acting.NOBODY),
        address=line(now.address, 45) or acting.HERE,
        request=line(now.request, 32),
        method=line(now.method, 8),
        path=line(now.path, 300) or "-",
        action=action,
        verb=line(verb or doing_now.verb, 64),
        kind=line(kind, 64) or A_REQUEST,
        key=line(key, 64),
        thing=line(name, 200) or line(now.path, 200) or "-",
        department=line(department, 32),
        before=was,
        after=is_now if was or is_now else {"result": str(result)},
        result=result,
        reason=line(reason or doing_now.reason, LONGEST_REASON),
    )


@contextmanager
def doing(verb: str, reason: str = "", role: str = "") -> Iterator[None]:
    """Give everything that is written meanwhile the name of the act, its reason and the capacity in which it is done."""
    token = _deed.set(Deed(verb, reason, role))
    try:
        yield
    finally:
        _deed.reset(token)


@contextmanager
def moving(thing: models.Model, before: dict[str, Any], facts: dict[str, Any]) -> Iterator[None]:
    """Let the saving of this thing be told as the move that is being done, whatever it changes, with these figures before and after."""
    token = _deed.set(replace(deed(), moved=thing, before=before, facts=facts))
    try:
        yield
    finally:
        _deed.reset(token)


@contextmanager
def as_one(verb: str, name: str = "") -> Iterator[dict[str, Any]]:
    """Write ONE row for a loading in bulk, with the figures of what it wrote, in its own transaction: not one row for each row.

    Yields a dictionary for further figures.
    """
    outer = counting()
    if outer is not None:  # a loading within a loading is part of it
        yield {}
        return
    token = _at_once.set(Counter())
    further: dict[str, Any] = {}
    try:
        with transaction.atomic(savepoint=False):
            yield further
            counted = counting()
            record(Action.COMMAND, kind=A_COMMAND, name=name or verb, verb=verb, after={"rows": sum((counted or {}).values())} | dict(counted or {}) | further)
    finally:
        _at_once.reset(token)


def because(sentence: object) -> None:
    """Note the sentence with which this request is refused: it becomes the reason of the refusal's row."""
    acting.current().sentence = str(sentence)


def kind_of(thing: models.Model | type[models.Model]) -> str:
    """Return what kind of object this is: "plan.task"."""
    concrete: Any = thing._meta.concrete_model
    return str(concrete._meta.label_lower)


def name_of(thing: models.Model) -> str:
    """Return what an object is called; what would have to be read from the database for its name is not worth a query."""
    words = "" if kind_of(thing) in NAMELESS else _without_reading(lambda: str(thing))
    return words or f"{thing._meta.verbose_name} {thing.pk or ''}"


def department_of(thing: models.Model) -> str:
    """Return the code of the department to which an object belongs, as far as that is known without reading."""
    return _without_reading(lambda: _code(thing))


def _code(thing: Any) -> Any:
    found = thing
    for part in WHERE.get(kind_of(thing), "department.code").split("."):
        found = getattr(found, part, None)
    return found or ""


class _WouldRead(Exception):  # noqa: N818 - no fault
    """A query would be needed."""


def _no_query(*_: Any) -> None:
    raise _WouldRead


def _without_reading(ask: Any) -> str:
    with connection.execute_wrapper(_no_query):
        try:
            return str(ask())
        except (_WouldRead, ObjectDoesNotExist, AttributeError):
            return ""
