"""What was promised: goals and what they rest on, periods and who reports in them, targets, tasks and their progress."""

from federation_tasks.plan.models.calendar import WorkdayOverride
from federation_tasks.plan.models.counts import CellCount, CountKeeper, DayTotal, StaleCount
from federation_tasks.plan.models.goals import AchievementTheme, Goal, Initiative, PolicyClause, PolicyDocument
from federation_tasks.plan.models.periods import Period, ReportDuty
from federation_tasks.plan.models.progress import Milestone, ProgressUpdate
from federation_tasks.plan.models.rules import LightName, LightRule
from federation_tasks.plan.models.targets import Target
from federation_tasks.plan.models.tasks import Task

__all__ = [
    "AchievementTheme",
    "CellCount",
    "CountKeeper",
    "DayTotal",
    "Goal",
    "Initiative",
    "LightName",
    "LightRule",
    "Milestone",
    "Period",
    "PolicyClause",
    "PolicyDocument",
    "ProgressUpdate",
    "ReportDuty",
    "StaleCount",
    "Target",
    "Task",
    "WorkdayOverride",
]
