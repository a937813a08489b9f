"""The saved states of rows that are written in bulk: what saving each alone would keep, with what a row is linked to."""

from collections.abc import Sequence
from typing import Any

from django.db import models

AT_A_TIME = 500  # rows written with one statement


def note_states(rows: Sequence[models.Model], *, new: bool = False) -> None:
    """Keep how rows of one kind stand now; nothing for kinds whose states are not kept. Three statements for each relation, one without any."""
    if not rows or not hasattr(type(rows[0]), "history"):
        return
    history: Any = type(rows[0]).history  # type: ignore[attr-defined]
    states = history.bulk_history_create(rows, batch_size=AT_A_TIME, update=not new, default_change_reason=None)
    by_row = dict(zip([row.pk for row in rows], states, strict=True))
    for relation in history.model._history_m2m_fields:
        _note_links(history.model, relation, by_row)


def _note_links(history_model: Any, relation: Any, by_row: dict[Any, Any]) -> None:
    """Keep, with each state, what its row is linked to by one relation."""
    through, kept = relation.remote_field.through, getattr(history_model, relation.name).model
    names, owner = [field.attname for field in through._meta.concrete_fields], through._meta.get_field(relation.m2m_field_name()).attname
    links = through.objects.filter(**{f"{owner}__in": list(by_row)}).order_by("pk").values(*names)
    kept.objects.bulk_create([kept(history_id=by_row[link[owner]].pk, **link) for link in links], batch_size=AT_A_TIME)
