"""What stands in a field, written in one way: so that what was typed, what stands stored and what stood before can be compared."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from departments.merging import TICKED, Value
from federation_tasks.plan.progress import number_words

# Fields that are no part of what a report says: the tick for removal, and by what a wording of the system's is known again.
NO_CONTENT = frozenset({"remove", "drafted"})


def plain(value: Any) -> Value:
    """Return a field's value as text, or as a sorted list of texts where several can be ticked."""
    if value is None or value is False:
        return ""
    if value is True:
        return TICKED
    if isinstance(value, list | tuple | set):
        return sorted(str(one) for one in value if one not in {None, ""})
    if isinstance(value, Decimal):
        return number_words(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def stored(form: forms.BaseForm, name: str) -> Value:
    """Return what stands stored in a field of a part."""
    value = plain(form.initial.get(name))
    return value or [] if isinstance(form.fields[name].widget, forms.CheckboxSelectMultiple) else value


def typed(form: forms.BaseForm, name: str, data: QueryDict) -> Value:
    """Return what was typed into a field of a part."""
    value = form.fields[name].widget.value_from_datadict(data, {}, form.add_prefix(name))  # type: ignore[arg-type]
    return plain(value)


def content_names(form: forms.BaseForm) -> list[str]:
    """Return the names, without the part's prefix, of the fields that are something the report says."""
    return [name for name in form.fields if name not in NO_CONTENT]


def came(prefix: str, data: QueryDict | None) -> bool:
    """Say whether anything of the part with this prefix came along."""
    return data is not None and any(name.startswith(f"{prefix}-") for name in data)


def is_sent(form: forms.BaseForm, name: str, data: QueryDict, *, in_pieces: bool) -> bool:
    """Say whether a field came along. An unticked box says nothing: it came if its neighbours did, unless the page sends in pieces."""
    if form.add_prefix(name) in data:
        return True
    boxes = forms.CheckboxInput | forms.CheckboxSelectMultiple
    if in_pieces or not isinstance(form.fields[name].widget, boxes):
        return False
    return any(form.add_prefix(other) in data for other, field in form.fields.items() if not isinstance(field.widget, boxes))
