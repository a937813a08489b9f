"""A sign-in that is half done: the password was right, the code is still to come.

It stands in the session of the browser that sent the password, opens nothing, and lapses after five minutes. What could be different by
then is asked again at the end: the account, its password, its second factor.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth import load_backend
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from departments.models import User
from departments.signing.models import SecondFactor
from departments.signing.second_factor import factor_of

PENDING = "pending sign-in"
LASTS = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Pending:
    """Whose it is, by which backend, since when (seconds since 1970), and what the person asked for on the first page."""

    user: int
    backend: str
    proof: str  # of the password that was right; another one since then makes it void
    at: float
    remember: bool
    next: str

    @property
    def has_lapsed(self) -> bool:
        """Say whether the five minutes are over."""
        return timezone.now() >= dt.datetime.fromtimestamp(self.at, dt.UTC) + LASTS


def begin(request: HttpRequest, user: Any, remember: bool, then: str) -> None:
    """Keep a sign-in until the code has come. The session gets a new key: whoever knew the old one has no part in this."""
    request.session.cycle_key()
    found = Pending(user.pk, user.backend, user.get_session_auth_hash(), timezone.now().timestamp(), remember, then)
    request.session[PENDING] = asdict(found)


def pending(request: HttpRequest) -> Pending | None:
    """Return the sign-in that is half done in this browser, lapsed or not."""
    found = request.session.get(PENDING)
    return Pending(**found) if found else None


def forget(request: HttpRequest) -> None:
    """Keep it no longer."""
    request.session.pop(PENDING, None)


def whose(found: Pending) -> tuple[User, SecondFactor] | None:
    """Return the account and its second factor; None where it lapsed, or where the account may not sign in so any more."""
    user: Any = load_backend(found.backend).get_user(found.user)
    if found.has_lapsed or user is None or not constant_time_compare(found.proof, user.get_session_auth_hash()):
        return None
    factor = factor_of(user)
    user.backend = found.backend
    return (user, factor) if factor else None
