"""The states of a task's life (domain.md, A task's life). The moves between them are rows in supervision/moves.py."""

from django.db import models


class TaskState(models.TextChoices):
    """Where a task is in its life."""

    ASSIGNED = "assigned", "已下达"
    ACKNOWLEDGED = "acknowledged", "已签收"
    IN_PROGRESS = "in_progress", "办理中"
    CLAIMED = "claimed", "待核"
    COMPLETED = "completed", "已办结"
    SUSPENDED = "suspended", "中止"
    CARRIED_OVER = "carried_over", "已结转"


# Being worked on: what an update may be added to, what a report has an item for unless suspended, what is carried over.
UNFINISHED = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS, TaskState.CLAIMED)
# Waiting for somebody's word: the department's acknowledgement, or a leader's confirmation.
WAITING = (TaskState.ASSIGNED, TaskState.CLAIMED)
OUT_OF_COUNT = (TaskState.SUSPENDED, TaskState.CARRIED_OVER)
