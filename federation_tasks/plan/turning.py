"""A rule of the lights comes into force: the turning days of all unfinished tasks are rewritten by it, in one transaction."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from federation_tasks.plan.lights import set_turning_days
from federation_tasks.plan.models import LightRule, Task
from federation_tasks.plan.states import OUT_OF_COUNT, TaskState

CHUNK = 500  # tasks rewritten by one statement
# The light of what is completed, suspended or carried over does not turn; what is resumed is rewritten when it is saved.
STANDING = (TaskState.COMPLETED, *OUT_OF_COUNT)


def apply_due_rule(today: dt.date) -> int:
    """Put the rule of this day in force where it is not yet; return the number of tasks rewritten.

    Cheap where nothing is due: two small queries. Called when a rule is saved and by the sweep of each minute, so that a rule for
    a day to come takes effect on that day. A second call at the same time waits for the first and then finds nothing to do.
    """
    if _in_force(today):
        return 0
    with transaction.atomic():
        list(LightRule.objects.select_for_update().order_by("pk"))
        if _in_force(today):
            return 0
        rule = LightRule.objects.on(today)
        LightRule.objects.filter(is_applied=True).update(is_applied=False)
        LightRule.objects.filter(pk=rule.pk).update(is_applied=True)
        return sum(_rewrite(tasks, rule) for tasks in _unfinished())


def _in_force(today: dt.date) -> bool:
    rule = LightRule.objects.on(today)
    return rule.pk is None or rule.is_applied


def _unfinished() -> Iterator[list[Task]]:
    """Yield the tasks whose light can still turn, in chunks, locked."""
    rows = Task.objects.exclude(state__in=STANDING).select_for_update().order_by("pk")
    last = 0
    while tasks := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield tasks
        last = tasks[-1].pk


def _rewrite(tasks: list[Task], rule: LightRule) -> int:
    for task in tasks:
        set_turning_days(task, rule.thresholds)
    return int(Task.objects.bulk_update(tasks, ["yellow_from", "blue_from", "red_from"]))
