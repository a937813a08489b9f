"""One's own sessions: where one is signed in, ending them, and how long this one still holds."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from departments.requests import SignedInRequest
from departments.sessions.ending import end
from departments.sessions.keeping import keeps_no_session_alive
from departments.sessions.limits import Why, hours, minutes
from departments.sessions.models import Session, SessionQuerySet
from departments.sessions.store import SessionStore


@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """Show where this person is signed in."""
    here = _here(request)
    limits = {"idle": minutes(settings.SESSION_IDLE), "life": hours(settings.SESSION_LIFE), "most": settings.SESSIONS_PER_PERSON}
    return render(request, "home/sessions.html", {"here": here.pk, "sessions": list(_own(request))} | limits)


@require_POST
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """End one session elsewhere, or all but this one; this one ends by signing out."""
    elsewhere = _own(request).exclude(pk=_here(request).pk)
    one = request.POST.get("session", "")
    chosen = Session.objects.filter(pk__in=list((elsewhere.filter(pk=one) if one else elsewhere).values_list("pk", flat=True)))
    ended = end(chosen, request.user, Why.ELSEWHERE)
    messages.success(request, f"别处的登录已经结束，共 {ended} 处。" if ended else "那里的登录已经不在了，没有要结束的。")
    return redirect("home:sessions")


@require_safe
@keeps_no_session_alive
def clock(request: SignedInRequest) -> JsonResponse:
    """Say how long this session still holds, to the page that warns; asking does not lengthen it."""
    return _left(request)


@require_POST
def stay(request: SignedInRequest) -> JsonResponse:
    """Move the idle limit, for somebody who pressed the button."""
    now = timezone.now()
    _here(request).act(now, at_most_every=dt.timedelta())
    return _left(request)


def _left(request: SignedInRequest) -> JsonResponse:
    """Answer with the seconds left, whose session it is, and the token that its forms need now."""
    ends = _here(request).ends
    found = {"left": ends.left(timezone.now()) if ends else 0, "final": bool(ends and ends.is_final)}
    return JsonResponse(found | {"who": request.user.pk, "token": get_token(request)})


def _here(request: SignedInRequest) -> SessionStore:
    return request.session  # type: ignore[return-value]


def _own(request: SignedInRequest) -> SessionQuerySet:
    found: SessionQuerySet = Session.objects.live(timezone.now()).filter(user=request.user).order_by("-started_at", "pk")
    return found
