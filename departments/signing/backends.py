"""Who may sign in by password. Every refusal costs one run of the hasher, so that its time tells nothing about the account."""

from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from departments.models import User


class LockoutBackend(AxesStandaloneBackend):
    """Stop a locked account or address before any password is looked at: the right one is refused like a wrong one."""

    def authenticate(self, request: HttpRequest, username: str | None = None, password: str | None = None, **kwargs: Any) -> None:
        """Raise PermissionDenied while the lock holds.

        The page says so anyway, to everybody and for names that do not exist too. The hasher runs all the same: a lock that answered at
        once would be cheap to ask, and whoever measures would see when it ends.
        """
        try:
            super().authenticate(request, username=username, password=password, **kwargs)
        except AxesBackendPermissionDenied:
            make_password(password)
            raise


class AccountBackend(ModelBackend):
    """Accounts of this site. Django runs the hasher once for an unknown name, and for an account that has no password to compare with."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse disabled accounts and, on a site for real work, demo accounts: their password is no secret (contract.md, Demo accounts)."""
        account: User = user
        return bool(account.is_active) and not (settings.BEHIND_TLS and account.is_demo)
