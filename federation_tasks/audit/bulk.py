"""Rows of watched models that are written in bulk: one read of what they said, one statement for all their entries."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import Q

from federation_tasks.audit import trail
from federation_tasks.audit.comparing import Watching, values_of
from federation_tasks.audit.models import Action, Entry
from federation_tasks.audit.watch import AT_A_TIME, loud, told_together, watching, write

Values = dict[Any, dict[str, Any]]
Row = TypeVar("Row", bound=models.Model)


class WatchedQuerySet(models.QuerySet[Row]):
    """The queryset of a watched model: what it creates, updates and deletes in bulk is told of row by row."""

    def bulk_create(  # type: ignore[override]
        self, objs: Iterable[Any], batch_size: int | None = None, ignore_conflicts: bool = False, update_conflicts: bool = False, **more: Any
    ) -> list[Any]:
        """Insert rows, and tell of each that is new or, where conflicts update, changed."""
        rows = list(objs)
        how = loud(self.model, len(rows), Action.CREATE) if rows else None
        known = {"batch_size": batch_size, "ignore_conflicts": ignore_conflicts, "update_conflicts": update_conflicts, **more}
        if how is None:
            return super().bulk_create(rows, **known)
        with transaction.atomic(savepoint=False):
            if not (ignore_conflicts or update_conflicts):
                made = super().bulk_create(rows, **known)
                write(trail.entry(Action.CREATE, row, after=how.all_of(values_of(row, how.fields()))) for row in made)
                return made
            keys = list(more.get("unique_fields") or _unique_fields(self.model))
            meant, fields = self._audit_same_keys(rows, keys), how.fields()
            old = self._audit_values(meant, fields)
            made = super().bulk_create(rows, **known)
            new = self._audit_values(meant, fields)
            self._audit_tell(how, old, new, _by_key(self.model, keys, rows, new))
            return made

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update rows, and tell of each that changed."""
        rows, names = list(objs), list(fields)
        told = self._audit_news(names)
        how = loud(self.model, len(rows), Action.CHANGE) if rows and told else None
        if how is None:
            with told_together(self.model):
                return super().bulk_update(rows, names, batch_size)
        with transaction.atomic(savepoint=False), told_together(self.model):
            meant = self.model._base_manager.filter(pk__in=[row.pk for row in rows])
            old = self._audit_values(meant, told)
            found = super().bulk_update(rows, names, batch_size)
            new = {row.pk: values_of(row, told) for row in rows}
            if any(hasattr(value, "resolve_expression") for row in new.values() for value in row.values()):
                new = self._audit_values(meant, told)
            self._audit_tell(how, old, new, {row.pk: row for row in rows})
            return found

    def update(self, **values: Any) -> int:
        """Update rows in place, and tell of each that changed."""
        told = self._audit_news(values)
        if not told or watching(self.model) is None:
            return super().update(**values)
        keys = list(self.order_by().values_list("pk", flat=True)) if trail.counting() is None else []
        how = loud(self.model, len(keys) or 1, Action.CHANGE)
        if how is None:
            return super().update(**values)
        with transaction.atomic(savepoint=False):
            meant = self.model._base_manager.filter(pk__in=keys)
            rows = {row.pk: row for row in meant.select_related(*_owners(self.model))}
            old = {pk: values_of(row, told) for pk, row in rows.items()}
            found = super().update(**values)
            self._audit_tell(how, old, self._audit_values(meant, told), rows)
            return found

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows, and tell of each with what it said. What goes along by cascade tells of itself."""
        if watching(self.model) is None:
            return super().delete()
        rows = list(self.select_related(*_owners(self.model))) if trail.counting() is None else []
        how = loud(self.model, len(rows) or 1, Action.DELETE)
        if how is None:
            return super().delete()
        with transaction.atomic(savepoint=False), told_together(self.model):
            entries = [trail.entry(Action.DELETE, row, before=how.all_of(values_of(row, how.fields()))) for row in rows]
            found = super().delete()
            write(entries)
            return found

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _audit_news(self, names: Iterable[str]) -> list[models.Field]:
        how = watching(self.model)
        return how.fields(list(names)) if how else []

    def _audit_values(self, rows: models.QuerySet, fields: list[models.Field]) -> Values:
        """Return what rows say in these fields, by their id."""
        names = [field.attname for field in fields]
        return {found["pk"]: found for found in rows.values("pk", *names).iterator(chunk_size=AT_A_TIME)}

    def _audit_same_keys(self, rows: list[Any], names: list[str]) -> models.QuerySet:
        """Return the rows that have the keys of these ones: those with which they would conflict."""
        found = Q()
        for row in rows:
            found |= Q(**{name: getattr(row, self.model._meta.get_field(name).attname) for name in names})  # type: ignore[union-attr]
        return self.model._base_manager.filter(found)

    def _audit_tell(self, how: Watching, old: Values, new: Values, rows: dict[Any, Any]) -> None:
        """Write what differs between two readings."""
        entries = []
        for pk, values in new.items():
            row = rows[pk]
            if pk not in old:
                entries.append(trail.entry(Action.CREATE, row, after=how.all_of(values)))
                continue
            fields = [field for field in how.fields() if field.attname in values]
            before, after = how.changes(fields, old[pk], values)
            if before or after:
                entries.append(trail.entry(Action.CHANGE, row, before=before, after=after))
        write(entries)


@dataclass(frozen=True)
class Moved:
    """One of many rows that a move changes: what its changed fields said, by column, and the figures of the move before and after."""

    row: models.Model
    was: dict[str, Any]
    before: dict[str, Any]
    facts: dict[str, Any]


def move_together(model: type[models.Model], moved: Sequence[Moved], fields: Sequence[str]) -> None:
    """Update the rows that a move changes in these fields, and tell of each as of the move that is being done."""
    how = loud(model, len(moved), Action.CHANGE)
    with told_together(model):
        model._default_manager.bulk_update([one.row for one in moved], fields, batch_size=AT_A_TIME)
    if how is not None:
        write(_entry_of_move(how, one, how.fields(fields)) for one in moved)


def _entry_of_move(how: Watching, one: Moved, fields: list[models.Field]) -> Entry:
    before, after = how.changes(fields, one.was, values_of(one.row, fields))
    return trail.entry(Action.MOVE, one.row, name=str(one.row), before=before | one.before, after=after | one.facts)


def tell_linked(relation: str, linked: Mapping[Row, Sequence[models.Model]]) -> None:
    """Tell which objects were added to each row of one kind, by a relation whose links were written in bulk."""
    how = loud(type(next(iter(linked))), len(linked), Action.CHANGE) if linked else None
    if how is not None:
        write(trail.entry(Action.CHANGE, row, after={relation: [f"{one}（{one.pk}）" for one in found]}) for row, found in linked.items())


def _unique_fields(model: type[models.Model]) -> list[str]:
    """Return the fields by which a model's rows conflict."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None:
            return list(constraint.fields)
    raise LookupError(f"{model.__name__} has no unique fields by which its rows could conflict: name them")


def _by_key(model: type[models.Model], names: list[str], rows: list[Any], found: Values) -> dict[Any, Any]:
    """Return, for each row that was read, the object in memory that has its key, so that it is named without another query."""
    attnames = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    meant = {tuple(getattr(row, name) for name in attnames): row for row in rows}
    known = {}
    for pk, values in found.items():
        known[pk] = copy(meant[tuple(values[name] for name in attnames)])
        known[pk].pk = pk
    return known


def _owners(model: type[models.Model]) -> list[str]:
    """Return the rows to which a row belongs: read along with it, since its name and its department come from them."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey) and not field.null]


WatchedManager = models.Manager.from_queryset(WatchedQuerySet, "WatchedManager")
