"""The pages of tasks and extensions, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.extending import extension, extension_move, extension_new, extensions
from federation_tasks.supervision.views.reading import task, tasks

__all__ = ["extension", "extension_move", "extension_new", "extensions", "move", "task", "tasks", "update"]
