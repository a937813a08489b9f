"""Acts that ask first: what is about to happen, to which rows or to whom, and why."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse

from departments.administration import plain_spoken


class WhyForm(forms.Form):
    """The reason for an act. Subclasses add what else it needs, above the reason, and may say in their own words what is asked for."""

    label = "变更原因"
    help_text = "会写进每一行的修改历史。"

    change_reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "change_reason"])
        reason = self.fields["change_reason"]
        reason.label, reason.help_text = self.label, self.help_text
        for field in self.fields.values():
            plain_spoken(field)

    @property
    def reason(self) -> str:
        """Return the reason given."""
        return str(self.cleaned_data["change_reason"])


def posted(request: HttpRequest) -> Any:
    """Return what was sent from the confirmation page, or None where it has not been shown yet."""
    return request.POST if "confirmed" in request.POST else None


def ask(page: Any, request: HttpRequest, rows: models.QuerySet[Any], form: forms.Form, *, title: str, button: str, notes: list[str]) -> TemplateResponse:
    """Return the confirmation page of the bulk action that was chosen: rows, consequences, and the form."""
    context = page.admin_site.each_context(request) | {
        "title": title,
        "opts": page.opts,
        "rows": rows,
        "form": form,
        "button": button,
        "notes": notes,
        "action": request.POST["action"],
        "checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def ask_why(page: Any, request: HttpRequest, form: WhyForm, *, title: str, button: str, notes: list[str], back: str, refusal: str = "") -> TemplateResponse:
    """Return the page that asks why something is done to one row; with a refusal, the page that says why it cannot be done here."""
    context = page.admin_site.each_context(request) | {"title": title, "opts": page.opts, "form": form, "button": button, "notes": notes}
    return TemplateResponse(request, "admin/ask_why.html", context | {"back": back, "refusal": refusal})
