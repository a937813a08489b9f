"""The problems in the form of a report: rows that can be added and removed without a script, each with a key that stays."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from federation_tasks.plan.models import Goal
from federation_tasks.reports.forms.fields import DayField, ProseField, announce_required
from federation_tasks.reports.forms.values import came
from federation_tasks.reports.models import Problem, Report

FIELDS = ("goal_id", "text", "measure", "owner", "due")
MOST = 100  # problems in one report
TOO_MANY = f"一份汇报最多写 {MOST} 个问题，请合并相近的问题再保存。"
KEY = re.compile(r"problems-([A-Za-z0-9]{1,12})-")


class ProblemForm(forms.Form):
    """One problem. An empty row is no problem; a row with anything in it is kept, complete or not."""

    goal = forms.TypedChoiceField(
        label="属于哪个差距", required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": "请从五个差距里选一个。"}
    )
    text = ProseField(label="问题", rows=3)
    measure = ProseField(label="改进措施", rows=3, help_text="写清怎么改、改到什么程度。")
    owner = forms.CharField(label="责任人", required=False, max_length=64, error_messages={"max_length": "责任人最多 64 个字。"})
    due = DayField(label="完成时限", help_text="例如 2026-09-30。")
    remove = forms.BooleanField(label="删去这个问题（选填；保存时删去）", required=False)

    def __init__(self, problem: Problem, goals: list[Goal], data: QueryDict | None) -> None:
        super().__init__(data if came(problem.prefix, data) else None, prefix=problem.prefix, initial=_initial(problem), use_required_attribute=False)
        self.fields["goal"].choices = [("", "请选择"), *((str(goal.pk), f"{goal.number} {goal.gap_name}") for goal in goals)]  # type: ignore[attr-defined]
        self.problem = problem  # stored, or about to be
        self.is_gone = False  # once saving has removed it
        self.fields["owner"].widget.attrs.pop("maxlength", None)
        announce_required(self, "goal", "text", "measure", "owner", "due")

    @property
    def is_empty(self) -> bool:
        """Say whether nothing stands in the row."""
        typed = [self[name].value() for name in ("goal", "text", "measure", "owner", "due")]
        return not any(str(value or "").strip() for value in typed)

    def apply(self) -> bool:
        """Write what was understood onto the problem, without saving it; say whether anything changed. What was refused stays as it was."""
        self.is_valid()
        before = _values(self.problem)
        known = {("goal_id" if name == "goal" else name): value for name, value in self.cleaned_data.items()}
        for name in FIELDS:
            if name in known:
                setattr(self.problem, name, known[name])
        return _values(self.problem) != before

    def standing(self) -> dict[str, Any]:
        """Return what stands stored after saving."""
        return {} if self.is_gone or not self.problem.pk else _initial(self.problem)


class ProblemRows:
    """All problems of a report: those that stand stored, then new ones in the order in which they came."""

    def __init__(self, report: Report, stored: list[Problem], goals: list[Goal], data: QueryDict | None, keys: Iterable[str]) -> None:
        known = {problem.key for problem in stored}
        rows = [*stored, *(Problem(report=report, key=key) for key in dict.fromkeys(keys) if key not in known)]
        self.report = report
        self.forms = [ProblemForm(problem, goals, data) for problem in rows]
        self.refused = [TOO_MANY] if len(rows) > MOST else []

    def __iter__(self) -> Iterator[ProblemForm]:
        return iter(self.forms)

    def save(self) -> None:
        """Add, change and remove the rows that came, a few queries however many there are."""
        came = [form for form in self.forms if form.is_bound]
        for form in came:
            form.is_gone = form.is_empty
        kept = [form for form in came if not form.is_gone]
        gone = [form.problem.pk for form in came if form.is_gone and form.problem.pk]
        changed = [form.problem for form in kept if form.problem.pk and form.apply()]
        new = [form for form in kept if not form.problem.pk]
        room = MOST - sum(bool(form.problem.pk) for form in self.forms) + len(gone)
        for form in new[:room]:
            form.apply()
        if gone:
            self.report.problems.filter(pk__in=gone).delete()
        Problem.objects.bulk_update(changed, FIELDS)
        Problem.objects.bulk_create([form.problem for form in new[:room]])


def keys_in(names: Iterable[str]) -> list[str]:
    """Return the keys of the rows that these fields belong to, in their order."""
    return list(dict.fromkeys(found[1] for name in names if (found := KEY.match(name))))


def _values(problem: Problem) -> list[Any]:
    return [getattr(problem, name) for name in FIELDS]


def _initial(problem: Problem) -> dict[str, Any]:
    """Return what the form shows of a problem."""
    return {"goal": str(problem.goal_id or ""), "text": problem.text, "measure": problem.measure, "owner": problem.owner, "due": problem.due}
