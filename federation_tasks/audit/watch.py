"""Watch models: each row that is made, changed or deleted writes its entry in the same transaction, or does not happen.

`watch(Model)` in the `ready()` of the model's room is all that is needed. Single rows come by Django's signals; what is written in bulk
comes by the queryset (`WatchedQuerySet`), which every manager of a watched model must have.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import signals

from federation_tasks.audit import acting, trail
from federation_tasks.audit.comparing import Watching, values_of
from federation_tasks.audit.models import Action, Entry

WATCHED: dict[type[models.Model], Watching] = {}
LEFT_OUT: dict[str, str] = {}
AT_A_TIME = 500  # rows written or read with one statement

_silent: ContextVar[frozenset[type[models.Model]]] = ContextVar("silent", default=frozenset())


class NotInTransaction(RuntimeError):  # noqa: N818 - what is wrong
    """A watched row was about to change where its entry could not be written in the same transaction."""


def watch(model: type[models.Model], *, hashed: Iterable[str] = (), leave: Iterable[str] = (), department: str = "", named: bool = True) -> None:
    """Write an entry for each row of this model that is made, changed or deleted, from now on.

    `hashed` are texts of which only a hash is kept, `leave` fields that are no news (a time stamp, a column that follows from others),
    `department` says where the code of the department stands ("report.department.code"). What is not `named` is called by its number,
    since its own name would be a piece of a report.
    """
    WATCHED[model] = Watching(model, frozenset(hashed), frozenset(leave))
    if department:
        trail.WHERE[trail.kind_of(model)] = department
    if not named:
        trail.NAMELESS.add(trail.kind_of(model))
    proxies = [kind for kind in apps.get_models() if kind._meta.proxy and kind._meta.concrete_model is model]
    for sender in (model, *proxies):
        signals.pre_save.connect(_about_to_save, sender=sender, dispatch_uid=f"audit {sender}")
        signals.post_save.connect(_saved, sender=sender, dispatch_uid=f"audit {sender}")
        signals.pre_delete.connect(_about_to_delete, sender=sender, dispatch_uid=f"audit {sender}")
        signals.post_delete.connect(_deleted, sender=sender, dispatch_uid=f"audit {sender}")
    for relation in model._meta.local_many_to_many:
        signals.m2m_changed.connect(_related, sender=relation.remote_field.through, dispatch_uid=f"audit {relation}")


def leave_out(label: str, reason: str) -> None:
    """Say that a model ("sessions.session"), or a whole app ("sessions"), is not watched, and why."""
    LEFT_OUT[label] = reason


def watching(model: type[models.Model]) -> Watching | None:
    """Return how a model is watched; None where it is not, or where its rows are being written in bulk and are told of together."""
    found = WATCHED.get(model._meta.concrete_model or model)
    return None if found is None or found.model in _silent.get() else found


@contextmanager
def told_together(model: type[models.Model]) -> Iterator[None]:
    """Let a model's single rows be silent while its rows are written in bulk."""
    token = _silent.set(_silent.get() | {model})
    try:
        yield
    finally:
        _silent.reset(token)


def in_transaction() -> bool:
    """Say whether what is written now and its entry are one transaction. That of a test case round a request does not count."""
    if not connection.in_atomic_block:
        return acting.current().is_arranging
    ours = [block for block in connection.atomic_blocks if not getattr(block, "_from_testcase", False)]
    return bool(ours) or not acting.current().is_request


def insist(model: type[models.Model]) -> None:
    """Refuse a change whose entry could not be written in the same transaction."""
    if not in_transaction():
        raise NotInTransaction(f"{trail.kind_of(model)} is watched: change it inside transaction.atomic(), so that its audit row is written with it")


def loud(model: type[models.Model], rows: int, action: Action) -> Watching | None:
    """Return how to tell of these rows; None where they are only counted, or not watched. Refuses them outside of a transaction."""
    how = watching(model)
    if how is None:
        return None
    insist(model)
    counted = trail.counting()
    if counted is not None:
        counted[f"{trail.kind_of(model)} {action}"] += rows
        return None
    return how


def write(entries: Iterable[Entry]) -> None:
    """Write the entries of a change in bulk."""
    Entry.objects.bulk_create(entries, batch_size=AT_A_TIME)


# --- One row ---------------------------------------------------------------------------------------------------------


