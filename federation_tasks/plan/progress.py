"""How progress is computed (domain.md, Progress): a whole number from 0 to 100, always rounded down."""

from collections.abc import Iterable
from decimal import Decimal

from federation_tasks.plan.models import Milestone


def by_quantity(done: Decimal, planned: Decimal) -> int:
    """Return progress from quantities: floor(100 x done / planned), capped at 100. Raise ValueError where nothing is planned."""
    if planned <= 0:
        raise ValueError("a task measured by quantity has a planned quantity above 0")
    return max(0, min(100, int(100 * done // planned)))


def by_milestones(milestones: Iterable[Milestone], done_ids: Iterable[int]) -> int:
    """Return progress as the share of the milestones' weights that is done; 0 where there is none."""
    rows, done = list(milestones), set(done_ids)
    whole = sum(row.weight for row in rows)
    return 100 * sum(row.weight for row in rows if row.pk in done) // whole if whole else 0
