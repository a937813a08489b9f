"""What every request knows: the day, and what this person may do on it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from departments.access import Access
from departments.sessions.keeping import say_why


class SignedInMiddleware(LoginRequiredMiddleware):
    """Ask everyone to sign in, except where a view says that it is open; ask the clock once and put `request.access` there.

    Everything that depends on the day takes it from `request.access.on`, so that one answer never straddles midnight.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Put the person's rights of today on the request; nothing is read from the database until something is asked."""
        today = timezone.localdate()
        request.access = SimpleLazyObject(lambda: Access(request.user, today))  # type: ignore[attr-defined]
        request.acting.role = lambda: request.access.capacity  # type: ignore[attr-defined]

    def get_login_url(self, view_func: Any) -> str:
        """Send everyone to the site's one sign-in page, the admin's visitors too."""
        return resolve_url(settings.LOGIN_URL)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Lead to the sign-in page, which says why one is there again."""
        say_why(request)
        return super().handle_no_permission(request, view_func)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Let no browser or proxy keep a page, so that the next person at the same machine finds none.

        Static files do not come this way. A view that says otherwise itself is left alone.
        """
        response.headers.setdefault("Cache-Control", "no-store")
        return response
