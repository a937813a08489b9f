"""Fields of a report: texts, and days as people type them."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms

LONGEST = 5000  # characters of one text
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
TOO_LONG = "最多 %(limit_value)d 字，现在有 %(show_value)d 字，请精简。"


class ProseField(forms.CharField):
    """A text of several lines. Whatever the browser makes of line ends, the same text is no change."""

    def __init__(self, *, rows: int, **kwargs: Any) -> None:
        given: dict[str, Any] = {"required": False, "max_length": LONGEST, "widget": forms.Textarea(attrs={"rows": rows})} | kwargs
        super().__init__(**given)
        self.error_messages["max_length"] = TOO_LONG
        for validator in self.validators:
            if getattr(validator, "code", "") == "max_length":
                validator.message = TOO_LONG  # type: ignore[attr-defined]
        # Longer texts are refused in words; a maxlength would cut what is pasted, without any.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class DayField(forms.DateField):
    """A day as a text: the browser's own date field speaks the browser's language, not the page's."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "required": False,
            "input_formats": DAY_FORMATS,
            "error_messages": {"invalid": "请按年-月-日填写日期，例如 2026-09-30。"},
            "widget": forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off"}),
        } | kwargs
        super().__init__(**given)

    def to_python(self, value: Any) -> dt.date | None:
        """Return the day that was typed, in full or half width."""
        return super().to_python(unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value)


def announce_required(form: forms.BaseForm, *names: str) -> None:
    """Say to screen readers that these fields must be filled before submitting, although a draft may leave them empty."""
    for name in names:
        form.fields[name].widget.attrs["aria-required"] = "true"
