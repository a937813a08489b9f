"""待办 of a head, acting head, clerk or staff member: what the department owes."""

import datetime as dt

from departments.access import Access
from federation_tasks.home.worklist.instructions import OwnInstructions
from federation_tasks.home.worklist.pieces import Part
from federation_tasks.home.worklist.reports import OwnReports
from federation_tasks.home.worklist.tasks import OwnTasks
from federation_tasks.plan.lights import Lamps, Light


def own_part(access: Access, lamps: Lamps, now: dt.datetime) -> Part:
    """Return what this person's departments owe: the report first, then tasks by urgency, then what others have."""
    reports, tasks, instructions = OwnReports(access, now), OwnTasks(access, lamps), OwnInstructions(access)
    names = "、".join(dict.fromkeys(str(row.department) for row in access.places))
    lights = {light: tasks.numbers[light.value] for light in Light}
    return Part(
        main=reports.main(),
        facts=reports.facts(),
        lights=lights,
        lights_of=f"{names} {sum(lights.values())} 项任务" if tasks.whole else f"由我经办 {sum(lights.values())} 项任务",
        sections=reports.sections() + instructions.sections() + tasks.sections(),
        waiting=reports.waiting() + instructions.waiting() + tasks.waiting(),
        calm=f"{names}没有逾期、滞后和临期的任务。",
    )
