"""What was changed, by whom and why, from the history of rows: old value, new value, in the words of the interface."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from simple_history.utils import get_m2m_reverse_field_name

MOST_ROWS = 200  # of one kind; older ones stay in the database
KINDS = {"+": "新建", "~": "修改", "-": "删除"}
EMPTY = "（空）"


@dataclass
class Change:
    """One value that was changed."""

    label: str
    old: str
    new: str


@dataclass
class Entry:
    """One saving of a row."""

    at: dt.datetime
    kind: str
    what: str  # the row, where it is not the page's own
    by: str
    reason: str
    approver: str
    document_number: str
    changes: list[Change] = field(default_factory=list)


def logged(row: models.Model) -> list[Entry]:
    """Return what the admin's own log says of a row that keeps no saved states, newest first."""
    kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
    entries = LogEntry.objects.filter(content_type=kind, object_id=row.pk).select_related("user").order_by("-action_time")[:MOST_ROWS]
    return [Entry(at=e.action_time, kind="", what=e.get_change_message(), by=str(e.user), reason="", approver="", document_number="") for e in entries]


class History:
    """The saved states of rows of one kind, and how each differs from the one before."""

    def __init__(self, rows: models.QuerySet[Any], own: bool = True) -> None:
        self.own = own
        self.records = list(rows.select_related("history_user").order_by("-history_date", "-history_id")[:MOST_ROWS])
        self.model = rows.model.instance_type
        self.key = self.model._meta.pk.attname
        # Turning days and the like are written by the machine and say nothing to people: what has no name of its own is left out.
        self.fields = [f for f in rows.model.tracked_fields if not f.primary_key and f.verbose_name != f.name.replace("_", " ")]
        self.many = list(getattr(rows.model, "_history_m2m_fields", ()))
        self.linked = {f.name: self._linked(rows.model, f) for f in self.many}
        self.names = {f.name: self._names(f) for f in [*self.fields, *self.many] if f.remote_field}

    def entries(self) -> list[Entry]:
        """Return what was done, newest first, without savings that changed nothing and say nothing."""
        earlier: dict[Any, Any] = {}
        found = []
        for record in reversed(self.records):
            found.append(self._entry(record, earlier.get(getattr(record, self.key))))
            earlier[getattr(record, self.key)] = record
        return [entry for entry in reversed(found) if entry.changes or entry.reason or entry.kind != KINDS["~"]]

    def _entry(self, record: Any, before: Any) -> Entry:
        return Entry(
            at=record.history_date,
            kind=KINDS[record.history_type],
            what="" if self.own else f"{self.model._meta.verbose_name}“{record.instance}”",
            by=str(record.history_user or "系统"),
            reason=record.history_change_reason or "",
            approver=getattr(record, "approver", ""),
            document_number=getattr(record, "document_number", ""),
            changes=self._changes(record, before) if before else [],
        )

    def _changes(self, record: Any, before: Any) -> list[Change]:
        pairs = [(f, self._value(before, f), self._value(record, f)) for f in [*self.fields, *self.many]]
        return [Change(str(f.verbose_name), old, new) for f, old, new in pairs if old != new]

    def _value(self, record: Any, f: Any) -> str:
        if f in self.many:
            return "、".join(sorted(self.names[f.name].get(pk, "？") for pk in self.linked[f.name].get(record.pk, ()))) or EMPTY
        value = getattr(record, f.attname)
        if value is None or value == "":
            return EMPTY
        if f.remote_field:
            return self.names[f.name].get(value, f"已不存在（{value}）")
        return str(dict(f.flatchoices).get(value, plain(value)))

    def _names(self, f: Any) -> dict[Any, str]:
        """Return the names of the rows that a field points to: one query."""
        if f in self.many:
            ids = {pk for linked in self.linked[f.name].values() for pk in linked}
        else:
            ids = {getattr(record, f.attname) for record in self.records} - {None}
        return {pk: str(row) for pk, row in f.remote_field.model._base_manager.in_bulk(ids).items()} if ids else {}

    def _linked(self, history_model: Any, f: Any) -> dict[Any, list[Any]]:
        """Return, for each saved state, the ids of the rows it was linked to: one query."""
        rows = getattr(history_model, f.name).model.objects.filter(history__in=[record.pk for record in self.records])
        found: dict[Any, list[Any]] = {}
        for history_id, pk in rows.values_list("history_id", f"{get_m2m_reverse_field_name(f)}_id"):
            found.setdefault(history_id, []).append(pk)
        return found


def because(row: Any, reason: str) -> None:
    """Say why a row is about to be changed; the reason then stands in its history."""
    row._change_reason = reason or None


def plain(value: Any) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def newest_first(histories: Iterable[History]) -> list[Entry]:
    """Return the entries of several histories as one, newest first."""
    return sorted((entry for history in histories for entry in history.entries()), key=lambda entry: entry.at, reverse=True)
