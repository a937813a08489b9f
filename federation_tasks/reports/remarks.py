"""What a leader says at single places of a report when he returns it. It stands in the facts of the move, frozen like its reason."""

from dataclasses import asdict, dataclass
from typing import Any

from django import forms

from departments.access import Access
from federation_tasks.reports.content import Content
from federation_tasks.reports.forms.fields import ProseField
from federation_tasks.reports.models import Report

LONGEST = 1000  # characters of one remark
TASK, PROBLEM, ARRANGEMENTS = "task", "problem", "arrangements"


@dataclass(frozen=True)
class Place:
    """Something in a version about which a leader may say something. `key` is the task's number or the problem's key."""

    field: str
    part: str
    key: int | str | None
    about: str


@dataclass(frozen=True)
class Remark:
    """What a leader said at one place. A problem is called by its number only: what it says is the report's, not the history's."""

    part: str
    key: int | str | None
    about: str
    text: str

    @property
    def anchor(self) -> str:
        """Return the id under which the remark stands beside the place in the form."""
        return "-".join(str(part) for part in ("remark", self.part, self.key) if part is not None)


def places(content: Content) -> list[Place]:
    """Return where something can be said in a version, in its order."""
    found = [Place(f"remark_task_{item['task']}", TASK, item["task"], f"（{n}）{item['title']}") for n, item in enumerate(content["items"], 1)]
    found += [Place(f"remark_problem_{n}", PROBLEM, problem.get("id"), f"问题 {n}") for n, problem in enumerate(content["problems"], 1)]
    return [*found, Place("remark_arrangements", ARRANGEMENTS, None, f"{content['next_half']}工作安排")]


def remark_fields(report: Report, _access: Access) -> dict[str, forms.Field]:
    """Return a field for each place of the version that awaits a decision; none need be filled."""
    version = report.standing
    return {place.field: ProseField(label=f"{place.about}（选填）", rows=2, max_length=LONGEST) for place in places(version.content)} if version else {}


def remarks_in(content: Content, data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was said at the places of a version, as the facts of the move keep it."""
    said = [(place, str(data.get(place.field) or "").strip()) for place in places(content)]
    return [asdict(Remark(place.part, place.key, place.about, text)) for place, text in said if text]


def remarks_of(facts: dict[str, Any]) -> list[Remark]:
    """Return what was said at single places with a move."""
    return [Remark(**row) for row in facts.get("remarks", [])]
