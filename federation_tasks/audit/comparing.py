"""What a row of a watched model says, as it may stand in the audit: its fields, its figures, a hash where the text is a report's."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from federation_tasks.audit.cleaning import CHANGED, NOT_KEPT, SECRET, canonical, digest


@dataclass(frozen=True)
class Watching:
    """How one model is watched: which of its texts are kept as a hash, and which fields are no news."""

    model: type[models.Model]
    hashed: frozenset[str]
    leave: frozenset[str]

    def fields(self, only: Any = None) -> list[models.Field]:
        """Return the fields whose change is news; of these only some, where they are named."""
        known = self.model._meta.concrete_fields
        chosen = [field for field in known if only is None or field.name in only or field.attname in only]
        return [field for field in chosen if not field.primary_key and field.name not in self.leave]

    def changes(self, fields: list[models.Field], old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what these fields said before and say after, where that differs."""
        changed = [field for field in fields if _plain(field, old.get(field.attname)) != _plain(field, new.get(field.attname))]
        before = {field.name: self.shown(field, old.get(field.attname)) for field in changed}
        return before, {field.name: self.shown(field, new.get(field.attname), CHANGED) for field in changed}

    def all_of(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return all that a new row, or one that goes, says; what it leaves empty is left out."""
        return {field.name: self.shown(field, value) for field in self.fields() if (value := values.get(field.attname)) not in (None, "", [], {})}

    def shown(self, field: models.Field, value: Any, secret: str = NOT_KEPT) -> Any:
        """Return a field's value as it may be kept."""
        if SECRET.search(field.name) and not isinstance(value, bool):
            return secret
        if field.name in self.hashed and value:
            return digest(value if isinstance(value, str) else canonical(value))
        return _plain(field, value)


def values_of(thing: models.Model, fields: list[models.Field]) -> dict[str, Any]:
    """Return what an object in memory says in these fields, as far as it has them."""
    return {field.attname: thing.__dict__[field.attname] for field in fields if field.attname in thing.__dict__}


def _plain(field: models.Field, value: Any) -> Any:
    """Return a value as the database gives it back, so that "5", 5 and Decimal("5.00") are one."""
    if value is None or isinstance(value, models.Expression) or hasattr(value, "resolve_expression"):
        return value
    if isinstance(field, models.FileField):
        return str(value)
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value)
