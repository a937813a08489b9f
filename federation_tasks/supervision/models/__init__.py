"""The supervision loop: extensions, instructions, urges and escalations, and the rules they go by."""

from federation_tasks.supervision.models.escalation import Escalation
from federation_tasks.supervision.models.extension import Extension, ExtensionState
from federation_tasks.supervision.models.instruction import DutyState, Instruction, InstructionDuty
from federation_tasks.supervision.models.rules import SupervisionRule, UrgeStage
from federation_tasks.supervision.models.urge import Urge, UrgeNotice, UrgeState

__all__ = [
    "DutyState", "Escalation", "Extension", "ExtensionState", "Instruction", "InstructionDuty", "SupervisionRule", "Urge", "UrgeNotice", "UrgeStage",
    "UrgeState",
]  # fmt: skip