def _about_to_save(sender: type[models.Model], instance: Any, update_fields: Any = None, **_: Any) -> None:
    """Read what the row says now, and refuse to change it outside of a transaction."""
    instance.__dict__.pop("_audited", None)
    how = watching(sender)
    if how is None:
        return
    fields = how.fields(update_fields)
    if trail.counting() is not None or instance.pk is None:
        if fields:
            insist(sender)
        return
    # One that was built with the key of a row that stands is "adding" too, and changes that row: what stands is read, not assumed.
    old = how.model._base_manager.filter(pk=instance.pk).values(*(field.attname for field in fields)).first() if fields else None
    if fields and (old is None or how.changes(fields, old, {**old, **values_of(instance, fields)})[0] or trail.deed().moved is instance):
        insist(sender)
    instance.__dict__["_audited"] = (fields, old)


def _saved(sender: type[models.Model], instance: Any, created: bool, **_: Any) -> None:
    """Write the entry of a row that was made or changed; nothing where nothing changed."""
    how = watching(sender)
    fields, old = instance.__dict__.pop("_audited", (None, None))
    if how is None:
        return
    counted = trail.counting()
    if counted is not None:
        counted[f"{trail.kind_of(sender)} {Action.CREATE if created else Action.CHANGE}"] += 1
        return
    if old is None and not created:
        return  # only what is no news was saved
    before: dict[str, Any] = {}
    if created:
        after = how.all_of(_new_values(how, instance, how.fields()))
    else:
        before, after = how.changes(fields, old, {**old, **_new_values(how, instance, fields)})
    deed = trail.deed()
    if deed.moved is instance:
        trail.record(Action.MOVE, instance, name=str(instance), before=before | deed.before, after=after | deed.facts)
    elif before or after:
        action = Action.CREATE if created else Action.CHANGE
        trail.record(action, instance, before=before, after=after, reason=deed.reason or getattr(instance, "_change_reason", None) or "")


def _new_values(how: Watching, instance: models.Model, fields: list[models.Field]) -> dict[str, Any]:
    """Return what a row says now; where the database computed something, what it says there."""
    new = values_of(instance, fields)
    if any(hasattr(value, "resolve_expression") for value in new.values()):
        new = how.model._base_manager.filter(pk=instance.pk).values(*(field.attname for field in fields)).get()
    return new


def _about_to_delete(sender: type[models.Model], **_: Any) -> None:
    if watching(sender) is not None:
        insist(sender)


def _deleted(sender: type[models.Model], instance: Any, **_: Any) -> None:
    """Write the entry of a row that has gone, with what it said."""
    how = loud(sender, 1, Action.DELETE)
    if how is not None:
        trail.record(Action.DELETE, instance, before=how.all_of(values_of(instance, how.fields())))


# --- Many to many ----------------------------------------------------------------------------------------------------


def _related(sender: Any, instance: Any, action: str, model: type[models.Model], pk_set: set[Any] | None, **_: Any) -> None:
    """Write which objects were added to a row, or taken away from it."""
    way, _unused, what = action.partition("_")
    name = _name_of_relation(type(instance), sender)
    if what == "clear":
        if way == "pre":
            insist(type(instance))
            _write_related(instance, name, "before", getattr(instance, name).all())
    elif way == "pre":
        insist(type(instance))
    elif pk_set:
        _write_related(instance, name, "after" if what == "add" else "before", model._default_manager.filter(pk__in=pk_set))


def _name_of_relation(kind: type[models.Model], through: Any) -> str:
    """Return what this kind of object calls the relation that lies in `through`."""
    for field in kind._meta.many_to_many:
        if field.remote_field.through is through:
            return str(field.name)
    for relation in kind._meta.related_objects:
        if getattr(relation, "through", None) is through:
            return str(relation.get_accessor_name())
    raise LookupError(f"{kind.__name__} has no relation by {through}")


def _write_related(instance: Any, name: str, side: str, found: Iterable[Any]) -> None:
    if (counted := trail.counting()) is not None:
        counted[f"{trail.kind_of(instance)} {Action.CHANGE}"] += 1
        return
    names = [f"{one}（{one.pk}）" for one in found]
    if names:
        trail.record(Action.CHANGE, instance, **{side: {name: names}})  # type: ignore[arg-type]
