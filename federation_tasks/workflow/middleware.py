"""A move from a wrong state is answered with 409, the sentence, and everything that was typed (domain.md, Answers over HTTP)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from federation_tasks.audit import trail
from federation_tasks.files.forms import KEPT
from federation_tasks.workflow.moves import WrongState

NEVER_SHOWN = {"csrfmiddlewaretoken", "revision", "page", "whole", "undecided"}
WORTH_COPYING = 2  # characters or more: a reason can be short, a state of a check box is one letter


class WrongStateMiddleware:
    """Turn WrongState, raised by any view, into the 409 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for WrongState; leave everything else alone."""
        if not isinstance(exception, WrongState):
            return None
        trail.because(exception)
        return render(request, "409.html", {"sentence": str(exception), "typed": written(request), "back": page_of(exception.thing)}, status=409)


def written(request: HttpRequest) -> list[str]:
    """Return the texts that somebody wrote into the form that was refused."""
    values = (str(value) for name, values in request.POST.lists() if name not in NEVER_SHOWN and not name.endswith(KEPT) for value in values)
    return [value for value in values if len(value) >= WORTH_COPYING]


def page_of(thing: Any) -> str:
    """Return the address where the thing's present state is seen; empty where it has no page."""
    return str(thing.get_absolute_url()) if hasattr(thing, "get_absolute_url") else ""
