"""The second factor: a code from one's telephone besides the password, and ten codes on paper for the day on which it is lost."""

import datetime as dt
import hashlib
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from departments.access import Access
from departments.models import User
from departments.sessions.ending import end_all
from departments.sessions.limits import Why
from departments.signing import totp
from departments.signing.models import RecoveryCode, SecondFactor
from departments.signing.sealing import CannotBeRead, seal, unseal
from federation_tasks.audit.trail import Action, Result, record

log = logging.getLogger(__name__)

CODES, GROUP, GROUPS = 10, 4, 4
SIGNS = "abcdefghijkmnpqrstuvwxyz34679"  # without what is mistaken for one another; 16 of them are 77 bits
WRONG = "验证码不对。请核对手机上现在显示的 6 位数字，再填一遍；总是不对的，看看手机的时间准不准。"
USED = "这个验证码刚刚用过，一个只能用一次。请等手机上换出下一个（最多半分钟）再填。"
WRONG_RECOVERY = "这个恢复码不对，或者已经用过了。每个恢复码只能用一次，请核对后换一个。"


def factor_of(user: User) -> SecondFactor | None:
    """Return a person's second factor; None where it is off."""
    return SecondFactor.objects.filter(user=user).first()


def is_required(access: Access) -> bool:
    """Say whether one of the roles that this person holds on the day must not be used with a password alone (SECOND_FACTOR_ROLES)."""
    asked = settings.SECOND_FACTOR_ROLES
    return bool(asked) and not access.held.isdisjoint(asked)


def is_missing(access: Access, user: User) -> bool:
    """Say whether this person must turn it on before anything else."""
    return is_required(access) and factor_of(user) is None


def codes_left(factor: SecondFactor) -> int:
    """Return how many recovery codes are not used yet."""
    return factor.recovery_codes.filter(used_at=None).count()


# --- On and off ----------------------------------------------------------------------------------------------------


def turn_on(user: User, secret: bytes, code: str, now: dt.datetime) -> list[str]:
    """Turn it on with a first code from the telephone; return the recovery codes, to be shown once.

    Raises ValidationError where the code is wrong, or where it is on already.
    """
    step = totp.step_of(secret, code, now)
    if step is None:
        raise ValidationError(WRONG)
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=user.pk).values("pk").get()
        if factor_of(user):
            raise ValidationError("两步验证已经打开了。请重新打开这一页。")
        factor = SecondFactor.objects.create(user=user, secret=seal(secret), last_step=step, confirmed_at=now)
        _tell(user, "打开两步验证", after={"on": True})
        return _new_codes(factor)


def turn_off(factor: SecondFactor) -> None:
    """Turn it off, by its owner."""
    with transaction.atomic():
        _tell(factor.user, "关闭两步验证", before={"on": True}, after={"on": False})
        factor.delete()


def reset(factor: SecondFactor, reason: str) -> None:
    """Turn it off for somebody who has lost the telephone, and end his sessions: whoever has found it may sit in one."""
    with transaction.atomic():
        _tell(factor.user, "重置两步验证", before={"on": True}, after={"on": False}, reason=reason)
        end_all(factor.user, Why.FACTOR, reason)
        factor.delete()


def renew_codes(factor: SecondFactor) -> list[str]:
    """Replace all recovery codes; return the new ones, to be shown once."""
    with transaction.atomic():
        _tell(factor.user, "换一批恢复码", before={"codes_left": codes_left(factor)}, after={"codes_left": CODES})
        return _new_codes(factor)


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = ["-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS)) for _ in range(CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, hashed=_hashed(code)) for code in codes)
    return codes


# --- Showing that one has it ---------------------------------------------------------------------------------------


def take_code(factor: SecondFactor, typed: str, now: dt.datetime) -> None:
    """Take a code from the telephone, once: of two who come with the same one at once, one gets it. Raises ValidationError."""
    step = totp.step_of(_secret(factor), typed, now)
    if step is None:
        _refuse(factor, "验证码不对", WRONG)
    if not SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        _refuse(factor, "验证码用过了", USED)


def take_recovery_code(factor: SecondFactor, typed: str, now: dt.datetime) -> None:
    """Take a recovery code, once. Raises ValidationError."""
    with transaction.atomic():
        taken = factor.recovery_codes.filter(hashed=_hashed(typed), used_at=None).update(used_at=now)
        if taken:
            _tell(factor.user, "用掉一个恢复码", after={"codes_left": codes_left(factor)})
    if not taken:
        _refuse(factor, "恢复码不对", WRONG_RECOVERY)


def take_either(factor: SecondFactor, typed: str, now: dt.datetime) -> None:
    """Take a code, or a recovery code, whichever was typed. Raises ValidationError."""
    take: Callable[[SecondFactor, str, dt.datetime], None] = take_code if totp.is_code(typed) else take_recovery_code
    take(factor, typed, now)


def _secret(factor: SecondFactor) -> bytes:
    """Return the secret; where it cannot be read any more no code is right, and the log says why."""
    try:
        return unseal(factor.secret)
    except CannotBeRead:
        log.error("the second factor of account %s was sealed with another SECRET_KEY: add that to SECRET_KEY_FALLBACKS", factor.user_id)
        return secrets.token_bytes(totp.BYTES)


def _hashed(code: str) -> str:
    """Return what is kept of a recovery code. It is too long to be guessed, so that a slow hash would protect nothing more."""
    return hashlib.sha256(f"recovery:{totp.plain(code)}".encode()).hexdigest()


def _refuse(factor: SecondFactor, reason: str, sentence: str) -> None:
    with transaction.atomic():
        _tell(factor.user, "核对两步验证", after={"taken": False}, result=Result.REFUSED, reason=reason)
    raise ValidationError(sentence)


def _tell(user: User, verb: str, **more: object) -> None:
    record(Action.SECOND_FACTOR, user, verb=verb, **more)  # type: ignore[arg-type]
