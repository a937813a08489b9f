"""Extensions (延期): the list of a half-year, the page of one task's, and what is posted from it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Task
from federation_tasks.supervision.deciding import who_decides
from federation_tasks.supervision.extension_filters import ExtensionFilter
from federation_tasks.supervision.extension_listing import ExtensionList
from federation_tasks.supervision.extension_page import ExtensionPage
from federation_tasks.supervision.models import Extension
from federation_tasks.supervision.moves import EXTENSION_MOVES
from federation_tasks.supervision.page import readable
from federation_tasks.workflow.forms import MoveForm, offered
from federation_tasks.workflow.moves import NEW


@require_safe
def extensions(request: SignedInRequest) -> HttpResponse:
    """List the extensions of one half-year. A condition that does not exist is answered with 404, its sentence and the ones that do."""
    if not request.access.may(Capability.READ_TASKS):
        raise PermissionDenied("您没有查看延期的权限。")
    form = ExtensionFilter(request.GET, request.access)
    if not form.is_valid():
        return render(request, "supervision/extensions.html", {"form": form, "errors": form.summary}, status=404)
    found = ExtensionList(form, request.access, request.GET.get("page", ""))
    return render(request, "supervision/extensions.html", {"form": form, "list": found})


@require_safe
def extension(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the extensions of one task, with what this person may ask, grant or decide now."""
    task = get_object_or_404(readable(request.access), pk=pk)
    return _page(request, task)


@require_POST
def extension_new(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Ask for an extension of a task, or grant one unasked."""
    task = get_object_or_404(readable(request.access), pk=pk)
    return _make(request, Extension(task=task), name)


@require_POST
def extension_move(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Decide on an extension that was asked for, or withdraw it."""
    found = get_object_or_404(Extension.objects.visible_to(request.access).select_related("asked_by"), pk=pk)
    found.task = get_object_or_404(readable(request.access), pk=found.task_id)
    return _make(request, found, name)


def _make(request: SignedInRequest, thing: Extension, name: str) -> HttpResponse:
    """Make one of the moves that have a button and that begin here: those of what is new, or those of what is there."""
    move = offered(EXTENSION_MOVES, name)
    if (NEW in move.sources) != thing._state.adding:
        raise Http404
    form = MoveForm(move, thing, request.access, request.POST)
    if not form.make():
        return _page(request, thing.task, form)
    messages.success(request, _done(request, name, thing))
    return redirect(thing.task)


def _done(request: SignedInRequest, name: str, thing: Extension) -> str:
    """Return what was done, and which date counts now."""
    task = Task.objects.select_related("department").get(pk=thing.task_id)
    counts = f"到期日仍是 {task.due:%Y-%m-%d}"
    if name == "ask":
        return f"已申请延到 {thing.asked_due:%Y-%m-%d}，由{who_decides(task.department, request.access.on)}审定；同意以前，{counts}。"
    if name in ("grant", "approve"):
        return f"已延到 {task.due:%Y-%m-%d}，从今天起按这个日期算；原定 {task.original_due:%Y-%m-%d}，考核按原定日期。"
    return f"{'已撤回延期申请' if name == 'withdraw' else '已答复不同意延期'}，{counts}。"


def _page(request: SignedInRequest, task: Task, failed: MoveForm | None = None) -> HttpResponse:
    return render(request, "supervision/extension.html", {"page": ExtensionPage(task, request.access, failed)})
