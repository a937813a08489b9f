"""What the department says."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Put the reports' table of moves, and archiving at the closing of a period, in force."""

    name = "federation_tasks.reports"
    verbose_name = "部门汇报"

    def ready(self) -> None:
        """Register the moves of reports, how they are told, and the step of a closing."""
        from federation_tasks.audit.watch import leave_out, watch
        from federation_tasks.plan.closing import Step, register_step
        from federation_tasks.reports import attachments
        from federation_tasks.reports.archiving import archive_submitted, still_open
        from federation_tasks.reports.history import STORY
        from federation_tasks.reports.models import Achievement, InstructionAnswer, Problem, Report, ReportEvidence, ReportItem, ReportVersion
        from federation_tasks.reports.moves import REPORT_MOVES
        from federation_tasks.supervision.events import register_story
        from federation_tasks.workflow.moves import register

        watch(Report, hashed=["arrangements"], leave=["begun_at", "edited_at", "edited_by", "revision"])
        watch(ReportItem, hashed=["narrative", "next_step", "coordination", "reason"], department="report.department.code")
        watch(InstructionAnswer, hashed=["text"], department="report.department.code")
        watch(Problem, hashed=["text", "measure"], department="report.department.code", named=False)
        watch(Achievement, hashed=["text"], department="report.department.code", named=False)
        watch(ReportEvidence, department="report.department.code")
        watch(ReportVersion, hashed=["content"], department="report.department.code")
        leave_out("reports.saved", "is itself the record of a save, beside the rows of what it changed")
        leave_out("reports.opened", "says who looks at a form now, and is gone a minute later")
        register(Report, REPORT_MOVES)
        attachments.register_owner()
        register_story(Report, STORY)
        register_step(Step("archive", still_open, archive_submitted))
