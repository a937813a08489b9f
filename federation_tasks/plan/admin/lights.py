"""The data of the lights: thresholds from a day on, and the lights' names."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from departments.reasons import ReasonedForm
from federation_tasks.plan.admin.base import PlanAdmin
from federation_tasks.plan.models import LightName, LightRule
from federation_tasks.plan.turning import apply_due_rule


class RuleForm(ReasonedForm):
    """Thresholds from a day on."""

    def clean_valid_from(self) -> Any:
        """Refuse a day that has passed: past days keep the lights that they had."""
        day = self.cleaned_data["valid_from"]
        if day < self.today:
            raise forms.ValidationError(f"不能早于今天（{self.today:%Y-%m-%d}）：过去的日子按当时的规则亮灯，不再改。")
        return day


@admin.register(LightRule)
class LightRuleAdmin(PlanAdmin):
    """When a task is behind, and when it is due soon. What is in force stays; a new row replaces it from its day on."""

    room = "亮灯和工作日"
    form = RuleForm
    fields = ["valid_from", "behind_points", "soon_days"]
    list_display = ["valid_from", "behind_points", "soon_days", "is_applied"]
    deletable = True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave alone what is or was in force."""
        return super().has_change_permission(request, obj) and self._is_to_come(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let a rule that never came into force be taken back."""
        return super().has_delete_permission(request, obj) and obj is not None and self._is_to_come(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the rule; if it holds today, put it in force."""
        super().save_model(request, obj, form, change)
        apply_due_rule(request.access.on)  # type: ignore[attr-defined]

    @staticmethod
    def _is_to_come(request: HttpRequest, obj: Any) -> bool:
        return obj is None or obj.valid_from > request.access.on  # type: ignore[attr-defined]


@admin.register(LightName)
class LightNameAdmin(PlanAdmin):
    """What the lights are called here."""

    room = "亮灯和工作日"
    fields = ["light", "name"]
    readonly_fields = ["light"]
    list_display = ["name", "light"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There are six lights."""
        return False
