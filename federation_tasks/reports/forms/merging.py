"""A save against an older page, merged field by field: nobody's words win silently, and nobody's are lost.

Three texts are compared for each field: what stood there when the page was made (the base), what was typed, and what stands stored now.
Where only one side has changed, that side counts; where both have and differ, it is a conflict, and a person decides.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict

from departments.merging import CHOICE, UNDECIDED, Choice, Value
from federation_tasks.reports.forms.values import NO_CONTENT, is_sent, stored, typed
from federation_tasks.reports.models import Report


@dataclass(frozen=True)
class Change:
    """What others made of one field since a page was shown."""

    before: Value
    after: Value
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Since:
    """What has been saved since a page was shown, by the full name of the field."""

    changes: dict[str, Change]
    is_known: bool  # False where saves lie between of which nothing is kept: then whatever differs may have been changed

    def changed(self, name: str) -> bool:
        """Say whether others may have changed a field since."""
        return name in self.changes or not self.is_known

    def before(self, name: str) -> Value | None:
        """Return what stood in the field when the page was shown; None where that is not known."""
        return self.changes[name].before if name in self.changes else None


def saved_since(report: Report, number: int, page: str) -> Since:
    """Return what was saved after this revision, from other pages than this one: one query, none where the page is the newest.

    A page whose answer was lost on the way saves again on an older revision: its own words are nobody else's.
    """
    if number == report.revision:
        return Since({}, is_known=True)
    rows = list(report.saves.filter(number__gt=number).select_related("by").order_by("number"))
    changes: dict[str, Change] = {}
    for row in [row for row in rows if not page or row.page != page]:
        for name, (before, after) in row.changes.items():
            first = changes.get(name)
            changes[name] = Change(first.before if first else before, after, str(row.by), row.at)
    return Since(changes, is_known=0 <= number < report.revision and len(rows) == report.revision - number)


@dataclass
class Merged:
    """What is to be written, and what a person must decide first."""

    data: QueryDict  # everything of the parts that came, as it is to be saved
    typed: dict[str, list[str]] = field(default_factory=dict)  # in conflict, as it was typed
    unanswered: set[str] = field(default_factory=set)  # shown as conflicts before, and sent again without a decision


def merge(parts: Iterable[forms.BaseForm], data: QueryDict, since: Since, *, in_pieces: bool = False) -> Merged:
    """Return for the parts that came along what to save. `parts` are unbound and show what stands stored."""
    merged = Merged(QueryDict(mutable=True))
    for part in parts:
        sent = [name for name in part.fields if is_sent(part, name, data, in_pieces=in_pieces)]
        if not set(sent) <= NO_CONTENT:
            given = _emptied(part, data) if "remove" in sent and not in_pieces and typed(part, "remove", data) else data
            for name in part.fields:
                _merge_field(merged, part, name, given, since, was_sent=name in sent)
    return merged


def _emptied(part: forms.BaseForm, data: QueryDict) -> QueryDict:
    """Return the data with a row that is to be removed emptied: what somebody else has just written into it is not removed unseen."""
    emptied = data.copy()
    for name in part.fields:
        emptied.setlist(part.add_prefix(name), [""])
    return emptied


def _merge_field(merged: Merged, part: forms.BaseForm, name: str, data: QueryDict, since: Since, *, was_sent: bool) -> None:
    full, now = part.add_prefix(name), stored(part, name)
    if name in NO_CONTENT:
        if full in data:
            merged.data.setlist(full, data.getlist(full))
        return
    if not was_sent:
        _put(merged, full, now)
        return
    mine, choice = typed(part, name, data), data.get(f"{CHOICE}{full}", "")
    is_undecided = full in data.getlist(UNDECIDED) and choice != Choice.MINE
    if mine == now or not (is_undecided or since.changed(full)):
        # As it was typed; where several can be ticked, a page that sends in pieces says by an empty text that none is.
        merged.data.setlist(full, [text for text in data.getlist(full) if text] if isinstance(mine, list) else data.getlist(full))
    elif choice == Choice.BOTH and isinstance(mine, str) and isinstance(now, str):
        _put(merged, full, "\n".join(text for text in (now, mine) if text))
    elif choice == Choice.THEIRS or (since.before(full) == mine and not is_undecided):
        _put(merged, full, now)
    else:
        _put(merged, full, now)
        merged.typed[full] = data.getlist(full)
        merged.unanswered |= {full} if is_undecided else set()


def _put(merged: Merged, full: str, value: Value) -> None:
    merged.data.setlist(full, value if isinstance(value, list) else [value])
