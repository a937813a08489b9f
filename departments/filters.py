"""Filters of admin lists: each one a choice in one form, so that two hundred departments are one field and not two hundred links."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from departments.models import Department


class Choice(admin.SimpleListFilter):
    """A filter drawn as a select. Subclasses say what may be chosen; an unknown value chooses nothing."""

    template = "admin/filter.html"
    everything = "全部"

    def choose(self, rows: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        """Return the rows that fit this value."""
        return rows.filter(**{str(self.parameter_name): value})

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Return the rows that fit what was chosen."""
        value = self.value()
        known = {str(key) for key, _label in self.lookup_choices}
        return self.choose(queryset, value) if value and value in known else queryset

    @property
    def offered(self) -> list[tuple[str, str, bool]]:
        """Return (value, words, chosen) of every choice, for the template."""
        return [(str(key), str(label), str(key) == self.value()) for key, label in self.lookup_choices]


class DepartmentChoice(Choice):
    """Rows of one department."""

    title, parameter_name = "部室或单位", "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Offer all departments, in their order."""
        return list(Department.objects.values_list("pk", "name"))


def choice_of(field: str, words: str, choices: Iterable[tuple[Any, Any]]) -> type[Choice]:
    """Return a filter by a field with fixed choices."""
    fixed = [(str(key), str(label)) for key, label in choices]

    class FieldChoice(Choice):
        title, parameter_name = words, field

        def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
            return fixed

    return FieldChoice


YES_NO = [("True", "是"), ("False", "否")]
