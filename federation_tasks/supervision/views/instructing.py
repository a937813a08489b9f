"""A leader gives instructions: the paragraph, its sentences for correction, and then they are given, once."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.supervision.giving import NONE_OPEN, NOT_A_LEADER, Given, Wanted, give
from federation_tasks.supervision.instructing import Giver, ParagraphForm, Sheet
from federation_tasks.supervision.origins import origin_of
from federation_tasks.workflow.moves import WrongState


@require_http_methods(["GET", "HEAD", "POST"])
def instruct(request: SignedInRequest) -> HttpResponse:
    """Show the form; take the paragraph, a further row, or the confirmed sentences."""
    if not request.access.may(Capability.DECIDE):
        raise PermissionDenied(NOT_A_LEADER)
    giver = Giver(request.access, origin_of(request.GET, request.access))
    if request.method != "POST":
        return _paragraph(request, ParagraphForm(giver))
    if giver.period is None:
        raise WrongState(NONE_OPEN)
    step = request.POST.get("step", "")
    return _confirm(request, giver, step) if step in {"give", "grow"} else _take_apart(request, giver)


def _paragraph(request: SignedInRequest, form: ParagraphForm) -> HttpResponse:
    sentence = "" if form.giver.period else NONE_OPEN
    return render(request, "supervision/instruct.html", {"form": form, "giver": form.giver, "refusal": sentence})


def _sheet(request: SignedInRequest, sheet: Sheet) -> HttpResponse:
    return render(request, "supervision/instruct_check.html", {"sheet": sheet, "giver": sheet.giver})


def _take_apart(request: SignedInRequest, giver: Giver) -> HttpResponse:
    """Show the sentences of a paragraph for correction; give a single one at once."""
    form = ParagraphForm(giver, request.POST)
    if not form.is_valid():
        return _paragraph(request, form)
    sheet = Sheet.of(form)
    return _give(request, giver, form.wanted, sheet.batch) if form.needs_no_check else _sheet(request, sheet)


def _confirm(request: SignedInRequest, giver: Giver, step: str) -> HttpResponse:
    """Give what was confirmed; show it again where another row was asked for, or where something is wrong."""
    sheet = Sheet.sent(giver, request.POST)
    if not sheet.rows:
        return _take_apart(request, giver)
    if step == "grow":
        sheet.grow()
        return _sheet(request, sheet)
    return _give(request, giver, sheet.wanted, sheet.batch) if sheet.is_valid() else _sheet(request, sheet)


def _give(request: SignedInRequest, giver: Giver, wanted: list[Wanted], batch: UUID) -> HttpResponse:
    """Give them and lead to where they are read."""
    given = give(wanted, giver.origin, batch, request.access)
    if given.is_repeated:
        messages.info(request, f"{_numbers(given)}刚才已经提出，没有重复提出。要提新的，请再打开“提出明确要求”。")
    else:
        messages.success(request, f"已提出{_numbers(given)}，单位在待办里就能看到。")
    if len(given.instructions) == 1:
        return redirect(given.instructions[0])
    return redirect(f"{reverse('supervision:instructions')}?period={given.instructions[0].period.code}")


def _numbers(given: Given) -> str:
    """Return which they are, such as 2026年下半年第 5 至 7 号要求."""
    first, last = given.instructions[0], given.instructions[-1]
    return str(first) if first == last else f"{first.period}第 {first.number} 至 {last.number} 号要求"
