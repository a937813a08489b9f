"""The tables of moves of all that supervision moves: tasks, extensions, instructions and urges."""

from federation_tasks.supervision.moves.extensions import EXTENSION_MOVES
from federation_tasks.supervision.moves.instructions import DUTY_MOVES
from federation_tasks.supervision.moves.tasks import TASK_MOVES
from federation_tasks.supervision.moves.urges import URGE_MOVES

__all__ = ["DUTY_MOVES", "EXTENSION_MOVES", "TASK_MOVES", "URGE_MOVES"]
