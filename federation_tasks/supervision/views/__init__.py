"""The pages of tasks and instructions, and what is posted from them."""

from federation_tasks.supervision.views.acting import move, update
from federation_tasks.supervision.views.instructing import instruct
from federation_tasks.supervision.views.instructions import duty_move, instruction, instructions
from federation_tasks.supervision.views.reading import task, tasks

__all__ = ["duty_move", "instruct", "instruction", "instructions", "move", "task", "tasks", "update"]
