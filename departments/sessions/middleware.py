"""What requests do to the session: an act of a person moves the idle limit, what a page sends by itself moves nothing."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.contrib.sessions import middleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from departments.sessions.keeping import is_deliberate, sent_by_the_page

log = logging.getLogger(__name__)
A_MINUTE = dt.timedelta(minutes=1)


class SessionMiddleware(middleware.SessionMiddleware):
    """Django's, but what a page asks by itself takes no cookie away: the person's next act is still told why the session is over."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave the cookie of a session that is over to the next request that a person makes."""
        if sent_by_the_page(request) and request.session.is_empty():
            return response
        return super().process_response(request, response)


class DeliberateActsMiddleware:
    """Note the time of the last deliberate act, at most once a minute: reading stays reading, and takes SQLite's one write lock no oftener."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:  # noqa: D102
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        """Note it before the answer is made, so that the page shows the new limit."""
        if not request.user.is_authenticated or not is_deliberate(request, view):
            return
        try:
            request.session.act(timezone.now(), at_most_every=A_MINUTE)  # type: ignore[attr-defined]
        except OperationalError:
            # A page that can be read must not fail because a time cannot be written; the limit then comes earlier, never later.
            log.warning("the time of an act could not be noted", exc_info=True)
