"""The pages of tasks and of urges, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.reading import task, tasks
from federation_tasks.supervision.views.urging import move_urge, new_urge, sent_urges, urge, urges

__all__ = ["move", "move_urge", "new_urge", "sent_urges", "task", "tasks", "update", "urge", "urges"]
