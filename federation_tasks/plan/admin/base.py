"""What the plan's admin pages share: the plan administrator, numbers as people type them, and filters."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest

from departments.access import Role
from departments.administration import OfficeFields, RoleInline
from departments.filters import Choice
from departments.reasons import ReasonedAdmin, ReasonedForm
from federation_tasks.plan.forms import NumberInput, QuantityField, WholeNumberField
from federation_tasks.plan.models import Goal, Period

NUMBERS: Any = {
    models.DecimalField: {"form_class": QuantityField, "widget": NumberInput("decimal")},
    models.IntegerField: {"form_class": WholeNumberField, "widget": NumberInput("numeric")},
}


class PlanFields:
    """Numbers in the plan's forms, each called by its own name and held to its model's bounds."""

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field; a whole number knows its name and its bounds."""
        if isinstance(db_field, models.IntegerField) and not db_field.choices:
            kwargs |= {"noun": db_field.verbose_name} | _bounds(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


def _bounds(db_field: models.Field) -> dict[str, Any]:
    """Return the bounds that the model itself sets, not those of the database's number type."""
    own = getattr(db_field, "_validators", [])
    lowest = [rule.limit_value for rule in own if isinstance(rule, MinValueValidator)]
    highest = [rule.limit_value for rule in own if isinstance(rule, MaxValueValidator)]
    return ({"min_value": lowest[0]} if lowest else {}) | ({"max_value": highest[0]} if highest else {})


class PlanAdmin(PlanFields, ReasonedAdmin):
    """Pages of the plan administrator."""

    editors = frozenset({Role.PLAN})
    formfield_overrides = OfficeFields.formfield_overrides | NUMBERS


class PlanInline(PlanFields, RoleInline):
    """Rows on the plan administrator's pages."""

    formfield_overrides = OfficeFields.formfield_overrides | NUMBERS


class PeriodChoice(Choice):
    """Rows of one period: the one that holds today unless another is chosen, so that a list never spans all years."""

    title, parameter_name = "周期", "period"
    everything = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Offer all periods, newest first, and remember today's."""
        self.periods = list(Period.objects.all())
        self.today = request.access.on  # type: ignore[attr-defined]
        return [(period.code, str(period)) for period in self.periods]

    def value(self) -> str | None:
        """Return the code chosen, else that of the period that holds today."""
        codes = {period.code: period for period in self.periods}
        chosen = super().value()
        if chosen in codes:
            return chosen
        current = current_period(self.periods, self.today)
        return current.code if current else None

    def choose(self, rows: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        """Return the rows of the period."""
        return rows.filter(period=next(period for period in self.periods if period.code == value))


def current_period(periods: list[Period], day: Any) -> Period | None:
    """Return, of periods newest first, the one that holds the day: the newest that has begun and is owed, else the oldest."""
    owed = [period for period in periods if period.is_owed] or periods
    begun = [period for period in owed if period.starts_on <= day]
    return begun[0] if begun else (owed[-1] if owed else None)


class GoalChoice(Choice):
    """Rows under one goal."""

    title, parameter_name = "目标", "goal"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Offer the goals."""
        return [(goal.pk, f"{goal.number} {goal.name}") for goal in Goal.objects.all()]


class DatedRuleForm(ReasonedForm):
    """A rule from a day on. `past` says what past days keep."""

    past = ""

    def clean_valid_from(self) -> Any:
        """Refuse a day that has passed: past days keep the rule that they had."""
        day = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(f"不能早于今天（{self.today:%Y-%m-%d}）：过去的日子按当时的规则{self.past}，不再改。")
        return day


class DatedRuleAdmin(PlanAdmin):
    """Rules that hold from a day on. What is in force stays; a new row replaces it from its day on."""

    deletable = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave alone what is or was in force."""
        return super().has_change_permission(request, obj) and self._is_to_come(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let a rule that never came into force be taken back."""
        return super().has_delete_permission(request, obj) and obj is not None and self._is_to_come(request, obj)

    @staticmethod
    def _is_to_come(request: HttpRequest, obj: Any) -> bool:
        return obj is None or obj.valid_from > request.access.on  # type: ignore[attr-defined]
