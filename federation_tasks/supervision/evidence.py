"""Evidence (佐证材料): the files put to an update or to a claim, and who may read and take back one.

What is said of a task is read by everyone who reads the task, its evidence too. Evidence of a claim stays for good: a leader decides on
it. Evidence of an update can be taken back by the department that gave it as long as the task is being worked on: a wrong file, or one
with a person's data in it, must not have to stay; its name, and who took it back and why, do.
"""

from django.db.models import QuerySet

from departments.access import Access, Capability
from federation_tasks.files.owners import Owner, register
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.states import TaskState
from federation_tasks.supervision.models import InstructionDuty
from federation_tasks.supervision.updates import refusal_of_updates
from federation_tasks.workflow.evidence import TIED, register_rows
from federation_tasks.workflow.moves import WrongState


def register_owners() -> None:
    """Let updates, and the moves of tasks and of what is owed on instructions, own files."""
    register(ProgressUpdate, Owner(visible_updates, is_author, may_withdraw, lambda said: str(said.task.get_absolute_url())))
    register_rows(Task, Task.objects.visible_to)
    register_rows(InstructionDuty, InstructionDuty.objects.visible_to)


def visible_updates(access: Access) -> QuerySet[ProgressUpdate]:
    """Return the updates of the tasks that this person may read."""
    found: QuerySet[ProgressUpdate] = ProgressUpdate.objects.filter(task__in=Task.objects.visible_to(access).values("pk"))
    return found


def is_author(said: ProgressUpdate, access: Access) -> bool:
    """Say whether this person made the statement."""
    return said.author_id == access.user.pk


def may_withdraw(said: ProgressUpdate, access: Access) -> bool:
    """Say whether this person speaks for the department that made the statement; raise WrongState where the task stands still."""
    if not speaks_for(said, access):
        return False
    if is_tied(said.task):
        raise WrongState(TIED, said.task)
    return True


def speaks_for(said: ProgressUpdate, access: Access) -> bool:
    """Say whether this person may take back what the statement rests on: its author, while of the department, and its heads and clerks."""
    if access.may(Capability.UPDATE_TASKS, said.department_id):
        return True
    return said.author_id == access.user.pk and access.may(Capability.UPDATE_ASSIGNED_TASKS, said.department_id)


def is_tied(task: Task) -> bool:
    """Say whether the evidence of a task's updates stays as it is: a claim waits, or the task takes no updates any more."""
    return task.state == TaskState.CLAIMED or bool(refusal_of_updates(task))
