"""What comes before anything else: changing a one-time password, or one that is too old; then turning on the second factor, where it is asked for."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from departments.signing.policy import is_expired
from departments.signing.second_factor import is_missing

PASSWORD, FACTOR = "home:password", "home:second_factor"
ALWAYS_OPEN = {"home:logout", "home:session", "home:session_stay"}  # and how long the session holds, for those pages too


class FirstThingsMiddleware:
    """Lead whoever must do something first to the page on which it is done (domain.md, Who may do what)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Redirect, except from pages that are open to the world, from signing out and from the page itself."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        first, match = _first_thing(request), request.resolver_match
        if not first or (match and match.view_name in {first, *ALWAYS_OPEN}):
            return None
        request.led_elsewhere = True  # type: ignore[attr-defined]
        return redirect(first)


def was_led_elsewhere(request: HttpRequest) -> bool:
    """Say whether this request was not taken, since something else comes first."""
    return getattr(request, "led_elsewhere", False)


def _first_thing(request: Any) -> str:
    """Return the page that comes before anything else; an empty text where nothing does."""
    if must_change(request):
        return PASSWORD
    return FACTOR if is_missing(request.access, request.user) else ""


def must_change(request: Any) -> bool:
    """Say whether the password of this site with which somebody has signed in must be changed first; the directory's is changed there."""
    if request.session.get(BACKEND_SESSION_KEY) == settings.DIRECTORY_BACKEND:
        return False
    return request.user.must_change_password or is_expired(request.user, request.access.on)
