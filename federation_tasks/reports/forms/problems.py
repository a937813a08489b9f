"""The problems in the form of a report: rows that can be added and removed without a script."""

from typing import Any

from django import forms
from django.http import QueryDict

from federation_tasks.plan.models import Goal
from federation_tasks.reports.forms.fields import DayField, ProseField, announce_required
from federation_tasks.reports.models import Problem, Report

FIELDS = ("goal_id", "text", "measure", "owner", "due")
MOST = 100  # problems in one report
PREFIX = "problems"


class ProblemForm(forms.Form):
    """One problem. An empty row is no problem; a row with anything in it is kept, complete or not."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    goal = forms.TypedChoiceField(
        label="属于哪个差距", required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": "请从五个差距里选一个。"}
    )
    text = ProseField(label="问题", rows=3)
    measure = ProseField(label="改进措施", rows=3, help_text="写清怎么改、改到什么程度。")
    owner = forms.CharField(label="责任人", required=False, max_length=64, error_messages={"max_length": "责任人最多 64 个字。"})
    due = DayField(label="完成时限", help_text="例如 2026-09-30。")
    remove = forms.BooleanField(label="删去这个问题（选填；保存时删去）", required=False)

    def __init__(self, *args: Any, goals: list[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].choices = [("", "请选择"), *((str(goal.pk), f"{goal.number} {goal.gap_name}") for goal in goals)]  # type: ignore[attr-defined]
        self.problem: Problem | None = None  # the stored row, once it is saved
        self.fields["owner"].widget.attrs.pop("maxlength", None)
        announce_required(self, "goal", "text", "measure", "owner", "due")

    @property
    def is_unwanted(self) -> bool:
        """Say whether the row is to be removed: ticked, or emptied altogether."""
        typed = [self[name].value() for name in ("goal", "text", "measure", "owner", "due")]
        return bool(self["remove"].value()) or not any(str(value or "").strip() for value in typed)

    def apply(self, problem: Problem) -> Problem:
        """Write what was understood onto the problem, without saving it. What was refused stays as it was."""
        self.is_valid()
        known = {("goal_id" if name == "goal" else name): value for name, value in self.cleaned_data.items()}
        for name in FIELDS:
            if name in known:
                setattr(problem, name, known[name])
        return problem


class ProblemRows(forms.BaseFormSet):
    """All problems of a report."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, prefix=PREFIX, **kwargs)

    def save(self, report: Report) -> bool:
        """Add, change and remove rows, a few queries however many there are; say whether anything changed.

        Each row then carries its stored `problem`, None where it was removed.
        """
        stored = {problem.pk: problem for problem in report.problems.all()}
        kept = [form for form in self.forms if not form.is_unwanted]
        before = {pk: _values(problem) for pk, problem in stored.items()}
        for form in self.forms:
            form.problem = form.apply(stored.get(id_of(form)) or Problem(report=report)) if form in kept else None
        gone = [id_of(form) for form in self.forms if form not in kept and id_of(form) in stored]
        changed = [form.problem for form in kept if form.problem.pk and _values(form.problem) != before[form.problem.pk]]
        new = [form.problem for form in kept if not form.problem.pk]
        if gone:
            report.problems.filter(pk__in=gone).delete()
        Problem.objects.bulk_update(changed, FIELDS)
        Problem.objects.bulk_create(new)
        return bool(gone or changed or new)


def _values(problem: Problem) -> list[Any]:
    return [getattr(problem, name) for name in FIELDS]


def id_of(form: forms.BaseForm) -> int:
    """Return the id of the stored problem that a row claims to be; 0 for a new row."""
    typed = str(form["id"].value() or "")
    return int(typed) if typed.isdecimal() and typed.isascii() else 0


ProblemFormSet: type[ProblemRows] = forms.formset_factory(  # type: ignore[assignment]
    ProblemForm, formset=ProblemRows, extra=0, max_num=MOST, absolute_max=MOST
)


def initial_of(problem: Problem) -> dict[str, Any]:
    """Return what the form shows of a stored problem."""
    return {"id": problem.pk, "goal": str(problem.goal_id or ""), "text": problem.text, "measure": problem.measure, "owner": problem.owner, "due": problem.due}
