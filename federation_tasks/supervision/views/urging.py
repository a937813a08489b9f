"""Urging: the office's desk, the check before anything is sent, what was sent, and what is posted about one urge."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.supervision.chasing import urge_moves
from federation_tasks.supervision.desk import Desk
from federation_tasks.supervision.models import Urge, UrgeNotice
from federation_tasks.supervision.sent_urges import SentUrges, readable
from federation_tasks.supervision.stages import Stages
from federation_tasks.supervision.urge_forms import UrgeForm, UrgeMoveForm, asked_for, picked
from federation_tasks.workflow.forms import MoveForm, offered
from federation_tasks.workflow.moves import WrongState, table_of

NOTHING = "请先勾选要催的事，至少一件；要催整张表，就按表下面的“全部去催”。"


@require_safe
def urges(request: SignedInRequest) -> HttpResponse:
    """Show the office what can be urged; to everybody else who reads tasks, what was urged of their departments."""
    if not request.access.may(Capability.SUPERVISE):
        return sent_urges(request)
    return _desk(request)


def _desk(request: SignedInRequest, refusal: str = "") -> HttpResponse:
    desk = Desk(request.GET, request.access)
    if not desk.form.is_valid():
        return render(request, "supervision/urges.html", {"desk": desk, "errors": desk.form.summary}, status=404)
    errors = [(f"pick-{desk.first.key}" if desk.first else "main", refusal)] if refusal else []
    return render(request, "supervision/urges.html", {"desk": desk, "errors": errors})


@require_safe
def sent_urges(request: SignedInRequest) -> HttpResponse:
    """List the urges that were sent, with their state and answer."""
    if not request.access.may(Capability.READ_TASKS):
        raise PermissionDenied("您没有查看催办的权限。")
    found = SentUrges(request.access, request.GET.get("state", ""), request.GET.get("page", ""))
    return render(request, "supervision/urges_sent.html", {"list": found, "may_urge": request.access.may(Capability.SUPERVISE)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_urge(request: SignedInRequest) -> HttpResponse:
    """Show what is about to be urged, how strongly, and what the departments have had already; on a second post, send it."""
    if not request.access.may(Capability.SUPERVISE):
        raise PermissionDenied("只有办公室（督查）可以催办。")
    return _check(request) if request.method == "POST" else _ask(request)


def _ask(request: SignedInRequest) -> HttpResponse:
    """Begin with the one thing that a link names."""
    keys = asked_for(request.GET)
    if not keys:
        return redirect("supervision:urges")
    form = UrgeForm(keys, request.access)
    if not form.candidates:
        raise Http404
    if not form.left:
        one, why = form.refused[0]
        raise WrongState(why, one.thing if hasattr(one.thing, "get_absolute_url") else one.department)
    return render(request, "supervision/urge_new.html", {"form": form})


def _check(request: SignedInRequest) -> HttpResponse:
    keys = picked(request.POST)
    is_sending = "send" in request.POST
    form = UrgeForm(keys, request.access, request.POST if is_sending else None)
    if not form.candidates:
        return _desk(request, NOTHING)
    if is_sending and form.send() and form.notice:
        messages.success(request, _done(form.notice))
        return redirect("supervision:urges_sent")
    return render(request, "supervision/urge_new.html", {"form": form, "errors": form.summary})


def _done(notice: UrgeNotice) -> str:
    departments: dict[str, int] = {}
    for urge in notice.urges.select_related("department").order_by("pk"):
        departments[str(urge.department)] = departments.get(str(urge.department), 0) + 1
    each = "、".join(f"{name} {number} 件" for name, number in departments.items())
    return f"已催办 {sum(departments.values())} 件（{each}），部室的待办里已经看得到，邮件随后发给负责人。"


@require_safe
def urge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one urge: what it is about, the office's words, the answer, and what this person may do about it."""
    return _urge(request, get_object_or_404(readable(request.access), pk=pk))


@require_POST
def move_urge(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Answer an urge, or withdraw it."""
    found = get_object_or_404(readable(request.access), pk=pk)
    move = offered(table_of(found), name)
    form = UrgeMoveForm(move, found, request.access, request.POST)
    if not form.make():
        return _urge(request, found, form)
    messages.success(request, f"已{move.label}。")
    return redirect(found.task) if found.task else redirect("supervision:urge", found.pk)


def _urge(request: SignedInRequest, found: Urge, failed: MoveForm | None = None) -> HttpResponse:
    context = {"urge": found, "stages": Stages(), "moves": urge_moves(found, request.access, failed), "errors": failed.summary if failed else []}
    return render(request, "supervision/urge.html", context)
