"""What keeps a session alive: what a person does, not what a page does by itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest

from departments.sessions.limits import sentence

View = TypeVar("View", bound=Callable[..., Any])

# Sent by app.js with its own requests. Leaving it out helps nobody: autosave's address is marked here, on the server, and what is not
# marked is what a person could open as well.
BY_THE_PAGE = "X-Sent-By-The-Page"
SIGN_IN_FIRST = "请先登录。"


def keeps_no_session_alive(view: View) -> View:
    """Mark a view that pages ask by themselves (autosave, a look at the clock): asking it does not move the idle limit."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    marked.keeps_session_alive = False  # type: ignore[attr-defined]
    return marked  # type: ignore[return-value]


def is_deliberate(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Say whether this request is something that a person did."""
    return getattr(view, "keeps_session_alive", True) and not sent_by_the_page(request)


def sent_by_the_page(request: HttpRequest) -> bool:
    """Say whether a page says that it sends this request by itself."""
    return BY_THE_PAGE in request.headers


def say_why(request: HttpRequest, more: str = "") -> None:
    """Let the next page say why the session is over, where there was one and a person is asking; and what else there is to know."""
    why = getattr(request.session, "why", None)
    if (why or more) and not sent_by_the_page(request):
        messages.info(request, (sentence(why) if why else SIGN_IN_FIRST) + more)
