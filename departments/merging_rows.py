"""Rows on another row's page in the admin, merged one by one with what others have changed, added or deleted since the page was made."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils.functional import cached_property

from departments.merging import ASK, CHOICE, SEEN, Choice, read_seen, signed, typed

GONE = "gone"  # the key of a row that somebody else has deleted and that was changed here
NUMBER = re.compile(r"\d{1,18}", re.ASCII)
MOST_ROWS = 1000  # what Django itself reads of one page
MOST_STATES = 500  # saved states looked through for who wrote something, of all rows together
CHOICES = [(Choice.MINE.value, "以我这里写的为准，作为新的一行留下"), (Choice.THEIRS.value, "以对方的为准，不要这一行")]


@dataclass
class Gone:
    """A row that somebody else has deleted while it was changed here. It comes back as a new one, until a person decides."""

    html_name: str
    key: str
    name: str
    by: str
    choices: list[tuple[str, str]]
    error: str

    @property
    def choice(self) -> str:
        """Return the name of the choice's own field."""
        return f"{CHOICE}{self.html_name}"


@dataclass
class Sent:
    """One row as it was sent: what is in its fields, and at the choices beside them."""

    number: int
    values: dict[str, list[str]]

    def last(self, name: str) -> str:
        """Return what was sent in a field."""
        return self.values.get(name, [""])[-1]


