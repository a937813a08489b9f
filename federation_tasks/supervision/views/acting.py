"""What is posted from the page of a task: an update, or a move."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from departments.requests import SignedInRequest
from federation_tasks.plan.models import Task
from federation_tasks.supervision import agreeing
from federation_tasks.supervision.forms import UpdateForm
from federation_tasks.supervision.page import TaskPage, readable
from federation_tasks.supervision.updates import may_update, refusal_of_updates
from federation_tasks.workflow.forms import MoveForm, offered
from federation_tasks.workflow.moves import WrongState, table_of


@require_POST
def update(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a statement of progress to a task."""
    task = get_object_or_404(readable(request.access), pk=pk)
    if not may_update(task, request.access):
        raise PermissionDenied("您不能给这项任务登记进展。")
    if sentence := refusal_of_updates(task):
        raise WrongState(sentence, task)
    form = UpdateForm(task, request.access, request.POST, request.FILES)
    if not form.save():
        return _again(request, task, form)
    messages.success(request, f"已登记进展，现在进度是 {task.progress}%。")
    return redirect(task)


@require_POST
def move(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Make one of the moves that have a button."""
    task = get_object_or_404(readable(request.access), pk=pk)
    chosen = offered(table_of(task), name)
    form = MoveForm(chosen, task, request.access, request.POST, request.FILES)
    if not form.make():
        return _again(request, task, form)
    if form.row and form.row.move == "remark":
        messages.warning(request, agreeing.KEPT_OPEN)
        return redirect(task)
    messages.success(request, f"已{chosen.label}。")
    if form.row and form.row.facts.get("red_at_once"):
        messages.warning(request, f"到期日（{task.due:%Y-%m-%d}）没有变，所以任务一恢复就是逾期的。")
    return redirect(task)


def _again(request: SignedInRequest, task: Task, failed: UpdateForm | MoveForm) -> HttpResponse:
    """Show the page once more with what was typed and what is wrong with it."""
    return render(request, "supervision/task.html", {"page": TaskPage(task, request.access, failed)})
