"""How progress is computed (domain.md, Progress): a whole number from 0 to 100, always rounded down. And how it is said."""

from collections.abc import Iterable
from decimal import Decimal

from federation_tasks.plan.models import Milestone, Task


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


def number_words(number: Decimal) -> str:
    """Return a quantity as people write it: 1,200 and 3.5, without trailing zeros."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def done_of_planned(task: Task) -> str:
    """Return 6 / 8 所 or 2 / 4 个里程碑; empty for a task measured in percent. Reads the task's milestones where it has them."""
    if task.measure == Task.Measure.QUANTITY:
        return f"{number_words(task.quantity_done)} / {number_words(task.quantity or Decimal(0))} {task.unit}"
    if task.measure == Task.Measure.MILESTONES:
        rows = list(task.milestones.all())
        return f"{sum(row.done_on is not None for row in rows)} / {len(rows)} 个里程碑"
    return ""


def progress_now(task: Task) -> int:
    """Return the progress that follows from what is planned now: after a change of the plan the same work may be another share of it.

    What is measured in percent keeps what was typed. Reads the task's milestones where it is measured by them.
    """
    if task.measure == Task.Measure.QUANTITY and task.quantity:
        return by_quantity(task.quantity_done, task.quantity)
    if task.measure == Task.Measure.MILESTONES:
        rows = list(task.milestones.all())
        return by_milestones(rows, [row.pk for row in rows if row.done_on is not None])
    return task.progress
