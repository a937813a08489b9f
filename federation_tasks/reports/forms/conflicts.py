"""Where two people have written into one field: both texts side by side, and whose words stay."""

import json
from dataclasses import dataclass

from django import forms
from django.utils import timezone

from departments.merging import CHOICE, Value, words
from federation_tasks.reports.forms.items import ItemForm
from federation_tasks.reports.forms.merging import Merged, Since
from federation_tasks.reports.forms.page import ReportForm, target_of
from federation_tasks.reports.forms.problems import ProblemForm
from federation_tasks.reports.forms.values import plain, stored

ANSWER = "请选定这一处以谁的为准。"


@dataclass(frozen=True)
class Conflict:
    """One field that two people have written into."""

    name: str
    label: str
    target: str  # id of the field's element
    mine: str
    theirs: str
    value: Value  # theirs, as the field holds it
    by: str  # who wrote theirs, and when; empty where it is not known
    is_text: bool  # so that both can stay
    error: str

    @property
    def choice(self) -> str:
        """Return the name of the choice's own field."""
        return f"{CHOICE}{self.name}"

    @property
    def json(self) -> str:
        """Return their value for the page's script."""
        return json.dumps(self.value, ensure_ascii=False)


def conflicts_of(form: ReportForm, merged: Merged, since: Since) -> list[Conflict]:
    """Return the conflicts of a save, in page order. `form` shows what was typed over what stands stored."""
    return [_conflict(form, full, merged, since) for full in _in_page_order(form, merged)]


def _in_page_order(form: ReportForm, merged: Merged) -> list[str]:
    return [full for part in form.parts for name in part.fields if (full := part.add_prefix(name)) in merged.typed]


def _conflict(form: ReportForm, full: str, merged: Merged, since: Since) -> Conflict:
    part, name = form.place_of(full) or (form.arrangements, "arrangements")
    field = part.fields[name]
    change = since.changes.get(full)
    return Conflict(
        full,
        label_of(form, part, name),
        target_of(part, name),
        words(field, _typed(field, merged.typed[full])),
        words(field, stored(part, name)),
        stored(part, name),
        f"{change.by} {timezone.localtime(change.at):%H:%M}" if change else "",
        isinstance(field.widget, forms.Textarea),
        ANSWER if full in merged.unanswered else "",
    )


def _typed(field: forms.Field, sent: list[str]) -> Value:
    return plain(sent) if isinstance(field.widget, forms.CheckboxSelectMultiple) else plain(sent[-1] if sent else "")


def label_of(form: ReportForm, part: forms.BaseForm, name: str) -> str:
    """Return what a field is called outside of its place: with its task, or with the number of its problem."""
    owner = ""
    if isinstance(part, ItemForm):
        owner = str(part.item)
    elif isinstance(part, ProblemForm):
        owner = f"问题 {form.problems.forms.index(part) + 1}"
    return f"{owner} {str(part.fields[name].label).removesuffix('（选填）')}".strip()
