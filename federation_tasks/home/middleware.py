"""Give a sentence to answers that Django leaves empty."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from federation_tasks.home.typed import written


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
