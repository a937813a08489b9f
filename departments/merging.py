"""A save in the admin against an older page, merged field by field: nobody's words win silently, and nobody's are lost.

The page carries what stood in its fields when it was made (`seen`). On saving, that is compared with what was typed and with what stands now,
while the row is locked: where only one side has changed, that side counts; where both have and differ, a person decides.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from departments.changes import EMPTY

SEEN = "seen"  # what stood in the fields when the page was made, as JSON
UNDECIDED = "undecided"  # the names of the fields that the page showed as conflicts
CHOICE = "choose-"  # before such a name: whose words stay
TICKED = "on"
SEVERAL = (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)
MOST_STATES = 100  # saved states looked through for who wrote something

Value = str | list[str]
Seen = dict[str, Value] | None  # by the name of the field; None where it is not known: then whatever differs may have been changed


class Choice(models.TextChoices):
    """What a person can decide where two have written into one field."""

    MINE = "mine", "以我这里写的为准"
    THEIRS = "theirs", "以对方的为准"
    BOTH = "both", "两段都留，对方的在前"


ASK = ""  # no decision yet


def decide(seen: Value | None, mine: Value, now: Value, *, was_shown: bool = False, choice: str = ASK) -> str:
    """Return whose words stay in a field. `was_shown`: as a conflict, so that `seen` is what the other had written by then."""
    if mine == now:
        return Choice.MINE
    if was_shown:
        return choice if seen == now else ASK
    if seen == now:
        return Choice.MINE
    return Choice.THEIRS if seen == mine else ASK


# --- What stands in a field, written in one way ----------------------------------------------------------------------


def shown(of: forms.Field, value: Any) -> Value:
    """Return a value as the page shows it in its field: a text, or a sorted list of texts where several can be ticked."""
    if isinstance(of, forms.BooleanField):
        return TICKED if of.to_python(value) else ""
    value = of.prepare_value([] if value is None and isinstance(of, SEVERAL) else value)
    if isinstance(value, list | tuple | set | models.QuerySet):
        return sorted(str(one) for one in value if one not in {None, ""})
    if not isinstance(of.widget, forms.widgets.ChoiceWidget):
        value = of.widget.format_value(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def typed(of: forms.Field, name: str, data: QueryDict) -> Value:
    """Return what was typed into a field, in the form in which it would be shown again; what cannot be read, as it was typed."""
    value = of.widget.value_from_datadict(data, {}, name)  # type: ignore[arg-type]
    if not isinstance(of, forms.ChoiceField | forms.ModelChoiceField):
        try:
            value = of.to_python(value)
        except forms.ValidationError:
            return str(value).replace("\r\n", "\n").strip()
    return shown(of, value)


def put(of: forms.Field, name: str, value: Value, data: QueryDict) -> None:
    """Write a value into what was sent, as if it had been typed."""
    if isinstance(of, forms.BooleanField) and not value:
        data.pop(name, None)
    else:
        data.setlist(name, value if isinstance(value, list) else [value])


def words(of: forms.Field, value: Value) -> str:
    """Return a field's value as one reads it."""
    if isinstance(of, forms.BooleanField):
        return "勾选" if value else "没有勾选"
    if not value:
        return EMPTY
    if isinstance(of, forms.ChoiceField | forms.ModelChoiceField):
        chosen = value if isinstance(value, list) else [value]
        options: Any = of.choices
        return "、".join(str(label) for key, label in options if str(key) in chosen) or "（已经不能选的一项）"
    return str(value)


def read_seen(text: str | None) -> Seen:
    """Return what a page carried; None where it carried nothing that can be read."""
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


# --- Who wrote what stands -------------------------------------------------------------------------------------------


def writer_of(states: list[Any], name: str) -> str:
    """Return who wrote what stands in a field, and when; an empty text where nothing is kept. `states` are of one row, newest first."""
    if not states:
        return ""
    columns = {f.name: f.attname for f in getattr(states[0], "tracked_fields", ())}
    newest = states[0]
    for state in states if name in columns else ():
        if getattr(state, columns[name]) != getattr(states[0], columns[name]):
            break
        newest = state
    return signed(newest)


