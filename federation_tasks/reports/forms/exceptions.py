"""The form with which the office gives one department a later deadline, or takes it back."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.http import QueryDict

from departments.fields import MomentText
from federation_tasks.plan.models import ReportDuty
from federation_tasks.reports.exceptions import refusal_of_moment
from federation_tasks.reports.forms.fields import ProseField

FORMATS = ["%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M", "%Y年%m月%d日 %H:%M"]


class MomentField(forms.DateTimeField):
    """A day with its hour as a text, in full or half width."""

    def to_python(self, value: Any) -> dt.datetime | None:
        """Return the moment that was typed. A day without its hour is none."""
        typed = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value
        if isinstance(typed, str) and typed and ":" not in typed:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        found: dt.datetime | None = super().to_python(typed)
        return found


class ExceptionForm(forms.Form):
    """Until when, and why. Taking it back asks for the reason alone."""

    until = MomentField(
        label="放宽到",
        required=False,
        input_formats=FORMATS,
        widget=MomentText({"aria-required": "true"}),
        help_text="日期和几点，写成 2026-12-21 17:30 这样。",
        error_messages={"invalid": "看不懂这个时间，请写成 2026-12-21 17:30 这样，日期和几点都要写。"},
    )
    reason = ProseField(
        label="理由",
        rows=3,
        max_length=1000,
        help_text="这个单位、分管领导和办公室都看得到；和改动前的时间一起留存。",
    )

    def __init__(self, duty: ReportDuty, now: dt.datetime, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"until": duty.exception_until, "reason": duty.exception_reason}, use_required_attribute=False)
        self.duty, self.now = duty, now
        if self.takes_back:  # whatever stands in it is of no matter
            self.fields["until"] = forms.CharField(label="放宽到", required=False, widget=MomentText())
        self.fields["reason"].widget.attrs["aria-required"] = "true"

    @property
    def takes_back(self) -> bool:
        """Say whether the exception is to be taken back."""
        return self.data.get("do") == "take_back"

    def clean_until(self) -> dt.datetime | None:
        """Refuse a moment that puts nothing off."""
        until: dt.datetime | None = self.cleaned_data["until"]
        if self.takes_back:
            return None
        sentence = refusal_of_moment(self.duty, until, self.now) if until else "请填写放宽到什么时间。"
        if sentence:
            raise forms.ValidationError(sentence)
        return until

    def clean_reason(self) -> str:
        """Ask for the reason."""
        reason = str(self.cleaned_data["reason"]).strip()
        if not reason:
            raise forms.ValidationError("请写明理由：为什么取消放宽。" if self.takes_back else "请写明理由：为什么给这个单位放宽。")
        return reason

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary, in page order."""
        return [(self[name].auto_id, str(sentence)) for name, sentences in self.errors.items() for sentence in sentences] if self.is_bound else []
