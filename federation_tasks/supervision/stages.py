"""How strongly may be urged (蓝 → 黄 → 红): one rule with two faces, for a thing in memory and for the database, side by side."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Q

from federation_tasks.plan.lights import SHAPES, Lamp, Light
from federation_tasks.supervision.models import UrgeStage

DueBy = Callable[[dt.date], Q]  # the condition under which a thing was due on this day or before


class Stages:
    """The three stages with their conditions, read once, mildest first."""

    def __init__(self) -> None:
        self.by_stage = UrgeStage.objects.by_stage()

    def open_to(self, days_late: int, earlier: int) -> list[UrgeStage]:
        """Return the stages that may be used, up to the strongest whose conditions hold; a milder one always may, a stronger one never."""
        rows = list(self.by_stage.values())
        strongest = max((place for place, row in enumerate(rows) if holds(row, days_late, earlier)), default=-1)
        return rows[: strongest + 1]

    def strongest_sql(self, stage: str, today: dt.date, due_by: DueBy) -> Q:
        """Return the same rule as a condition over rows that have `earlier`: this stage is the strongest that may be used."""
        rows = list(self.by_stage.values())
        place = list(self.by_stage).index(stage)
        found = holds_sql(rows[place], today, due_by)
        for stronger in rows[place + 1 :]:
            found &= ~holds_sql(stronger, today, due_by)
        return found

    def lamp(self, stage: str) -> Lamp:
        """Return a stage as it is shown: shape, words, colour third."""
        return lamp_of(self.by_stage[stage])


def holds(row: UrgeStage, days_late: int, earlier: int) -> bool:
    """Say whether a stage's conditions hold for what is so many days late and was urged so many times."""
    return earlier >= row.earlier and (row.days_late is None or days_late >= row.days_late)


def holds_sql(row: UrgeStage, today: dt.date, due_by: DueBy) -> Q:
    """Return the same as a condition over rows that have `earlier`."""
    is_late = Q() if row.days_late is None else due_by(today - dt.timedelta(days=row.days_late))
    return Q(earlier__gte=row.earlier) & is_late


def lamp_of(row: UrgeStage) -> Lamp:
    """Return a stage with the shape and the colour of the light of its name."""
    light = Light(row.stage)
    return Lamp(light, SHAPES[light], row.name)
