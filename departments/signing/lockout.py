"""The lockout: an account after 5 failures, an address after 50, each for half an hour.

axes has one limit for whatever it counts, and forgets an address's failures when one person behind it signs in. This handler keeps two
counters in axes' own table instead: a row for a user name in its folded form, and a row for an address. They stand in the database,
because the cache of one process does not know what another has counted.

* A failure counts for the name and for the address, whether the name exists or not.
* While a lock holds nothing counts, so that knocking does not lengthen it. When it has run out, counting begins anew: it takes five
  failures, not one, to lock the person again.
* Failures further apart than half an hour do not add up.
* Tries that hardly meet are each judged by what stood there before: whoever sends many at once gets as many as the server works on at
  the same time.
* Signing in ends the account's count and leaves the address's.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from departments.models import User, fold
from departments.signing.models import ACCOUNT, ADDRESS, NOT_A_NAME, Lockout
from federation_tasks.audit.trail import Action, record

KIND = "登录锁定"
TOO_MANY = 429  # the status of every answer to whoever is locked out, whatever was typed


@dataclass(frozen=True)
class Lock:
    """A lock that holds: of an account or of an address, until a moment."""

    kind: str
    until: dt.datetime

    @property
    def sentence(self) -> str:
        """Return what is said to whoever meets it; the same whether the account exists or not."""
        whose = "这个用户名" if self.kind == ACCOUNT else "您这个网络地址"
        minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
        return (
            f"登录失败的次数太多，{whose}暂停登录 {minutes} 分钟，{timezone.localtime(self.until):%H:%M} 以后再试。"
            "急着用，或者怀疑有人在试您的密码，请找安全管理员核对身份后解锁。"
        )


def username_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the one form of the user name that is tried: for axes.

    In the place of a name that nobody has stands a mark: people type their password into the field of the user name, and it must not
    be read again from the counter.
    """
    typed = fold(str((credentials or {}).get("username") or ""))
    if User.objects.filter(username=typed).exists():
        return typed
    return NOT_A_NAME + salted_hmac("departments.signing.lockout", typed).hexdigest()[:12]


def lock_on(request: HttpRequest, username: str) -> Lock | None:
    """Return the lock that keeps this name, or this request's address, out now."""
    AxesProxyHandler.is_locked(request, {"username": username})
    return lock_met(request)


def lock_met(request: HttpRequest | None) -> Lock | None:
    """Return the lock that a sign-in of this request ran into or set off."""
    return getattr(request, "lock", None)


def refuse_here(request: HttpRequest) -> None:
    """Give this request's answer the status of a lock."""
    request.axes_locked_out = True  # type: ignore[attr-defined]


def failed(request: HttpRequest, username: str) -> None:
    """Count one failure besides those of the sign-in page: a wrong code, a wrong old password."""
    AxesProxyHandler.user_login_failed("signing", {"username": username}, request)


def unlock(lock: Lockout, reason: str) -> None:
    """Let in whom a lock keeps out, before its time."""
    with transaction.atomic():
        record(Action.UNLOCK, name=str(lock), kind=KIND, before={"failures": lock.failures_since_start, "until": lock.until}, reason=reason)
        Lockout.objects.filter(pk=lock.pk).delete()


def refuse(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None) -> HttpResponse:
    """Give the page that the view has made the status of a lock: for axes' middleware. What was typed stays on it."""
    response.status_code = TOO_MANY
    return response


def forget_expired(now: dt.datetime) -> int:
    """Delete the counters that count no more at this moment; return how many."""
    return Lockout.objects.filter(attempt_time__lte=now - settings.AXES_COOLOFF_TIME).delete()[0]


class LockoutHandler(AxesDatabaseHandler):
    """What axes asks before a sign-in, and tells after one."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Say whether the name or the address is locked, and keep the lock on the request for the page."""
        either = _account(username_of(request, credentials)) | _address(request.axes_ip_address)
        # The account's first: it is what the person can have unlocked.
        row = Lockout.holding(request.axes_attempt_time).filter(either).order_by("user_agent", "-attempt_time").first()
        request.lock = Lock(row.kind, row.until) if row else None
        return row is not None

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Return the failures that count against the name."""
        rows = Lockout.objects.filter(_account(username_of(request, credentials)), attempt_time__gt=request.axes_attempt_time - settings.AXES_COOLOFF_TIME)
        return sum(rows.values_list("failures_since_start", flat=True))

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """Count a failure, unless a lock holds already; say on the request that one holds now."""
        if request is None:
            return
        username, address, now = username_of(request, credentials), request.axes_ip_address, request.axes_attempt_time
        with transaction.atomic():
            if not self.is_locked(request, credentials):
                forget_expired(now)
                _count(_account(username), now, user_agent=ACCOUNT, username=username)
                _count(_address(address), now, user_agent=ADDRESS, ip_address=address)
                for begun in Lockout.holding(now).filter(_account(username) | _address(address)):
                    record(Action.LOCK, name=str(begun), kind=KIND, after={"failures": begun.failures_since_start, "until": begun.until})
        request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: Any, request: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        """End the count of the account. The address's goes on, or an account of his own would let a guesser try for ever."""
        Lockout.objects.filter(_account(user.get_username())).delete()

    def user_logged_out(self, sender: Any, request: Any, user: AbstractBaseUser | None, **kwargs: Any) -> None:
        """Count nothing: who signed in and out stands in the audit trail."""


def _account(username: str) -> Q:
    return Q(user_agent=ACCOUNT, username=username)


def _address(address: str | None) -> Q:
    return Q(user_agent=ADDRESS, ip_address=address)


def _count(which: Q, now: dt.datetime, **new: Any) -> None:
    """Add one to a counter, or begin it. Where two first failures meet there may be two rows; both are then counted on."""
    if not Lockout.objects.filter(which).update(failures_since_start=F("failures_since_start") + 1, attempt_time=now):
        Lockout.objects.create(failures_since_start=1, **new)
