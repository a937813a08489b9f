"""The sweep that seals, and who acts while a task of the worker runs."""

import logging
from typing import Any

from celery import shared_task, signals
from django.utils import timezone

from federation_tasks.audit import acting, chain

logger = logging.getLogger(__name__)
_running: dict[str, object] = {}


@shared_task
def seal() -> None:
    """Seal what was written since the last round. A lost message costs one round."""
    done = chain.seal_all(timezone.now())
    if done:
        # Whoever keeps the log elsewhere keeps the head: verify_audit --head finds a chain that was cut off behind it.
        logger.info("audit sealed %s rows, head %s", done, chain.head())


@signals.task_prerun.connect(dispatch_uid="audit task")
def task_begins(task_id: str, task: Any, **_: Any) -> None:
    """Let the system act, by the task's name, while a task runs."""
    _running[task_id] = acting.begin(acting.system(task.name, "task"))


@signals.task_postrun.connect(dispatch_uid="audit task")
def task_ends(task_id: str, **_: Any) -> None:
    """Return to nobody."""
    token = _running.pop(task_id, None)
    if token is not None:
        acting.end(token)
