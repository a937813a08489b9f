"""What counts say in shares: exact means for reckoning, whole percents for showing."""

from fractions import Fraction

from federation_tasks.plan.counts import Counts
from federation_tasks.plan.lights import Light


def counted(counts: Counts) -> int:
    """Return how many tasks are neither suspended nor carried over."""
    return counts.total - counts.lights[Light.GREY]


def unfinished(counts: Counts) -> int:
    """Return how many of them are not completed."""
    return counted(counts) - counts.lights[Light.DONE]


def mean(counts: Counts) -> Fraction:
    """Return their mean progress in percent, exactly; 0 for none. `Counts.progress` is the same rounded down."""
    return Fraction(counts.progress_sum, counted(counts) or 1)


def done_rate(counts: Counts) -> int | None:
    """Return how many percent of them are completed, rounded down (办结率); None where none is counted."""
    whole = counted(counts)
    return 100 * counts.lights[Light.DONE] // whole if whole else None
