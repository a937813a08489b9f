"""Give a sentence to answers that Django leaves empty, and keep what was typed when the session was over."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url

from departments.sessions.keeping import say_why, sent_by_the_page
from federation_tasks.home import kept
from federation_tasks.home.errors import too_much_to_keep
from federation_tasks.home.first_use import was_led_elsewhere
from federation_tasks.home.typed import page_before, written

KEPT_FOR_YOU = "您刚才写的已经替您保留，登录后可以接着提交。"
TAKEN = {200, 302, 409}  # a page shows the text again, or it was saved


class IsolationMiddleware:
    """Keep other sites from taking our pages and files into theirs, and our pages from using anything of the machine (ASVS 3.4, 3.5.8).

    Django has no setting for these three headers.
    """

    headers = {
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=()",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class WrongMethodMiddleware:
    """Answer 405 with a page: mostly somebody who opened the address of a button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Fill an empty 405; pass everything else on."""
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", {"typed": written(request)}, status=405)
        page["Allow"] = response["Allow"]
        return page


class KeepTypedMiddleware:
    """Keep what somebody sent whose session was over, and lead to the sign-in page; forget it once it was sent again.

    Stands before SignedInMiddleware, which would lead there and forget it, and after the check of the token: what another site sends is
    not kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; then tidy up."""
        response = self.get_response(request)
        if request.session.accessed:
            if _was_taken(request, response):
                kept.drop_sent(request)
            kept.remember_whose(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Keep a form that arrives without a session, for whoever was signed in here last."""
        if request.method != "POST" or not getattr(view, "login_required", True) or sent_by_the_page(request) or request.user.is_authenticated:
            return None
        owner = kept.whose(request)
        if owner is not None:
            is_kept = kept.keep(request, owner)
            if is_kept is False:
                return too_much_to_keep(request)
            say_why(request, KEPT_FOR_YOU if is_kept else "")
        before = urlsplit(page_before(request))
        return redirect_to_login(before._replace(scheme="", netloc="").geturl(), resolve_url(settings.LOGIN_URL))


def _was_taken(request: HttpRequest, response: HttpResponse) -> bool:
    if request.method != "POST" or response.status_code not in TAKEN or kept.KEPT not in request.session:
        return False
    return request.user.is_authenticated and not was_led_elsewhere(request)
