"""The pages of tasks, extensions, instructions and urges, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.extending import extension, extension_move, extension_new, extensions
from federation_tasks.supervision.views.instructing import instruct
from federation_tasks.supervision.views.instructions import duty_move, instruction, instructions
from federation_tasks.supervision.views.reading import task, tasks
from federation_tasks.supervision.views.urging import move_urge, new_urge, sent_urges, urge, urges

__all__ = [
    "duty_move", "extension", "extension_move", "extension_new", "extensions", "instruct", "instruction", "instructions", "move", "move_urge", "new_urge",
    "sent_urges", "task", "tasks", "update", "urge", "urges",
]  # fmt: skip
