"""What becomes of a task in the demo: when it is due and what happened to it, in days from an anchor.

For the running half the anchor is the day round which the demo is built, so that every light is there on every day of the year. A task
whose due date then falls before the running half was due in the closed one, and came over when that was closed. For the closed half
the anchor is its last day.
"""

from typing import NamedTuple

PACE = -1  # progress in step with the days gone by


class Step(NamedTuple):
    """A move of a task: by whom (head, leader in charge, office), and why."""

    day: int
    move: str
    by: str
    reason: str = ""


class Fate(NamedTuple):
    """Days from the anchor; `due` None is the last day of the half-year, `acknowledged` None is not yet."""

    start: int
    due: int | None
    acknowledged: int | None
    updates: tuple[tuple[int, int], ...] = ()  # (day, progress in percent)
    steps: tuple[Step, ...] = ()


SHORT_OF_ALL = "余下部分的佐证材料已随附，主体工作已经完成。"

RUNNING = {
    "steady": Fate(-45, None, -43, ((-30, PACE), (-6, PACE))),
    "not_begun": Fate(12, None, -2),
    "unacknowledged": Fate(-2, None, None),
    "behind": Fate(-70, 25, -68, ((-50, 5), (-20, 12))),
    "soon": Fate(-70, 4, -67, ((-40, 50), (-5, 95))),
    "overdue": Fate(-80, -12, -77, ((-40, 35), (-14, 60))),
    "long_overdue": Fate(-110, -38, -107, ((-70, 30), (-40, 55), (-15, 70))),
    "newly_overdue": Fate(-60, -1, -58, ((-30, 45), (-4, 80))),
    "claimed": Fate(-60, 10, -57, ((-30, 60), (-4, 100)), (Step(-2, "claim", "head"),)),
    "claimed_late": Fate(-80, -9, -78, ((-30, 50), (-4, 100)), (Step(-3, "claim", "head"),)),
    "done": Fate(-70, 15, -67, ((-40, 55), (-8, 100)), (Step(-6, "claim", "head"), Step(-4, "confirm", "leader"))),
    "done_late": Fate(-90, -20, -88, ((-50, 40), (-13, 100)), (Step(-12, "claim", "head"), Step(-10, "confirm", "leader"))),
    "sent_back": Fate(
        -60,
        14,
        -58,
        ((-30, 60), (-8, 90)),
        (Step(-7, "claim", "head", SHORT_OF_ALL), Step(-5, "send_back", "leader", "佐证材料不全，完成标准里的验收还没有做。补齐后再申请。")),
    ),
    "suspended": Fate(-50, 30, -48, ((-30, 30),), (Step(-3, "suspend", "office", "上级部门正在调整相关政策，待新办法出台后再恢复。"),)),
}

CLOSED = {
    "done": Fate(-150, -25, -147, ((-90, 50), (-32, 100)), (Step(-30, "claim", "head"), Step(-28, "confirm", "leader"))),
    "done_late": Fate(-150, -45, -146, ((-80, 60), (-41, 100)), (Step(-40, "claim", "head"), Step(-38, "confirm", "leader"))),
    "carried": Fate(-140, -12, -137, ((-80, 40), (-20, 75))),
    "carried_then_done": Fate(-140, -15, -137, ((-80, 40), (-20, 70), (30, 100)), (Step(32, "claim", "head"), Step(35, "confirm", "leader"))),
    "suspended": Fate(-120, -20, -118, ((-80, 20),), (Step(-60, "suspend", "office", "承办单位机构调整，本期不再推进。"),)),
}
