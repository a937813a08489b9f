"""The data of the lights: thresholds from a day on, and the lights' names."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from federation_tasks.plan.admin.base import DatedRuleAdmin, DatedRuleForm, PlanAdmin
from federation_tasks.plan.models import LightName, LightRule
from federation_tasks.plan.turning import apply_due_rule


class RuleForm(DatedRuleForm):
    """Thresholds from a day on."""

    past = "亮灯"


@admin.register(LightRule)
class LightRuleAdmin(DatedRuleAdmin):
    """When a task is behind, and when it is due soon. What is in force stays; a new row replaces it from its day on."""

    room = "亮灯和工作日"
    form = RuleForm
    fields = ["valid_from", "behind_points", "soon_days"]
    list_display = ["valid_from", "behind_points", "soon_days", "is_applied"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the rule; if it holds today, put it in force."""
        super().save_model(request, obj, form, change)
        apply_due_rule(request.access.on)  # type: ignore[attr-defined]


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
