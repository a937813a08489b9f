"""What is shown: the period picker of the dashboard, a GET form."""

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict

from federation_tasks.plan.models import Period
from federation_tasks.plan.periods import chosen_day, chosen_period, offered_periods

KEPT = ("leader", "sort", "by")  # stays when another period or day is picked


class Picker(forms.Form):
    """Which period, judged on which day. Valid without either: the period that holds today, today."""

    period = forms.CharField(label="周期", required=False, widget=forms.Select)
    on = forms.CharField(label="看哪一天（选填）", required=False, help_text="按 年-月-日 填写；留空就是今天。")

    def __init__(self, asked: QueryDict, today: dt.date) -> None:
        self.today = today
        self.kept = [(name, asked[name]) for name in KEPT if asked.get(name)]
        self.offered = offered_periods()
        super().__init__({name: asked.get(name, "") for name in ("period", "on")})
        self.fields["on"].widget.attrs |= {"autocomplete": "off", "inputmode": "numeric"}
        self.order_fields(["on", "period"])  # the day first: without a period, it decides which one is shown
        self.fields["period"].widget.choices = [(row.code, f"{row}（{row.get_state_display()}）") for row in self.offered]

    def clean_on(self) -> dt.date:
        """Return the day on which the lights are judged."""
        return chosen_day(self.cleaned_data["on"], self.today)

    def clean_period(self) -> Period | None:
        """Return the period that is shown; None where there is none at all."""
        return chosen_period(self.cleaned_data["period"], self.cleaned_data.get("on", self.today), self.offered)

    def showing(self, period: Period) -> "Picker":
        """Return the form with the shown period chosen, also where the day decided on it."""
        self.data = {**self.data, "period": period.code}
        return self

    @property
    def refusal(self) -> int:
        """Return the status of the answer to what cannot be shown: 404 for a period that does not exist, 400 for a day that is none."""
        return 404 if "period" in self.errors else 400

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in ("period", "on") for sentence in self.errors.get(name, [])]

    def field_errors(self) -> dict[str, Any]:
        """Return the sentences by field, for machines."""
        return {name: list(sentences) for name, sentences in self.errors.items()}
