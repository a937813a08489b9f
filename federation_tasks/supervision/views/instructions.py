"""Instructions are read: the list and the page of one; and what a department owes on one is moved."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from departments.requests import SignedInRequest
from federation_tasks.supervision import agreeing
from federation_tasks.supervision.instruction_filters import InstructionFilter
from federation_tasks.supervision.instruction_listing import InstructionList, sees_instructions
from federation_tasks.supervision.instruction_page import InstructionPage, within
from federation_tasks.supervision.models import InstructionDuty
from federation_tasks.workflow.forms import MoveForm, offered
from federation_tasks.workflow.moves import table_of


@require_safe
def instructions(request: SignedInRequest) -> HttpResponse:
    """List the instructions of one half-year. A condition that does not exist is answered with 404, its sentence and the ones that do."""
    if not sees_instructions(request.access):
        raise PermissionDenied("您没有查看明确要求的权限。")
    form = InstructionFilter(request.GET, request.access)
    if not form.is_valid():
        return render(request, "supervision/instructions.html", {"form": form, "errors": form.summary}, status=404)
    found = InstructionList(form, request.access, request.GET.get("page", ""))
    return render(request, "supervision/instructions.html", {"form": form, "list": found})


@require_safe
def instruction(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one instruction with what each department owes on it, and what this person may do about it."""
    return render(request, "supervision/instruction.html", {"page": InstructionPage(pk, request.access)})


@require_POST
def duty_move(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Make one of the moves that have a button on what a department owes."""
    duty = get_object_or_404(InstructionDuty.objects.visible_to(request.access).select_related("instruction__leader", "department", "period"), pk=pk)
    move = offered(table_of(duty), name)
    form = MoveForm(move, duty, request.access, request.POST, request.FILES, within=within(duty))
    if not form.make():
        return render(request, "supervision/instruction.html", {"page": InstructionPage(duty.instruction_id, request.access, form)})
    if form.row and form.row.move == "remark":
        messages.warning(request, agreeing.KEPT_OPEN)
    else:
        messages.success(request, f"{duty.department}：已{move.label}。")
    return redirect(duty)
