"""What a department's timeline is narrowed down by: half-year, kind and keyword."""

from django import forms

from federation_tasks.supervision.events import Kind
from federation_tasks.supervision.filters import HalfYearConditions, select


class TimelineFilter(HalfYearConditions):
    """The conditions of a department's timeline; all are optional. A kind that does not exist shows all."""

    names = ("period", "show", "q")
    period = select(label="半年")
    q = forms.CharField(label="关键词（选填）", required=False, max_length=100, help_text="在任务名称、要求、进展、理由和姓名里查找，只查这个半年的。")
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_show(self) -> Kind | None:
        """Return the kind, or None for all."""
        typed = self.cleaned_data["show"]
        return Kind(typed) if typed in list(Kind) else None
