"""Where two people have saved the same report: what stands stored, beside what was typed."""

from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html

from federation_tasks.plan.forms import QuantityField
from federation_tasks.plan.progress import number_words
from federation_tasks.reports.forms.page import ReportForm
from federation_tasks.reports.forms.problems import ProblemForm, id_of, initial_of

HELP = '{}<span class="theirs"><b>现在保存着的是：</b>{}</span>'


class Difference(NamedTuple):
    """A field in which what was typed is not what stands stored."""

    target: str
    label: str


def show_differences(form: ReportForm) -> list[Difference]:
    """Put the stored text at every field that differs; return the fields, in page order."""
    found = [_show(part, name, part.initial.get(name), "") for part in form.instructions for name in _changed(part)]
    found += [_show(part, name, part.initial.get(name), str(part.item)) for part in form.items for name in _changed(part)]
    stored = {problem.pk: initial_of(problem) for problem in form.filing.problems}
    for position, row in enumerate(form.problems.forms, 1):
        known = stored.get(id_of(row), {})
        found += [_show(row, name, known.get(name), f"问题 {position}") for name in _typed_otherwise(row, known)]
    for part in (form.achievements, form.arrangements):
        found += [_show(part, name, part.initial.get(name), "") for name in _changed(part)]
    return found


def _changed(form: forms.BaseForm) -> list[str]:
    return list(form.changed_data) if form.is_bound else []


def _typed_otherwise(row: ProblemForm, known: dict[str, Any]) -> list[str]:
    names = [name for name in row.fields if name not in {"id", "remove"}]
    return [name for name in names if row.fields[name].has_changed(known.get(name), row[name].value())]


def _show(form: forms.BaseForm, name: str, stored: Any, owner: str) -> Difference:
    field, bound = form.fields[name], form[name]
    label = str(field.label).removesuffix("（选填）")
    field.help_text = bound.help_text = format_html(HELP, field.help_text, _words(field, stored))
    target = f"{bound.auto_id}_0" if isinstance(field.widget, forms.RadioSelect) else bound.auto_id
    return Difference(target, f"{owner} {label}".strip())


def _words(field: forms.Field, stored: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return "勾选" if stored else "没有勾选"
    if stored is None or stored in ("", []):
        return "（空）"
    if isinstance(field, QuantityField):
        return number_words(stored)
    if isinstance(field, forms.ChoiceField):
        chosen = stored if isinstance(stored, list) else [stored]
        return "、".join(str(label) for value, label in list(field.choices) if value in chosen)  # type: ignore[arg-type]
    return str(stored)
