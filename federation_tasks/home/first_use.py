"""A one-time password, and one that is too old, open nothing but the page on which it is changed (domain.md, Who may do what)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from departments.signing.policy import is_expired

OPEN_TO_HOLDERS = {"home:password", "home:logout"}


class OneTimePasswordMiddleware:
    """Lead whoever signed in with a one-time password, or has an old one, to changing it, before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Redirect, except from pages that are open to the world and from the change itself."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated or not self._must_change(request):
            return None
        match = request.resolver_match
        return None if match and match.view_name in OPEN_TO_HOLDERS else redirect("home:password")

    @staticmethod
    def _must_change(request: Any) -> bool:
        return request.user.must_change_password or is_expired(request.user, request.access.on)
