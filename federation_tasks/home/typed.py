"""What somebody typed into a form that could not be taken: given back, so that nothing is lost."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from departments.merging import SEEN, UNDECIDED

Fields = list[tuple[str, str]]

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
ADDED_BY_THE_FORM = {TOKEN, "revision", "next", "page", "whole", SEEN, UNDECIDED}
SHORTEST_TEXT = 11  # characters; what is shorter is a choice, a number or a date, and not worth copying
SECRETS = ("password", "otp", "secret")


def written(request: HttpRequest) -> list[str]:
    """Return the texts that a person wrote, for copying; never a password."""
    return texts(_sent(request))


def texts(fields: Fields) -> list[str]:
    """Return those of the fields that a person wrote, for copying; never a password."""
    return [value for name, value in fields if not is_added(name) and not _is_secret(name) and len(value) >= SHORTEST_TEXT]


def is_added(name: str) -> bool:
    """Say whether a field was filled in by the form itself; what the admin's rows carry along has the row's prefix."""
    return name in ADDED_BY_THE_FORM or name.endswith((f"-{SEEN}", f"-{UNDECIDED}"))


def to_send_again(request: HttpRequest) -> Fields:
    """Return all that the form sent, but its token, as (name, value); nothing where a password or a code was among it."""
    sent = [(name, value) for name, value in _sent(request) if name != TOKEN]
    return [] if any(_is_secret(name) for name, _ in sent) else sent


def page_before(request: HttpRequest) -> str:
    """Return the address of the page that held the form, as the browser names it; else the one that the form was sent to."""
    before = request.headers.get("Referer", "")
    return before if url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()) else request.get_full_path()


def _sent(request: HttpRequest) -> Fields:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRETS)
