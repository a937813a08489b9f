"""Asking a person who is known already for a secret: a wrong one counts like one at the sign-in page.

Whoever finds an open session, or has found out a password, must not guess the rest.
"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.contrib.auth import load_backend
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from departments.models import User
from departments.signing.lockout import failed, lock_met, lock_on, refuse_here

Answer = TypeVar("Answer")


def counted(request: HttpRequest, user: User, check: Callable[[], Answer]) -> Answer:
    """Return what `check` returns. Where it raises ValidationError, that is a failure of this person's and of this address.

    Raises ValidationError with the lock's sentence while a lock holds, without checking, and where this failure sets one off.
    """
    if lock := lock_on(request, user.username):
        refuse_here(request)
        raise ValidationError(lock.sentence)
    try:
        return check()
    except ValidationError as refused:
        failed(request, user.username)
        lock = lock_met(request)
        raise ValidationError(lock.sentence if lock else refused.messages) from None


def refuse_wrong_password(request: HttpRequest, user: User, typed: str) -> None:
    """Raise ValidationError where this is not the person's password: the one of this site, or the directory's."""
    if not (user.check_password(typed) or _directory_takes(request, user, typed)):
        raise ValidationError("现在的密码不对，请重新填写。")


def _directory_takes(request: HttpRequest, user: User, typed: str) -> bool:
    if not settings.DIRECTORY:
        return False
    return load_backend(settings.DIRECTORY_BACKEND).authenticate(request, username=user.username, password=typed) == user