class MergingRows(forms.BaseInlineFormSet):
    """Rows of which none is overwritten silently, and none of which comes back that somebody else has deleted."""

    model: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dropped: list[str] = []  # names of rows that somebody else has deleted and that nobody has changed here
        self.gone: dict[int, Gone] = {}
        if self.is_bound:
            data: Any = self.data or QueryDict()  # Django makes a plain dict of what was sent empty
            self.data = data = self._without_what_is_gone(data)
            self.__dict__.pop("management_form", None)  # read before, with the old numbers
            self._queryset = self._as_sent(data)

    def add_fields(self, form: Any, index: int | None) -> None:
        """Tell the row whose it is; one that is gone is asked about even if it is empty."""
        super().add_fields(form, index)
        form.rows = self
        form.gone = self.gone.get(index) if index is not None else None
        form.empty_permitted = form.empty_permitted and not form.gone

    @cached_property
    def states(self) -> dict[Any, list[Any]]:
        """Return the newest saved states of the rows, by their keys: one query, and only where something must be said of them."""
        found: dict[Any, list[Any]] = {}
        for state in self._states_of([row.pk for row in self.get_queryset()]):
            found.setdefault(getattr(state, self._key), []).append(state)
        return found

    @property
    def _key(self) -> str:
        return str(self.model._meta.pk.name)

    def _states_of(self, keys: list[Any], **more: Any) -> list[Any]:
        if not hasattr(self.model, "history"):
            return []
        states = self.model.history.filter(**{f"{self._key}__in": keys}, **more)
        return list(states.select_related("history_user").order_by("-history_date", "-history_id")[:MOST_STATES])

    # --- Rows that somebody else has deleted ---

    def _without_what_is_gone(self, data: QueryDict) -> QueryDict:
        """Return what was sent with the rows that are gone taken out, or as new ones where a person must decide."""
        first_new, rows, standing = _number(data, f"{self.prefix}-INITIAL_FORMS"), self._sent_rows(data), {str(row.pk) for row in self.get_queryset()}
        old, new = [row for row in rows if row.number < first_new], [row for row in rows if row.number >= first_new]
        gone = [row for row in old if row.last(self._key) not in {*standing, ""}] + [row for row in new if row.last(GONE)]
        if not gone:
            return data
        deleted = self._deletions([row.last(GONE) or row.last(self._key) for row in gone])
        kept = [row for row in old if row not in gone]
        fresh: list[Sent] = []
        for row in sorted([*gone, *(row for row in new if row not in gone)], key=lambda row: row.number):
            if row not in gone or self._stays(row, deleted.get(row.last(GONE) or row.last(self._key)), len(kept) + len(fresh), data):
                fresh.append(row)
        return self._renumbered(data, kept, fresh)

    def _stays(self, row: Sent, deletion: Any, place: int, data: QueryDict) -> bool:
        """Say whether a row that is gone stays on the page, as a new one in this place; where nobody has decided that, ask."""
        was_asked, is_deleted_here = bool(row.last(GONE)), bool(row.last(DELETION_FIELD_NAME))
        choice = data.get(f"{CHOICE}{self.add_prefix(row.number)}", ASK) if was_asked else ASK
        name, by = (str(deletion.instance), signed(deletion)) if deletion else (str(self.model._meta.verbose_name), "")
        if not was_asked and (is_deleted_here or not self._is_changed(row, data)):
            self.dropped += [] if is_deleted_here else [name]
            return False
        if choice not in {Choice.MINE, Choice.THEIRS}:
            error = f"“{name}”在您打开这一页以后被{by or '别人'}删除了，您却改了它。请选定以谁的为准，再保存。"
            error = f"“{name}”：还没有选定以谁的为准。请选一项，再保存。" if was_asked else error
            self.gone[place] = Gone(self.add_prefix(place), row.last(GONE) or row.last(self._key), name, by, CHOICES, error)
        for of_the_old_row in (self._key, GONE, SEEN, DELETION_FIELD_NAME):
            row.values.pop(of_the_old_row, None)
        return choice != Choice.THEIRS

    def _is_changed(self, row: Sent, data: QueryDict) -> bool:
        """Say whether something was typed into a row since the page was made; where that is not known, it was."""
        fields, seen = self.empty_form.fields, read_seen(row.last(SEEN))
        if seen is None:
            return any(name in row.values for name, of in fields.items() if not of.widget.is_hidden)
        return any(name in fields and typed(fields[name], f"{self.add_prefix(row.number)}-{name}", data) != value for name, value in seen.items())

    def _deletions(self, keys: list[str]) -> dict[str, Any]:
        """Return the saved states that tell of the deletion of rows, by their keys."""
        states = self._states_of([key for key in keys if NUMBER.fullmatch(key)], history_type="-")
        return {str(getattr(state, self._key)): state for state in states}

    # --- Rows as they were sent ---

    def _as_sent(self, data: QueryDict) -> list[Any]:
        """Return the rows that stand in the order in which they were sent: the admin's templates pair them by their places."""
        rows, most = list(self.get_queryset()), min(_number(data, f"{self.prefix}-INITIAL_FORMS"), MOST_ROWS)
        places = {data.get(f"{self.add_prefix(n)}-{self._key}"): n for n in range(most)}
        return sorted(rows, key=lambda row: places.get(str(row.pk), MOST_ROWS))

    def _sent_rows(self, data: QueryDict) -> list[Sent]:
        rows: dict[int, Sent] = {}
        shape, most = self._shape(r"-(?P<name>.+)"), min(_number(data, f"{self.prefix}-TOTAL_FORMS"), MOST_ROWS)
        for name, values in data.lists():
            if (found := shape.fullmatch(name)) and int(found["row"]) < most:
                row = rows.setdefault(int(found["row"]), Sent(int(found["row"]), {}))
                row.values[f"{found['choice'] or ''}{found['name']}"] = values
        return sorted(rows.values(), key=lambda row: row.number)

    def _shape(self, rest: str) -> re.Pattern[str]:
        return re.compile(rf"(?P<choice>{CHOICE})?{re.escape(self.prefix or '')}-(?P<row>\d{{1,4}}){rest}", re.ASCII)

    def _renumbered(self, data: QueryDict, kept: list[Sent], fresh: list[Sent]) -> QueryDict:
        """Return what was sent with these rows in place of the others."""
        sent, of_a_row = QueryDict(mutable=True), self._shape("(-.+)?")
        for name, values in data.lists():
            if not of_a_row.fullmatch(name):
                sent.setlist(name, values)
        for n, row in enumerate([*kept, *fresh]):
            for name, values in row.values.items():
                choice = CHOICE if name.startswith(CHOICE) else ""
                sent.setlist(f"{choice}{self.add_prefix(n)}-{name.removeprefix(CHOICE)}", values)
        sent[f"{self.prefix}-TOTAL_FORMS"], sent[f"{self.prefix}-INITIAL_FORMS"] = str(len(kept) + len(fresh)), str(len(kept))
        return sent


def _number(data: QueryDict, name: str) -> int:
    text = data.get(name, "")
    return int(text) if NUMBER.fullmatch(text) else 0
