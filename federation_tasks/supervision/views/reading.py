"""Tasks are read: the list and the page of one."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.plan.lights import Lamps
from federation_tasks.supervision.filters import TaskFilter
from federation_tasks.supervision.listing import TaskList
from federation_tasks.supervision.page import TaskPage, readable
from federation_tasks.supervision.timeline import Timeline


@require_safe
def tasks(request: SignedInRequest) -> HttpResponse:
    """List the tasks of one half-year. A condition that does not exist is answered with 404, its sentence and the ones that do."""
    if not request.access.may(Capability.READ_TASKS):
        raise PermissionDenied("您没有查看任务的权限。")
    form = TaskFilter(request.GET, request.access)
    if not form.is_valid():
        form.offer_lights(Lamps(request.access.on))
        return render(request, "supervision/tasks.html", {"form": form, "errors": form.summary}, status=404)
    found = TaskList(form, request.access, request.GET.get("page", ""))
    form.offer_lights(found.lamps)
    return render(request, "supervision/tasks.html", {"form": form, "list": found})


@require_safe
def task(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one task with its timeline and what this person may do about it."""
    found = get_object_or_404(readable(request.access), pk=pk)
    timeline = Timeline(found, request.access, request.GET.get("show", ""), bool(request.GET.get("all")))
    return render(request, "supervision/task.html", {"page": TaskPage(found, request.access, timeline=timeline)})
