"""Which problem of one version is which of the other: by its own number where both have it, else by what it says."""

from collections.abc import Iterator
from typing import Any

from rapidfuzz.fuzz import ratio

Content = dict[str, Any]
COMPARED = 300  # characters of each problem: enough to know it again, and 100 problems against 100 stay a matter of milliseconds
ALIKE = 50.0  # in percent: below it, two problems are two
SAME_GAP = 10.0  # what being a gap against the same goal counts for


def matched(old: list[Content], new: list[Content]) -> Iterator[tuple[Content | None, Content | None]]:
    """Return what belongs together, in the order of the new version, then what is gone; None where there is no counterpart."""
    partner = _partners(old, new)
    for position, problem in enumerate(new):
        yield (old[partner[position]] if position in partner else None), problem
    for position, problem in enumerate(old):
        if position not in partner.values():
            yield problem, None


def _partners(old: list[Content], new: list[Content]) -> dict[int, int]:
    """Return for each position among the new ones that has a counterpart its position among the old ones."""
    places = {problem["id"]: place for place, problem in enumerate(old) if problem.get("id")}
    found = {place: places[problem["id"]] for place, problem in enumerate(new) if problem.get("id") in places}
    taken = set(found.values())
    pairs = sorted(_alike(old, new, found, taken), reverse=True)
    for _, place, before in pairs:
        if -place not in found and -before not in taken:
            found[-place] = -before
            taken.add(-before)
    return found


def _alike(old: list[Content], new: list[Content], found: dict[int, int], taken: set[int]) -> Iterator[tuple[float, int, int]]:
    """Return (likeness, -new position, -old position) of what could belong together: sorted downwards, the first of equals comes first."""
    for place, problem in enumerate(new):
        for before, other in enumerate(old):
            if place in found or before in taken:
                continue
            likeness = ratio(_said(problem), _said(other), score_cutoff=ALIKE - SAME_GAP)
            likeness += SAME_GAP * (problem.get("goal") == other.get("goal"))
            if likeness >= ALIKE:
                yield likeness, -place, -before


def _said(problem: Content) -> str:
    return str(problem.get("text", ""))[:COMPARED]