def signed(state: Any) -> str:
    """Return who saved a state of a row, or stands in the admin's log, and when."""
    if isinstance(state, LogEntry):
        return f"{state.user} {timezone.localtime(state.action_time):%Y-%m-%d %H:%M}"
    return f"{state.history_user or '系统'} {timezone.localtime(state.history_date):%Y-%m-%d %H:%M}"


def states_of(row: Any) -> list[Any]:
    """Return the newest saved states of a row, newest first; of one that keeps none, its newest line in the admin's log."""
    if hasattr(row, "history"):
        return list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[:MOST_STATES])
    kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
    return list(LogEntry.objects.filter(content_type=kind, object_id=row.pk).select_related("user").order_by("-action_time")[:1])


# --- One form --------------------------------------------------------------------------------------------------------


@dataclass
class Conflict:
    """One field that two people have written into."""

    name: str
    html_name: str
    undecided: str  # name of the hidden field by which the page says that it showed this
    label: str
    mine: str
    theirs: str
    by: str
    error: str
    choices: list[tuple[str, str]] = field(default_factory=list)

    @property
    def choice(self) -> str:
        """Return the name of the choice's own field."""
        return f"{CHOICE}{self.html_name}"


class MergingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form of the admin that never overwrites silently what somebody else has saved since it was shown."""

    beside: tuple[str, ...] = ()  # what is no part of the row
    rows: Any = None  # the rows on a page to which this one belongs

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Conflict] = {}
        self.taken: list[str] = []  # labels of fields that only others have changed: theirs is saved
        self.lost: list[str] = []  # sentences on what was typed and has no field any more
        self.ask_to_delete = ""
        self.gone: Any = None  # where somebody else has deleted this row, what is said of that

    @cached_property
    def stands(self) -> dict[str, Value]:
        """Return what stands stored in the fields."""
        names = [name for name, of in self.fields.items() if name not in self.beside and name != DELETION_FIELD_NAME and not of.widget.is_hidden]
        return {name: shown(self.fields[name], self.get_initial_for_field(self.fields[name], name)) for name in names}

    @property
    def carried(self) -> dict[str, str]:
        """Return what the page carries along so that a later save can be compared."""
        if self.instance._state.adding or not self.stands:
            return {}
        return {self.add_prefix(SEEN): json.dumps(self.stands, ensure_ascii=False)}

    @property
    def carried_fields(self) -> SafeString:
        """Return the hidden field that carries it."""
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', self.carried.items())

    def full_clean(self) -> None:
        """Merge with what stands now, then check as always; a conflict is an error at its field."""
        if self.is_bound and not self.instance._state.adding:
            self._merge()
        super().full_clean()
        if not self.is_bound:
            return
        for name, conflict in self.conflicts.items():
            self.add_error(name, conflict.error)
        for sentence in self.lost:
            self.add_error(None, sentence)
        if self.ask_to_delete:
            self.add_error(DELETION_FIELD_NAME, self.ask_to_delete)
        if self.gone and self.gone.error:
            self.add_error(None, self.gone.error)

    def _merge(self) -> None:
        sent: Any = self.data
        seen, undecided = read_seen(sent.get(self.add_prefix(SEEN))), set(sent.getlist(self.add_prefix(UNDECIDED)))
        merged = sent.copy()
        for name, now in self.stands.items():
            self._merge_field(name, now, seen, merged, was_shown=name in undecided)
        self._say_what_is_lost(seen, sent)
        if DELETION_FIELD_NAME in self.fields and sent.get(self.add_prefix(DELETION_FIELD_NAME)) and seen != self.stands:
            del merged[self.add_prefix(DELETION_FIELD_NAME)]
            self.ask_to_delete = f"您打开这一页以后，{self._writer('') or '别人'}改过“{self.instance}”，现在的内容在上面。仍要删除，请再勾选一次。"
        self.data = merged

    def _merge_field(self, name: str, now: Value, seen: Seen, merged: QueryDict, *, was_shown: bool) -> None:
        of, full = self.fields[name], self.add_prefix(name)
        if seen is not None and name not in seen:  # the page did not show it
            put(of, full, now, merged)
            return
        before, mine, choices = (seen or {}).get(name), typed(of, full, merged), self._choices(of)
        choice = merged.get(f"{CHOICE}{full}", ASK)
        decision = decide(before, mine, now, was_shown=was_shown, choice=choice if choice in dict(choices) else ASK)
        if decision == Choice.BOTH:
            put(of, full, "\n".join(str(text) for text in (now, mine) if text), merged)
        elif decision == Choice.THEIRS:
            put(of, full, now, merged)
            self.taken += [] if was_shown else [self._label(of)]
        elif decision == ASK:
            by, label = self._writer(name), self._label(of)
            error = f"{label}：您打开这一页以后，{by or '别人'}也改了这一处。请选定以谁的为准，再保存。"
            if was_shown:
                error = (
                    f"{label}：还没有选定以谁的为准。请选一项，再保存。" if before == now else f"{label}：您选定之前，{by or '别人'}又改了这一处。请看过再选。"
                )
            self.conflicts[name] = Conflict(name, full, self.add_prefix(UNDECIDED), label, words(of, mine), words(of, now), by, error, choices)

    def _label(self, of: forms.Field) -> str:
        """Return what a field is called on its page: in a row, with the row's name."""
        label = str(of.label).removesuffix("（选填）")
        return label if self.rows is None else f"{self.instance} {label}"

    @staticmethod
    def _choices(of: forms.Field) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Choice.choices if value != Choice.BOTH or isinstance(of.widget, forms.Textarea)]

    def _say_what_is_lost(self, seen: Seen, sent: QueryDict) -> None:
        """Say so where something was typed into a field that has been closed since."""
        for name in set(seen or ()) - set(self.stands):
            mine, before = sent.getlist(self.add_prefix(name)), (seen or {})[name]
            given = sorted(text for text in mine if text) if isinstance(before, list) else "".join(mine[-1:]).replace("\r\n", "\n").strip()
            known = {f.name: f for f in self._meta.model._meta.get_fields() if hasattr(f, "verbose_name")}
            if self.add_prefix(name) in sent and given != before and name in known:
                text = "、".join(given) if isinstance(given, list) else given
                self.lost.append(f"{known[name].verbose_name}：您打开这一页以后，这一处已经不能在这里改了。您填的“{text}”没有保存；不改它的，再保存一次。")

    def _writer(self, name: str) -> str:
        return writer_of(self._states, name)

    @cached_property
    def _states(self) -> list[Any]:
        return self.rows.states.get(self.instance.pk, []) if self.rows is not None else states_of(self.instance)


def told(form: Any, formsets: Iterable[Any]) -> list[str]:
    """Return sentences on what others have changed meanwhile and what therefore stands as they wrote it."""
    found = list(getattr(form, "taken", []))
    deleted: list[str] = []
    for formset in formsets:
        deleted += getattr(formset, "dropped", [])
        found += [label for row in formset.forms for label in getattr(row, "taken", [])]
    sentences = [f"别人同时改了这几处，您没有动过，已经按对方的：{'、'.join(found)}。"] if found else []
    return sentences + ([f"别人同时删除了这几行，您没有动过，已经按对方的：{'、'.join(deleted)}。"] if deleted else [])


# --- The whole row ---------------------------------------------------------------------------------------------------


def version_of(row: models.Model) -> str:
    """Return a mark of all that a row says, by which it is seen that it was changed."""
    values = {f.attname: str(getattr(row, f.attname)) for f in row._meta.concrete_fields}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def lock(row: models.Model) -> None:
    """Let nobody else save this row until the transaction ends."""
    kind: Any = row._meta.concrete_model
    kind._base_manager.select_for_update(no_key=True).filter(pk=row.pk).values_list("pk").first()
