"""The whole form of a report: its parts put together, saved together, and their errors in page order."""

from collections.abc import Iterable, Iterator
from typing import Self

from django import forms
from django.http import QueryDict
from django.utils import timezone

from departments.models import User
from federation_tasks.plan.models import AchievementTheme, Goal
from federation_tasks.reports.background import add_background
from federation_tasks.reports.completeness import Remark
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms import items, retyped
from federation_tasks.reports.forms.achievements import AchievementsForm, ArrangementsForm
from federation_tasks.reports.forms.instructions import instruction_forms, save_answers
from federation_tasks.reports.forms.problems import ProblemFormSet, ProblemRows, initial_of
from federation_tasks.reports.models import ReportItem

INCOMPLETE_PAGE = "这一页没有完整地送到，问题部分没有保存。请再点一次“保存草稿”。"


class ReportForm:
    """All that can be typed about one report. Without data it shows what is stored, with one empty row where no problem is."""

    def __init__(self, filing: Filing, data: QueryDict | None = None, *, with_new_row: bool = False) -> None:
        self.filing, self.report, self.data = filing, filing.report, data
        self.goals = list(Goal.objects.all())
        self.instructions = instruction_forms(filing, data)
        self.items = [items.ItemForm(item, filing, data, reason_label(filing, item)) for item in filing.items]
        self.achievements = AchievementsForm(list(AchievementTheme.objects.all()), filing.achievements, data)
        self.arrangements = ArrangementsForm(self.report, data)
        self.problems = self._problems(with_new_row)

    def _problems(self, with_new_row: bool) -> ProblemRows:
        if self.data is not None:
            return ProblemFormSet(self.data, form_kwargs={"goals": self.goals})
        rows = ProblemFormSet(initial=[initial_of(problem) for problem in self.filing.problems], form_kwargs={"goals": self.goals})
        rows.extra = int(with_new_row or not self.filing.problems)
        return rows

    @property
    def parts(self) -> Iterator[forms.BaseForm]:
        """Return all forms, in page order."""
        yield from self.instructions
        yield from self.items
        yield from self.problems.forms
        yield self.achievements
        yield self.arrangements

    def save(self, by: User) -> bool:
        """Keep everything that was understood and say whether anything changed; what was refused stays as it was before.

        Somebody with thirty tasks and one mistyped number loses the number, not the morning. The caller holds the report's lock.
        """
        changed = [form.item for form in self.items if form.apply()]
        ReportItem.objects.bulk_update(changed, items.FIELDS)
        problems_changed = not self.not_arrived and self.problems.save(self.report)
        achievements_changed, arrangements_changed = self.achievements.has_changed(), self.arrangements.has_changed()
        self.achievements.save(self.report)
        if self.arrangements.is_valid():
            self.report.arrangements = self.arrangements.cleaned_data["arrangements"]
        answers_changed = save_answers(self.instructions, self.report)
        if not (answers_changed or changed or problems_changed or achievements_changed or arrangements_changed):
            return False
        self.report.revision += 1
        self.report.edited_by, self.report.edited_at = by, timezone.now()
        self.report.save(update_fields=["arrangements", "revision", "edited_by", "edited_at"])
        return True

    def typed_again(self, *, with_new_row: bool = False) -> Self:
        """Return the form after saving, with everything that was typed, refused or not, still in it."""
        filing = Filing(self.report, self.filing.day)
        extra = int(with_new_row or not filing.problems)
        return type(self)(filing, retyped.after_saving(self.data or QueryDict(), self.problems, filing.problems, extra))

    def typed_beside(self) -> Self:
        """Return the form as it was typed, unsaved, with the rows that somebody else added meanwhile."""
        return type(self)(self.filing, retyped.before_saving(self.data or QueryDict(), self.problems, self.filing.problems))

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for everything that was refused, in page order."""
        return [(target, sentence) for form in self.parts for target, sentence in _errors_of(form)]

    @property
    def not_arrived(self) -> list[tuple[str, str]]:
        """Return the sentence for a page of which a part did not arrive, so that it cannot be told which rows there were."""
        return [] if self.problems.management_form.is_valid() else [("p2", INCOMPLETE_PAGE)]

    def point_out(self, remarks: Iterable[Remark]) -> None:
        """Put what is missing at its fields, and so into the summary."""
        places = {form.add_prefix(name): (form, name) for form in self.parts if form.is_bound for name in form.fields}
        for remark in remarks:
            if remark.field in places:
                form, name = places[remark.field]
                form.is_valid()
                form.add_error(name, remark.sentence)

    @property
    def filled(self) -> int:
        """Return how many items say something."""
        return sum(form.item.is_filled for form in self.items)

    def with_background(self) -> Self:
        """Put beside each item what was promised in the last report and what has been registered since."""
        add_background(self.report, self.items)
        return self


def reason_label(filing: Filing, item: ReportItem) -> str:
    """Return what the field for the reason is called: overdue tasks must say when they will be done."""
    return "逾期原因和预计办结时间" if filing.days_overdue(item) else "原因（选填）"


def _errors_of(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    if not form.is_bound:
        return
    for name, sentences in form.errors.items():
        bound = form[name]
        group = isinstance(bound.field.widget, forms.RadioSelect)  # a row of buttons, or of boxes to tick
        for sentence in sentences:
            yield (f"{bound.auto_id}_0" if group else bound.auto_id), str(sentence)
