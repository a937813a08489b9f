"""Two frozen versions of a report beside each other."""

from typing import Any

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.comparing.versions import Comparison
from federation_tasks.reports.history import decisions_on, events_of
from federation_tasks.reports.lookup import readable_report, readable_versions, with_period
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.reports.moves import may_review
from federation_tasks.reports.withdrawing import mark_opened

NO_SUCH = "没有“%(value)s”这一稿可以比较。请从列表里选。"
THE_SAME = "两边选的是同一稿。请选两稿不同的，再比较。"


class Chooser(forms.Form):
    """Which two versions to compare: where nothing is asked for, the newest and the one before it."""

    def __init__(self, versions: list[ReportVersion], asked: QueryDict) -> None:
        numbers = [str(version.number) for version in versions]
        to = asked.get("to") or numbers[0]
        before = next((number for number in numbers if to in numbers and int(number) < int(to)), numbers[0])
        super().__init__({"from": asked.get("from") or before, "to": to}, use_required_attribute=False)
        choices = [(str(version.number), _label(version)) for version in versions]
        for name, label in (("from", "原来的一稿"), ("to", "后来的一稿")):
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=choices, error_messages={"invalid_choice": NO_SUCH})

    def clean(self) -> dict[str, Any]:
        """Refuse one version twice."""
        known = super().clean() or {}
        if known.get("from") and known.get("from") == known.get("to"):
            self.add_error("to", THE_SAME)
        return known

    @property
    def chosen(self) -> tuple[int, int]:
        """Return the numbers of the two, the older one first, in whatever order they were asked for."""
        older, newer = sorted((int(self.cleaned_data["from"]), int(self.cleaned_data["to"])))
        return older, newer

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]


def _label(version: ReportVersion) -> str:
    at = timezone.localtime(version.submitted_at)
    return f"第 {version.number} 稿（{at.month}月{at.day}日 {at:%H:%M} 报送{'，已撤回' if version.withdrawn_at else ''}）"


@require_safe
@with_period
def compare(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show what changed between two versions that this person may read; a version that is not there is answered with a sentence and 404."""
    report = readable_report(request, period, code)
    versions = list(readable_versions(request, report).defer("content"))
    if len(versions) < 2:
        return render(request, "reports/compare.html", {"report": report, "versions": versions})
    chooser = Chooser(versions, request.GET)
    if not chooser.is_valid():
        return render(request, "reports/compare.html", {"report": report, "chooser": chooser, "errors": chooser.summary}, status=_status(chooser))
    return comparison_page(request, report, chooser)


def _status(chooser: Chooser) -> int:
    return 404 if any(error.code == "invalid_choice" for errors in chooser.errors.as_data().values() for error in errors) else 200


def comparison_page(request: SignedInRequest, report: Report, chooser: Chooser) -> HttpResponse:
    """Render the comparison. A leader who sees the version that awaits him in it has opened it."""
    older, newer = chooser.chosen
    if report.standing and report.standing.number == newer and may_review(report, request.access):
        mark_opened(report, request.access)
    contents = dict(report.versions.filter(number__in=(older, newer)).values_list("number", "content"))
    known = {
        "report": report,
        "chooser": chooser,
        "older": older,
        "newer": newer,
        "comparison": Comparison(contents[older], contents[newer]),
        "decisions": decisions_on(events_of(report), older),
    }
    return render(request, "reports/compare.html", known)
