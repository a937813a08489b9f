"""What a file really is: judged by its content, which must agree with its name."""

from federation_tasks.files.inspection.judging import inspect
from federation_tasks.files.inspection.kinds import KINDS, Kind

__all__ = ["KINDS", "Kind", "inspect"]
