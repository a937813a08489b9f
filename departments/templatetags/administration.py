"""What the admin's templates ask: errors with the fields they belong to, cells that can be read aloud, values without links astray."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

from departments.merging import Conflict, version_of

register = template.Library()

ICON = re.compile(r'<img src="[^"]*icon-(yes|no|unknown)[^"]*" alt="\w*">')
WORDS = {"yes": "是", "no": "否", "unknown": "—"}
PICK = re.compile(r'(<input type="checkbox"[^>]*?) aria-label="[^"]*? - ([^"]*)"([^>]*>)')
PICKED = r'<label class="pick">\1\3 选<span class="visually-hidden">中“\2”</span></label>'
Errors = list[tuple[str, str]]


@register.simple_tag
def errors_of(form: forms.BaseForm, inline_formsets: Any = ()) -> Errors:
    """Return (field id, sentence) for all errors of a page, in page order."""
    found = list(_of_form(form))
    for wrapped in inline_formsets or ():
        found += [(f"{wrapped.formset.prefix}-heading", sentence) for sentence in wrapped.formset.non_form_errors()]
        for row in wrapped.formset.forms:
            found += _of_form(row)
    return found


def _of_form(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for name in [NON_FIELD_ERRORS, *form.fields]:
        for sentence in form.errors.get(name, []):
            yield _target(form, name, str(sentence)), str(sentence)


def _target(form: forms.BaseForm, name: str, sentence: str) -> str:
    """Return the id that leads to where the error is put right: where two have written, to the choice between them."""
    conflict = conflict_at(form, name) or (getattr(form, "gone", None) if name == NON_FIELD_ERRORS else None)
    if conflict and conflict.error == sentence:
        return f"id_{conflict.choice}_0"
    return _first_field(form) if name == NON_FIELD_ERRORS else _id(form[name])


def conflict_at(form: Any, name: str) -> Conflict | None:
    """Return the conflict at a field of a form, if there is one."""
    return getattr(form, "conflicts", {}).get(name)


@register.filter
def conflict(field: forms.BoundField) -> Conflict | None:
    """Return what two people have written into a field, if they have."""
    return conflict_at(field.form, field.name)


register.filter("version", version_of)


def _first_field(form: forms.BaseForm) -> str:
    visible = form.visible_fields()
    return _id(visible[0]) if visible else ""


def _id(field: forms.BoundField) -> str:
    """Return the id that a link can move the focus to; of a group of boxes that of the first."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def cell(markup: str) -> SafeString:
    """Return a cell of an admin list so that it reads aloud: row heads have a scope, yes and no are words, boxes can be hit."""
    text = str(markup).replace("<th class", '<th scope="row" class', 1)
    text = ICON.sub(lambda icon: WORDS[icon[1]], text)
    return mark_safe(PICK.sub(PICKED, text))  # noqa: S308


@register.filter
def fixed_value(field: Any) -> SafeString:
    """Return the value of a read-only field; what another row is called, without a link to a page that may be closed to the reader."""
    contents = ICON.sub(lambda icon: WORDS[icon[1]], str(field.contents()))
    try:
        linked = field.form._meta.model._meta.get_field(field.field["name"]).remote_field is not None
    except FieldDoesNotExist:
        linked = False
    return mark_safe(strip_tags(contents) if linked else contents)  # noqa: S308


@register.filter
def spoken(header: Any) -> str:
    """Return how a column is sorted now, for aria-sort; empty where it is not."""
    return "" if not header.get("sorted") else ("ascending" if header["ascending"] else "descending")


@register.filter
def admin_page(row: Any) -> str:
    """Return the name of the page on which a row is changed."""
    return f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
