"""The rules of supervision in the admin: how long may be waited, and when the office may urge how strongly. They belong to the plan administrator."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from departments.reasons import ReasonedForm
from federation_tasks.plan.admin.base import DatedRuleAdmin, DatedRuleForm, PlanAdmin
from federation_tasks.supervision.models import SupervisionRule, UrgeStage

NO_LOWER_LIMIT = -10_000  # days: an empty field asks for nothing


class RuleForm(DatedRuleForm):
    """How many days may pass, from a day on."""

    past = "督查"


@admin.register(SupervisionRule)
class SupervisionRuleAdmin(DatedRuleAdmin):
    """How long a task may wait for 签收 and a leader's decision, and when what is overdue goes up. A new row replaces what is in force."""

    room = "督查规则"
    form = RuleForm
    fields = ["valid_from", "acknowledge_within", "decide_within", "head_after", "deputy_after", "principal_after"]
    list_display = ["valid_from", "acknowledge_within", "decide_within", "head_after", "deputy_after", "principal_after"]


class StageForm(ReasonedForm):
    """The conditions of one stage. A stronger stage never asks for less than a milder one."""

    def clean(self) -> dict[str, Any]:
        """Refuse conditions that would let a stronger stage be used before a milder one."""
        cleaned = super().clean() or self.cleaned_data
        if {"days_late", "earlier"} <= set(cleaned):
            self._refuse_out_of_order(cleaned)
        return cleaned

    def _refuse_out_of_order(self, cleaned: dict[str, Any]) -> None:
        rows = list(UrgeStage.objects.by_stage().values())
        for row in rows:
            if row.stage == self.instance.stage:
                row.days_late, row.earlier = cleaned["days_late"], cleaned["earlier"]
        sentence = f"三级的条件要一级比一级严：{'、'.join(row.name for row in rows)}，后面的不能比前面的少。"
        days = [NO_LOWER_LIMIT if row.days_late is None else row.days_late for row in rows]
        for name, values in (("days_late", days), ("earlier", [row.earlier for row in rows])):
            if values != sorted(values):
                self.add_error(name, sentence)


@admin.register(UrgeStage)
class UrgeStageAdmin(PlanAdmin):
    """What the three stages of urging are called, and what must be the case before the office may use each."""

    room = "督查规则"
    form = StageForm
    fields = ["stage", "name", "days_late", "earlier"]
    readonly_fields = ["stage"]
    list_display = ["name", "stage", "days_late", "earlier"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There are three stages."""
        return False
