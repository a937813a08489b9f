"""What got worse, in words: one sentence for each department and goal that needs one (worsening.py finds them)."""

from collections.abc import Iterable
from dataclasses import dataclass

from departments.models import Department
from federation_tasks.dashboard.links import Links
from federation_tasks.dashboard.worsening import Against, More, Worse, Worsening
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Goal


@dataclass(frozen=True)
class Sentence:
    """One sentence: its first part leads to the thing, the rest follows."""

    lead: str
    href: str
    rest: str


def sentences(found: Worsening, lamps: Lamps, links: Links, whose: str, *, with_departments: bool) -> list[Sentence]:
    """Return a sentence for the whole, for each goal and for the worst departments that got worse; `whose` is what the whole is called."""
    worse = [found.whole, *found.goals, *(found.departments if with_departments else [])]
    return [sentence_of(row, lamps, links, whose) for row in worse if row]


def nothing_worse(found: Worsening, day: str) -> str:
    """Return the sentence for when nothing got worse; `day` is the working day before, in words."""
    if not found.is_comparable:
        return f"上一工作日（{day}）还没有本期任务，没有可比的数字。"
    compared = "、".join([f"上一工作日（{day}）", *(old.name for old in found.earlier)])
    return f"与{compared}相比，没有变差的单位和目标。"


def sentence_of(row: Worse, lamps: Lamps, links: Links, whose: str) -> Sentence:
    """Return the sentence for what got worse of one department, goal or the whole."""
    first, *rest = [*_since(row.since, lamps), *_against(row.against, lamps)]
    return Sentence(f"{row.subject or whose}：{first}", _href(row, links), "".join(f"；{part}" for part in rest) + "。")


def _since(found: Iterable[More], lamps: Lamps) -> list[str]:
    return [f"{lamps.names[one.light]}比上一工作日多 {one.more} 项，共 {one.now} 项" for one in found]


def _against(found: Iterable[Against], lamps: Lamps) -> list[str]:
    return [f"{_named(one.what, lamps)} {one.now}%，比{one.name}{'少' if one.is_less else '多'} {one.points} 个百分点" for one in found]


def _named(what: str, lamps: Lamps) -> str:
    return what.replace("逾期", lamps.names[Light.RED])


def _href(row: Worse, links: Links) -> str:
    light = row.since[0].light if row.since else None
    if isinstance(row.subject, Department):
        return links.tasks(row.subject, light=light)
    if isinstance(row.subject, Goal):
        return links.tasks(goal=row.subject, light=light) if links.only else links.goal(row.subject)
    return links.tasks(light=light)
