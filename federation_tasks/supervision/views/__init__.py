"""The pages of tasks, instructions and urges, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.instructing import instruct
from federation_tasks.supervision.views.instructions import duty_move, instruction, instructions
from federation_tasks.supervision.views.reading import task, tasks
from federation_tasks.supervision.views.urging import move_urge, new_urge, sent_urges, urge, urges

__all__ = [
    "duty_move", "instruct", "instruction", "instructions", "move", "move_urge", "new_urge", "sent_urges", "task", "tasks", "update", "urge", "urges",
]  # fmt: skip
