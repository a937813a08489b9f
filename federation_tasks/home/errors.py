"""What someone sees when a request cannot be answered: a sentence, nothing lost, and a way on."""

import logging
import secrets
import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from federation_tasks.home.typed import page_before, to_send_again, written

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 without reading session or database: the request may be broken before either is known."""
    return HttpResponse(render_to_string("400.html", _names()), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the sentence of the refusal and the text that was typed."""
    return render(request, "403.html", {"sentence": str(exception), "typed": written(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, with the text that was typed: what it was typed for may have been deleted meanwhile."""
    return render(request, "404.html", {"typed": written(request)}, status=404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 where the form's token is not the browser's any more, mostly after a sign-in in another window.

    The same form can be sent again with a fresh token, but only where the browser says that it came from this very site: another
    site's form must not become valid by one press of a button.
    """
    again = to_send_again(request) if _came_from_here(request) else []
    known = {"typed": written(request), "again": again, "files": bool(request.FILES), "back": page_before(request)}
    return render(request, "403_csrf.html", known, status=403)


def too_much_to_keep(request: HttpRequest) -> HttpResponse:
    """Answer 403 where the session was over and more was sent than is kept on the server: then the page itself holds it."""
    known = {"typed": written(request), "again": to_send_again(request), "files": bool(request.FILES), "back": page_before(request), "is_signed_out": True}
    return render(request, "403_csrf.html", known, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a file that needs no database: with a number that stands in the log beside the traceback, and with what was typed."""
    number = reference()
    logger.error("%s: %s %s", number, request.method, request.path, exc_info=sys.exc_info())
    answer = HttpResponse(render_to_string("500.html", _names() | {"reference": number, "typed": _typed(request)}), status=500)
    add_never_cache_headers(answer)
    return answer


def _typed(request: HttpRequest) -> list[str]:
    """Return what was typed, as far as the form was read before whatever went wrong."""
    try:
        return written(request)
    except Exception:  # the page must come, whatever the form is like
        return []


def reference() -> str:
    """Return a number that can be read out over the telephone: the day, and six random digits."""
    return f"E-{timezone.localdate():%m%d}-{secrets.randbelow(10**6):06}"


def _names() -> dict[str, str]:
    return {"federation_name": settings.FEDERATION_NAME, "product_name": settings.PRODUCT_NAME}


def _came_from_here(request: HttpRequest) -> bool:
    """Say whether the browser names this site as the origin of the form."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
