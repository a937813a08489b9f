"""The secret that somebody is about to put on his telephone: in the session, on the server, sealed, until a first code has shown that it works."""

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from departments.signing import totp
from departments.signing.sealing import CannotBeRead, seal, unseal

ENROLLING = "enrolling"
LASTS = dt.timedelta(minutes=30)  # from the password that was asked for before it was shown


def begin(request: HttpRequest) -> None:
    """Make a secret and keep it for the person who is signed in here."""
    request.session[ENROLLING] = {"secret": seal(totp.new_secret()), "at": timezone.now().timestamp()}


def secret(request: HttpRequest) -> bytes | None:
    """Return the secret that is being put on the telephone; None where there is none, or where that began too long ago."""
    found = request.session.get(ENROLLING)
    if not found or timezone.now() >= dt.datetime.fromtimestamp(found["at"], dt.UTC) + LASTS:
        return None
    try:
        return unseal(found["secret"])
    except CannotBeRead:
        return None


def forget(request: HttpRequest) -> None:
    """Keep it no longer."""
    request.session.pop(ENROLLING, None)
