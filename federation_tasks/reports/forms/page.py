"""The whole form of a report: its parts put together, saved together, and their errors in page order."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any, Self

from django import forms
from django.http import QueryDict

from federation_tasks.reports.background import add_background
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.findings import Finding
from federation_tasks.reports.forms import items
from federation_tasks.reports.forms.achievements import AchievementsForm, ArrangementsForm
from federation_tasks.reports.forms.instructions import InstructionForm, instruction_forms, save_answers
from federation_tasks.reports.forms.problems import ProblemForm, ProblemRows, keys_in
from federation_tasks.reports.forms.values import content_names, plain, stored
from federation_tasks.reports.models import Problem, ReportItem

BLANK = "0blankblank0"  # the key that the page's script replaces in a copied row
ITEM = re.compile(r"items-(\d{1,18})-")


class ReportForm:
    """All that can be typed about one report: what is stored, or what was typed. `keys` are those of new rows of problems."""

    def __init__(self, filing: Filing, data: QueryDict | None = None, *, keys: Iterable[str] = (), without: Collection[str] = ()) -> None:
        self.filing, self.report, self.data = filing, filing.report, data
        self._keys, self._without = [*keys_in(data or ()), *keys], without

    @cached_property
    def instructions(self) -> list[InstructionForm]:
        """Return the instructions since the last report, each with its answer."""
        return instruction_forms(self.filing, self.data)

    @cached_property
    def items(self) -> list[items.ItemForm]:
        """Return the items, one for each task."""
        return [items.ItemForm(item, self.filing, self.data, reason_label(self.filing, item)) for item in self.filing.items]

    @cached_property
    def problems(self) -> ProblemRows:
        """Return the rows of problems."""
        new = [key for key in self._keys if key not in self._without]
        return ProblemRows(self.report, self.filing.problems, self.filing.goals, self.data, new)

    @property
    def blank(self) -> ProblemForm:
        """Return a row for the page's script to copy."""
        return ProblemForm(Problem(report=self.report, key=BLANK), self.filing.goals, None)

    @cached_property
    def achievements(self) -> AchievementsForm:
        """Return the texts under the five themes."""
        return AchievementsForm(self.report, self.filing.themes, self.filing.achievements, self.data)

    @cached_property
    def arrangements(self) -> ArrangementsForm:
        """Return what comes next."""
        return ArrangementsForm(self.report, self.data)

    @property
    def parts(self) -> Iterator[Any]:
        """Return all forms, in page order."""
        yield from self.instructions
        yield from self.items
        yield from self.problems
        yield self.achievements
        yield self.arrangements

    def parts_in(self, data: QueryDict) -> Iterator[Any]:
        """Return the forms of which something is in the data: what else there is need not even be read."""
        if _has("instructions-", data):
            yield from self.instructions
        if _has("items-", data):
            yield from self.items
        for whole in self._wholes_in(data):
            yield from (whole if isinstance(whole, ProblemRows) else [whole])

    def _wholes_in(self, data: QueryDict) -> Iterator[ProblemRows | AchievementsForm | ArrangementsForm]:
        if _has("problems-", data):
            yield self.problems
        if _has("achievements-", data):
            yield self.achievements
        if "arrangements" in data:
            yield self.arrangements

    def save(self) -> dict[str, list[Any]]:
        """Keep everything that was understood; return what changed, by field: [before, now]. What was refused stays as it was before.

        Somebody with thirty tasks and one mistyped number loses the number, not the morning. The caller holds the report's lock.
        """
        data = self.data or QueryDict()
        parts = list(self.parts_in(data))
        before = [(part, name, stored(part, name)) for part in parts for name in content_names(part)]
        changed = {part.item: fields for part in parts if isinstance(part, items.ItemForm) and (fields := part.apply())}
        if changed:
            ReportItem.objects.bulk_update(changed, set().union(*changed.values()))
        if _has("instructions-", data):
            save_answers(self.instructions, self.report)
        for whole in self._wholes_in(data):
            whole.save()
        return {part.add_prefix(name): [was, now] for part, name, was in before if (now := _now(part, name, was)) != was}

    def shown_again(self, data: QueryDict, keys: Iterable[str] = ()) -> Self:
        """Return the form after saving, with everything that was typed, refused or not, still in it, and nothing of removed rows."""
        gone = [row.problem.key for row in self.problems if row.is_gone]
        return type(self)(Filing(self.report, self.filing.day), data, keys=keys, without=gone)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for everything that was refused, in page order."""
        return [(target, sentence) for form in self.parts for target, sentence in errors_of(form)] + [("p2", sentence) for sentence in self.problems.refused]

    def point_out(self, findings: Iterable[Finding]) -> None:
        """Put what is missing at its fields, and so into the summary."""
        for finding in findings:
            if (place := self.place_of(finding.field)) and place[0].is_bound:
                form, name = place
                form.is_valid()
                form.add_error(name, finding.sentence)

    def place_of(self, full: str) -> tuple[Any, str] | None:
        """Return the part and the name in it of a field; None where there is no such field."""
        return self._places.get(full)

    @cached_property
    def _places(self) -> dict[str, tuple[Any, str]]:
        return {form.add_prefix(name): (form, name) for form in self.parts for name in form.fields}

    @property
    def filled(self) -> int:
        """Return how many items say something."""
        return sum(form.item.is_filled for form in self.items)

    def with_background(self) -> Self:
        """Put beside each item what was promised in the last report and what has been registered since."""
        add_background(self.report, self.items)
        return self


def tasks_in(data: QueryDict) -> set[int]:
    """Return the ids of the tasks of which something is in the data."""
    return {int(found[1]) for name in data if (found := ITEM.match(name))}


def reason_label(filing: Filing, item: ReportItem) -> str:
    """Return what the field for the reason is called: overdue tasks must say when they will be done."""
    return "逾期原因和预计办结时间" if filing.days_overdue(item) else "原因（选填）"


def errors_of(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """Return (field id, sentence) for everything that was refused in one part."""
    if not form.is_bound:
        return
    for name, sentences in form.errors.items():
        for sentence in sentences:
            yield target_of(form, name), str(sentence)


def target_of(form: forms.BaseForm, name: str) -> str:
    """Return the id of the element to which a link to a field leads."""
    bound = form[name]
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect) else bound.auto_id


def _has(prefix: str, data: QueryDict) -> bool:
    return any(name.startswith(prefix) for name in data)


def _now(part: Any, name: str, was: Any) -> Any:
    value = plain(part.standing().get(name))
    return value or [] if isinstance(was, list) else value
