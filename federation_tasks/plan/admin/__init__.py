"""The plan's pages in the admin, by subject. They belong to the plan administrator; every change has a reason."""

from federation_tasks.plan.admin.calendar import WorkdayOverrideAdmin
from federation_tasks.plan.admin.goals import AchievementThemeAdmin, GoalAdmin, InitiativeAdmin, PolicyDocumentAdmin
from federation_tasks.plan.admin.lights import LightNameAdmin, LightRuleAdmin
from federation_tasks.plan.admin.periods import PeriodAdmin, ReportDutyAdmin
from federation_tasks.plan.admin.targets import TargetAdmin
from federation_tasks.plan.admin.tasks import TaskAdmin

__all__ = [
    "AchievementThemeAdmin",
    "GoalAdmin",
    "InitiativeAdmin",
    "LightNameAdmin",
    "LightRuleAdmin",
    "PeriodAdmin",
    "PolicyDocumentAdmin",
    "ReportDutyAdmin",
    "TargetAdmin",
    "TaskAdmin",
    "WorkdayOverrideAdmin",
]
