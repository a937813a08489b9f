"""The pages of tasks, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.reading import task, tasks

__all__ = ["move", "task", "tasks", "update"]
