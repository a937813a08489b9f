"""A move from a wrong state is answered with 409, the sentence, and everything that was typed (domain.md, Answers over HTTP)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from federation_tasks.workflow.moves import WrongState

NOT_TYPED = {"csrfmiddlewaretoken", "revision"}


class WrongStateMiddleware:
    """Turn WrongState, raised by any view, into the 409 page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for WrongState; leave everything else alone."""
        if not isinstance(exception, WrongState):
            return None
        typed = [value for name, value in request.POST.items() if name not in NOT_TYPED and len(str(value)) > 1]
        return render(request, "409.html", {"sentence": str(exception), "typed": typed}, status=409)
