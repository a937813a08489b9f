"""What was typed, sent to the page again: rows of problems renumbered, new ones with their ids, nothing lost."""

from typing import Any

from django.http import QueryDict

from federation_tasks.reports.forms.problems import PREFIX, ProblemForm, ProblemRows, id_of, initial_of
from federation_tasks.reports.models import Problem

Row = tuple[int, dict[str, list[str]]]  # id of the stored problem, 0 for none; what stands in its fields


def after_saving(data: QueryDict, rows: ProblemRows, stored: list[Problem], extra: int) -> QueryDict:
    """Return the data with the rows in the order in which they are stored, without those that were removed, and `extra` empty ones."""
    typed = {form.problem.pk: _typed(data, form) for form in rows.forms if form.problem}
    return _with_rows(data, [(problem.pk, typed.get(problem.pk) or _shown(problem)) for problem in stored], extra)


def before_saving(data: QueryDict, rows: ProblemRows, stored: list[Problem]) -> QueryDict:
    """Return the data as it was typed, with the rows behind it that somebody else has added meanwhile."""
    sent = {id_of(form) for form in rows.forms}
    others = [(problem.pk, _shown(problem)) for problem in stored if problem.pk not in sent]
    return _with_rows(data, [(id_of(form), _typed(data, form)) for form in rows.forms] + others, 0)


def _typed(data: QueryDict, form: ProblemForm) -> dict[str, list[str]]:
    found = {name: data.getlist(form.add_prefix(name)) for name in form.fields if name != "id"}
    return {name: values for name, values in found.items() if values}


def _shown(problem: Problem) -> dict[str, list[str]]:
    values: dict[str, Any] = initial_of(problem)
    return {name: [str(value)] for name, value in values.items() if name != "id" and value}


def _with_rows(data: QueryDict, rows: list[Row], extra: int) -> QueryDict:
    again = data.copy()
    for name in [name for name in again if name.startswith(f"{PREFIX}-")]:
        del again[name]
    for position, (pk, values) in enumerate(rows):
        again[f"{PREFIX}-{position}-id"] = str(pk or "")
        for name, typed in values.items():
            again.setlist(f"{PREFIX}-{position}-{name}", typed)
    again[f"{PREFIX}-TOTAL_FORMS"], again[f"{PREFIX}-INITIAL_FORMS"] = str(len(rows) + extra), "0"
    return again
