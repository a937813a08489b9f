"""What was promised."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """Name the room in the interface."""

    name = "federation_tasks.plan"
    verbose_name = "目标与任务"

    def ready(self) -> None:
        """Have the audit watch what was promised."""
        from federation_tasks.audit.watch import leave_out, watch
        from federation_tasks.plan import models
        from federation_tasks.plan.keeping import on_tasks_changed
        from federation_tasks.plan.models.tasks import tasks_changed

        for plain in (models.Period, models.ReportDuty, models.Goal, models.Initiative, models.AchievementTheme, models.PolicyDocument, models.PolicyClause):
            watch(plain)
        for rules in (models.Target, models.LightRule, models.LightName, models.WorkdayOverride):
            watch(rules)
        # The turning days follow from the other columns and from the rule, whose own change is told.
        watch(models.Task, leave=["yellow_from", "blue_from", "red_from"])
        watch(models.Milestone, department="task.department.code")
        watch(models.ProgressUpdate, hashed=["text", "reason"], leave=["created_at"], named=False)
        for kept in ("cellcount", "daytotal", "stalecount", "countkeeper"):
            leave_out(f"plan.{kept}", "follows from the tasks, whose changes are told")
        tasks_changed.connect(on_tasks_changed, sender=models.Task)
