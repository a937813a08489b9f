"""What the federation steers by: goals, initiatives, policies with their clauses, achievement themes."""

from django.contrib import admin

from departments.reasons import ReasonedForm
from federation_tasks.plan.admin.base import GoalChoice, PlanAdmin, PlanInline
from federation_tasks.plan.models import AchievementTheme, Goal, Initiative, PolicyClause, PolicyDocument


class SteeringAdmin(PlanAdmin):
    """Pages of what the federation steers by."""

    room = "目标体系"


@admin.register(Goal)
class GoalAdmin(SteeringAdmin):
    """The five goals, each with its gap."""

    fields = ["number", "name", "gap_name", "description"]
    list_display = ["name", "number", "gap_name"]


@admin.register(Initiative)
class InitiativeAdmin(SteeringAdmin):
    """Key measures under the goals."""

    fields = ["goal", "name", "description", "order"]
    list_display = ["name", "goal", "order"]
    list_select_related = ["goal"]
    list_filter = [GoalChoice]
    search_fields = ["name"]
    search_help_text = "按名称查找。"


class PolicyForm(ReasonedForm):
    """A document; its clauses stand on the same page."""

    asks_always = True


class ClauseInline(PlanInline):
    """The sentences quoted from a document."""

    model = PolicyClause
    fields = ["subject", "text", "order"]


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(SteeringAdmin):
    """Documents that work rests on."""

    form = PolicyForm
    fields = ["issuer", "number", "title"]
    list_display = ["__str__", "issuer", "number"]
    inlines = [ClauseInline]
    search_fields = ["issuer", "number", "title"]
    search_help_text = "按发文机关、文号或标题查找。"


@admin.register(AchievementTheme)
class AchievementThemeAdmin(SteeringAdmin):
    """The five things that got better."""

    fields = ["number", "name"]
    list_display = ["name", "number"]
