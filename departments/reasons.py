"""A reason for every change (domain.md, Who may do what): asked on the page, kept in the history of the row."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest

from departments.administration import RoleAdmin
from departments.changes import because
from departments.merging import MergingForm
from departments.models import User

REASON = "change_reason"


class ReasonedForm(MergingForm):
    """A form that asks why whenever something is changed, and not when a row is new."""

    # Who fills this in, and on which day.
    acting: User
    today: dt.date
    # What stands beside a change and is no part of the row.
    beside: tuple[str, ...] = (REASON,)
    # True where rows on the same page can be changed too: then saving the page asks.
    asks_always = False

    change_reason = forms.CharField(
        label="变更原因",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "aria-required": "true"}),
        help_text="为什么改、依据什么；会和改动前的内容一起留存。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            for name in self.beside:
                self.fields.pop(name, None)

    @property
    def changes_row(self) -> bool:
        """Say whether anything of the row itself is changed."""
        return bool(set(self.changed_data) - set(self.beside))

    def clean_change_reason(self) -> str:
        """Ask for the reason where something is changed."""
        reason = str(self.cleaned_data.get(REASON, "")).strip()
        if not reason and (self.asks_always or self.changes_row):
            raise forms.ValidationError("请写明变更原因，再保存。")
        return reason


class ReasonedAdmin(RoleAdmin):
    """Admin pages that ask why. The reason stands with the old values in the history; what changes nothing writes nothing."""

    form = ReasonedForm

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Tell the form who is acting, and on which day."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.acting, form.today = request.user, request.access.on  # type: ignore[attr-defined]
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Put what stands beside a change at the end of the page, and only where something can be changed."""
        beside = self.form.beside
        own = [name for name in super().get_fields(request, obj) if name not in beside]
        return [*own, *beside] if obj and self.has_change_permission(request, obj) else own

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the row with the reason, if it was changed."""
        if change and not form.changes_row:
            return
        because(obj, form.cleaned_data.get(REASON, ""))
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write the rows on the page with the page's reason."""
        for row in formset.forms:
            because(row.instance, form.cleaned_data.get(REASON, ""))
        super().save_formset(request, form, formset, change)
