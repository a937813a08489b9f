"""The letters' pages in the admin: the ledger, and the hour at which the day's letters leave."""

from federation_tasks.digests.admin.letters import LetterAdmin
from federation_tasks.digests.admin.schedule import ScheduleAdmin

__all__ = ["LetterAdmin", "ScheduleAdmin"]
