"""Who signed in, who signed out, and who tried to."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from federation_tasks.audit import acting, trail

NO_SUCH_ACCOUNT = "不存在的账号"


@receiver(user_logged_in, dispatch_uid="audit signed in")
def signed_in(user: Any, **_: Any) -> None:
    """Write that somebody signed in."""
    with transaction.atomic(), acting.as_person(user):
        trail.record(trail.Action.SIGN_IN, user, after={"signed_in": True})


@receiver(user_logged_out, dispatch_uid="audit signed out")
def signed_out(user: Any, **_: Any) -> None:
    """Write that somebody signed out."""
    if user is not None:
        with transaction.atomic(), acting.as_person(user):
            trail.record(trail.Action.SIGN_OUT, user, after={"signed_in": False})


@receiver(user_login_failed, dispatch_uid="audit sign-in failed")
def sign_in_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Write that somebody could not sign in: by name where there is such an account, else by a fingerprint of what was typed."""
    accounts: Any = get_user_model()
    typed = str(credentials.get(accounts.USERNAME_FIELD) or "")
    try:
        found = accounts._default_manager.get_by_natural_key(typed)
    except accounts.DoesNotExist:
        found = None
    with transaction.atomic():
        trail.record(
            trail.Action.SIGN_IN_FAILED,
            found,
            kind=trail.kind_of(accounts),
            name="" if found else f"{NO_SUCH_ACCOUNT} {fingerprint(typed)}",
            after={"signed_in": False},
            result=trail.Result.REFUSED,
            reason="用户名或口令不对",
        )


def fingerprint(typed: str) -> str:
    """Return a mark by which two tries with the same name are known to be the same, and nothing else.

    People type their password into the field of the user name: what was typed must not be found again from what is kept.
    """
    return hmac.new(settings.SECRET_KEY.encode(), f"audit:{typed}".encode(), hashlib.sha256).hexdigest()[:8]
