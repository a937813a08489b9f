"""What a department says of its half-year: the report, what stands in it, its saves, and the versions frozen at each submission."""

from federation_tasks.reports.models.answer import InstructionAnswer, Outcome
from federation_tasks.reports.models.content import Achievement, Problem, ReportItem
from federation_tasks.reports.models.evidence import ReportEvidence
from federation_tasks.reports.models.report import EDITABLE, Report, ReportState
from federation_tasks.reports.models.saved import Opened, Saved
from federation_tasks.reports.models.version import ReportVersion

__all__ = [
    "EDITABLE",
    "Achievement",
    "InstructionAnswer",
    "Opened",
    "Outcome",
    "Problem",
    "Report",
    "ReportEvidence",
    "ReportItem",
    "ReportState",
    "ReportVersion",
    "Saved",
]
