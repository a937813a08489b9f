"""Passwords that are kept in the body's own directory (LDAP), where one is named: LDAP_URL.

The directory answers one question: is this the password? Accounts are made here, by the system administrator, and are found by their
user name; nothing that the directory says of a person is taken over. This module is read only where LDAP_URL is set: what it needs stands
in requirements-ldap.txt.
"""

import logging
from typing import Any

import ldap
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend, ldap_error
from django_auth_ldap.config import LDAPSearch

from departments.models import User, fold
from departments.signing.backends import AccountBackend

log = logging.getLogger(__name__)


class DirectoryBackend(LDAPBackend):
    """Accounts of this site whose password the directory knows. The package escapes what is typed, in names and in filters."""

    @property
    def default_settings(self) -> dict[str, Any]:
        """Return the package's settings, as ours say (environment.py)."""
        known = settings.DIRECTORY
        search = LDAPSearch(known["base"], ldap.SCOPE_SUBTREE, known["filter"], ["1.1"]) if "base" in known else None
        return {
            "SERVER_URI": known["url"],
            "START_TLS": known["starts_tls"],
            "CONNECTION_OPTIONS": _options(known["timeout"], known["ca_file"]),
            "USER_DN_TEMPLATE": known.get("template"),
            "USER_SEARCH": search,
            "BIND_DN": known.get("bind_dn", ""),
            "BIND_PASSWORD": known.get("bind_password", ""),
            "NO_NEW_USERS": True,
            "ALWAYS_UPDATE_USER": False,
        }

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any) -> User | None:
        """Return the account that has this name here, where the directory takes the password for that name.

        The directory is asked for names that nobody has here too, so that the time of an answer tells nothing.
        """
        return super().authenticate(request, username=fold(username or ""), password=password, **kwargs)

    def authenticate_ldap_user(self, ldap_user: Any, password: str) -> User | None:
        """Refuse whom the site refuses, whatever the directory says: disabled accounts, demo accounts on a site for real work."""
        account = super().authenticate_ldap_user(ldap_user, password)
        return account if account is not None and AccountBackend().user_can_authenticate(account) else None

    def get_user(self, user_id: Any) -> Any:
        """Return the account of a session, without asking the directory."""
        return AccountBackend().get_user(user_id)

    def get_group_permissions(self, user: Any, obj: Any = None) -> set[str]:
        """Return nothing: what a person may do is said here."""
        return set()


def _options(timeout: int, ca_file: str) -> dict[int, Any]:
    """Return how a connection behaves: it waits so many seconds, follows no referral and insists on the directory's certificate."""
    found: dict[int, Any] = {
        ldap.OPT_NETWORK_TIMEOUT: timeout,
        ldap.OPT_TIMEOUT: timeout,
        ldap.OPT_REFERRALS: 0,
        ldap.OPT_X_TLS_REQUIRE_CERT: ldap.OPT_X_TLS_DEMAND,
    }
    if ca_file:
        found[ldap.OPT_X_TLS_CACERTFILE] = ca_file
    return found | {ldap.OPT_X_TLS_NEWCTX: 0}  # last: it takes the others into use


@receiver(ldap_error, dispatch_uid="the directory does not answer")
def directory_failed(exception: Exception, **_: Any) -> None:
    """Say in the log that the directory could not be asked. The person reads what everybody reads whose password is wrong."""
    log.error("the directory could not be asked whether a password is right: %s", type(exception).__name__)
