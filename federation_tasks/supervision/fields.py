"""Days as people type them."""

from typing import Any

from django import forms

DATE_SHAPES = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


class DayField(forms.DateField):
    """A day, typed in any of the usual shapes. `example` is shown as one."""

    def __init__(self, *, label: str, example: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(
            label=label,
            input_formats=DATE_SHAPES,
            help_text=f"例如 {example}。{help_text}",
            widget=forms.DateInput(attrs={"autocomplete": "off", "inputmode": "numeric"}, format="%Y-%m-%d"),
            error_messages={"invalid": f"请按 年-月-日 填写日期，例如 {example}。", "required": f"请填日期，例如 {example}。"},
            **kwargs,
        )
        if self.required:
            self.widget.attrs["aria-required"] = "true"
