"""Appraisal (考核) counts by the original due date (domain.md, The lights): one rule with two faces, for a task on a day.

`overdue_by_original_on` is the rule for an object in memory, `overdue_by_original` the same for the database; a test walks states and
dates and finds them equal. It is the light's rule for red, with the original due date in the place of the present one, and with one
difference: what was carried over was not done in its period, and counts there as what it was when the period closed.
"""

import datetime as dt
from typing import Any

from django.db.models import F, Q

from federation_tasks.plan.states import UNFINISHED, TaskState

NOT_DONE = (*UNFINISHED, TaskState.CARRIED_OVER)  # what is suspended owes nothing

EXTENDED = Q(due__gt=F("original_due"))
DONE = Q(state=TaskState.COMPLETED)
DONE_LATE = DONE & Q(completed_on__gt=F("due"))
DONE_LATE_BY_ORIGINAL = DONE & Q(completed_on__gt=F("original_due"))


def overdue_by_original_on(task: Any, day: dt.date) -> bool:
    """Say whether a task is overdue on a day by its original due date. A claim that was made by then is in time until it is sent back."""
    if task.state not in NOT_DONE or day <= task.original_due:
        return False
    return task.claimed_on is None or task.claimed_on > task.original_due


def overdue_by_original(day: dt.date) -> Q:
    """Return the same rule as a condition over tasks."""
    not_claimed_in_time = Q(claimed_on__isnull=True) | Q(claimed_on__gt=F("original_due"))
    return Q(state__in=NOT_DONE, original_due__lt=day) & not_claimed_in_time
