"""What somebody typed into a form that could not be taken: given back, so that nothing is lost."""

from django.http import HttpRequest

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
ADDED_BY_THE_FORM = {TOKEN, "revision", "next"}
SHORTEST_TEXT = 11  # characters; what is shorter is a choice, a number or a date, and not worth copying


def written(request: HttpRequest) -> list[str]:
    """Return the texts that a person wrote, for copying; never a password."""
    return [value for name, value in _sent(request) if name not in ADDED_BY_THE_FORM and not _is_secret(name) and len(value) >= SHORTEST_TEXT]


def to_send_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Return all that the form sent, but its token, as (name, value); nothing where a password was among it."""
    sent = [(name, value) for name, value in _sent(request) if name != TOKEN]
    return [] if any(_is_secret(name) for name, _ in sent) else sent


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]


def _is_secret(name: str) -> bool:
    return "password" in name
