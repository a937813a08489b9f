"""What was urged and is done needs no more urging: the urges about it are settled in the same transaction."""

from typing import Any

from departments.access import Access
from federation_tasks.supervision.models import Urge, UrgeState
from federation_tasks.workflow.moves import perform


def settle_urges(access: Access, **about: Any) -> int:
    """Settle the urges about one thing (task=, report_duty= or instruction_duty=); return how many there were."""
    urges = list(Urge.objects.filter(state__in=[UrgeState.SENT, UrgeState.ANSWERED], **about).select_related("department", "period").order_by("pk"))
    for urge in urges:
        perform(urge, "settle", access)
    return len(urges)
