"""What somebody typed whose session was over: kept here until the same person has signed in again (nothing typed is ever lost).

It stands in the session of the browser that sent it, so that no other browser can reach it; it belongs to the account that was signed
in there last, so that nobody else who signs in at the same machine sees anything of it.
"""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as WHO
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from departments.models import User
from federation_tasks.home.typed import Fields, is_added, page_before, texts, to_send_again

KEPT = "kept"
MOST_BYTES = 1024 * 1024  # of all that one browser keeps
MOST_FORMS = 10
SALT = "federation_tasks.home.kept"


@dataclass(frozen=True)
class Form:
    """One form that was sent and not taken."""

    id: str
    owner: int
    path: str
    back: str
    fields: Fields
    files: bool
    at: float  # seconds since 1970

    @property
    def until(self) -> dt.datetime:
        """Return when it lapses."""
        return dt.datetime.fromtimestamp(self.at, dt.UTC) + settings.SESSION_REMAINS

    @property
    def sent_at(self) -> dt.datetime:
        """Return when it was sent."""
        return dt.datetime.fromtimestamp(self.at, dt.UTC)

    @property
    def name(self) -> str:
        """Return what tells it from the others on a page, for the ear."""
        return f"{timezone.localtime(self.sent_at):%H:%M} 写的"

    @property
    def texts(self) -> list[str]:
        """Return what a person wrote in it, for reading and copying."""
        return texts(self.fields)

    def is_same(self, path: str, fields: Fields) -> bool:
        """Say whether this is the form that was sent there with these fields."""
        return self.path == path and _in_one_way(self.fields) == _in_one_way(fields)


def keep(request: HttpRequest, owner: int) -> bool | None:
    """Keep what was sent, for this account; passwords and codes never. Returns False where it is too much, None where it is nothing."""
    fields = to_send_again(request)
    if not _says_something(fields):
        return None
    form = Form(get_random_string(12), owner, request.get_full_path(), page_before(request), fields, bool(request.FILES), timezone.now().timestamp())
    others = [other for other in _all(request) if other.owner == owner and not other.is_same(form.path, fields)]
    found = [*others, form]
    if len(found) > MOST_FORMS or len(json.dumps([asdict(one) for one in found])) > MOST_BYTES:
        return False
    _write(request, found)
    return True


def kept_for(request: HttpRequest) -> list[Form]:
    """Return what is kept for the person who is signed in, oldest first."""
    return [form for form in _all(request) if form.owner == request.user.pk]


def drop(request: HttpRequest, form_id: str) -> None:
    """Keep one form no longer."""
    _write(request, [form for form in _all(request) if form.id != form_id])


def drop_sent(request: HttpRequest) -> None:
    """Keep no longer what has now been sent again as it was."""
    fields = to_send_again(request)
    found = _all(request)
    rest = [form for form in found if not form.is_same(request.get_full_path(), fields)]
    if len(rest) < len(found):
        _write(request, rest)


@receiver(user_logged_in, dispatch_uid="kept for one person alone")
def only_for_its_owner(request: HttpRequest, user: User, **_: Any) -> None:
    """Destroy what belongs to somebody else than the one who signs in."""
    found = _all(request)
    own = [form for form in found if form.owner == user.pk]
    if len(own) < len(found):
        _write(request, own)


def _says_something(fields: Fields) -> bool:
    """Say whether there is anything in a form but what the page itself had put there."""
    return any(value.strip() for name, value in fields if not is_added(name))


def _in_one_way(fields: Fields) -> Fields:
    return [(name, value.replace("\r\n", "\n")) for name, value in fields]


def _all(request: HttpRequest) -> list[Form]:
    found = [Form(**(values | {"fields": [(name, value) for name, value in values["fields"]]})) for values in request.session.get(KEPT, [])]
    return [form for form in found if form.until > timezone.now()]


def _write(request: HttpRequest, forms: list[Form]) -> None:
    if forms:
        request.session[KEPT] = [asdict(form) for form in forms]
    else:
        request.session.pop(KEPT, None)


# --- Whose browser this is -------------------------------------------------------------------------------------------


def whose(request: HttpRequest) -> int | None:
    """Return the account that was signed in last in this browser: by its ended session, else by a signed cookie; None where nobody was."""
    ended: int | None = getattr(request.session, "whose", None)
    return ended or _named(request)


def remember_whose(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser remember, beyond the session, which account was signed in last. The cookie opens nothing."""
    who = request.session.get(WHO) if request.session.accessed else None
    if who is None or int(who) == _named(request):
        return
    response.set_signed_cookie(
        settings.WHOSE_COOKIE_NAME,
        who,
        salt=SALT,
        max_age=settings.SESSION_LIFE + settings.SESSION_REMAINS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _named(request: HttpRequest) -> int | None:
    value = request.get_signed_cookie(settings.WHOSE_COOKIE_NAME, default="", salt=SALT, max_age=settings.SESSION_LIFE + settings.SESSION_REMAINS)
    return int(value) if value else None
