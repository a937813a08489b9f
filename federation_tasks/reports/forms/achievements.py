"""The achievements in the form of a report: one optional text under each of the five themes (五个更加); and what comes next."""

from typing import Any

from django import forms
from django.http import QueryDict

from federation_tasks.plan.models import AchievementTheme
from federation_tasks.reports.forms.fields import ProseField
from federation_tasks.reports.forms.values import came
from federation_tasks.reports.models import Achievement, Report

PREFIX = "achievements"


class AchievementsForm(forms.Form):
    """One text for each theme; its fields are named by the theme's number."""

    def __init__(self, report: Report, themes: list[AchievementTheme], stored: list[Achievement], data: QueryDict | None) -> None:
        said = {row.theme_id: row.text for row in stored}
        initial = {str(theme.number): said.get(theme.pk, "") for theme in themes}
        super().__init__(data if came(PREFIX, data) else None, prefix=PREFIX, initial=initial, use_required_attribute=False)
        self.report, self.themes = report, themes
        for theme in themes:
            self.fields[str(theme.number)] = ProseField(label=f"{theme.name}（选填）", rows=2)

    def save(self) -> None:
        """Write the texts that were understood, one query however many there are."""
        self.is_valid()
        rows = [
            Achievement(report=self.report, theme=theme, text=self.cleaned_data[str(theme.number)])
            for theme in self.themes
            if str(theme.number) in self.cleaned_data and str(theme.number) in self.changed_data
        ]
        if rows:
            Achievement.objects.bulk_create(rows, update_conflicts=True, unique_fields=["report", "theme"], update_fields=["text"])

    def standing(self) -> dict[str, Any]:
        """Return what stands stored after saving."""
        return dict(self.initial) | (self.cleaned_data if self.is_bound else {})


class ArrangementsForm(forms.Form):
    """What the department will do in the half-year that follows."""

    arrangements = ProseField(rows=6, help_text="对照年度目标任务逐项写；上面每项任务的“怎么接着做”会列在这一部分后面。")

    def __init__(self, report: Report, data: QueryDict | None) -> None:
        came_along = data is not None and "arrangements" in data
        super().__init__(data if came_along else None, initial={"arrangements": report.arrangements}, use_required_attribute=False)
        self.report = report
        self.fields["arrangements"].label = f"{report.period.next_half}工作安排"
        self.fields["arrangements"].widget.attrs["aria-required"] = "true"

    def save(self) -> None:
        """Write the text onto the report, without saving it. What was refused stays as it was."""
        if self.is_valid():
            self.report.arrangements = self.cleaned_data["arrangements"]

    def standing(self) -> dict[str, Any]:
        """Return what stands stored after saving."""
        return {"arrangements": self.report.arrangements}
