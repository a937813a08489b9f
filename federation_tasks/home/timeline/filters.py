"""What a department's timeline is narrowed down by: half-year, kind and keyword."""

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from departments.access import Access
from federation_tasks.plan.models import Period
from federation_tasks.plan.periods import chosen_period, offered_periods
from federation_tasks.supervision.events import Kind
from federation_tasks.supervision.filters import select

NAMES = ("period", "show", "q")


class TimelineFilter(forms.Form):
    """The conditions of a department's timeline; all are optional. A kind that does not exist shows all."""

    period = select(label="半年")
    q = forms.CharField(label="关键词（选填）", required=False, max_length=100, help_text="在任务名称、要求、进展、理由和姓名里查找，只查这个半年的。")
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, typed: QueryDict, access: Access) -> None:
        self.typed = typed.copy()
        super().__init__(self.typed, use_required_attribute=False)
        self.access = access
        widget = self.fields["period"].widget
        assert isinstance(widget, forms.Select)
        widget.choices = [(row.code, str(row)) for row in self.periods]

    @cached_property
    def periods(self) -> list[Period]:
        """Return the half-years that can be looked at."""
        return offered_periods()

    def clean_period(self) -> Period | None:
        """Return the half-year, by default the one that holds the day; None where there is none yet."""
        found = chosen_period(self.cleaned_data["period"], self.access.on, self.periods)
        if found:
            self.typed["period"] = found.code  # so that the field shows what the page shows
        return found

    def clean_show(self) -> Kind | None:
        """Return the kind, or None for all."""
        typed = self.cleaned_data["show"]
        return Kind(typed) if typed in list(Kind) else None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in NAMES for sentence in self.errors.get(name, [])]

    def address(self, **changes: str) -> str:
        """Return the query of this timeline with some conditions changed; an empty one falls away, and so does the page."""
        query = QueryDict(mutable=True)
        for name in (*NAMES, "page"):
            if value := changes.get(name, "" if name == "page" else self.typed.get(name, "")):
                query[name] = value
        return "?" + query.urlencode()
