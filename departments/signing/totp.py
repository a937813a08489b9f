"""Codes that change every half minute (TOTP, RFC 6238), as every authenticator application makes them."""

import datetime as dt
import re
import secrets
import unicodedata
from base64 import b32decode, b32encode
from urllib.parse import quote, urlencode

from django.conf import settings
from django_otp.oath import TOTP

from departments.models import User

BYTES = 20  # as long as the hash, RFC 4226
STEP = 30  # seconds
DRIFT = 1  # steps that the two clocks may differ, either way
DIGITS = 6
GROUP = 4


def new_secret() -> bytes:
    """Return a new secret for one person's telephone."""
    return secrets.token_bytes(BYTES)


def written(secret: bytes) -> str:
    """Return a secret as applications take it."""
    return b32encode(secret).decode().rstrip("=")


def read(words: str) -> bytes:
    """Return the secret that is written so."""
    return b32decode(words + "=" * (-len(words) % 8))


def in_groups(words: str) -> list[str]:
    """Return a written secret in groups of four, for reading and typing."""
    return [words[start : start + GROUP] for start in range(0, len(words), GROUP)]


def address(secret: bytes, user: User) -> str:
    """Return the address that hands a secret to an application: what the QR code says, and a link on the telephone itself."""
    issuer = settings.FEDERATION_NAME + settings.PRODUCT_NAME
    facts = {"secret": written(secret), "issuer": issuer}  # the rest is what every application takes for granted, and makes the picture finer
    return f"otpauth://totp/{quote(f'{issuer}:{user.username}')}?{urlencode(facts, quote_via=quote)}"


def plain(typed: str) -> str:
    """Return what was typed without its width, its blanks and its hyphens: people paste "123 456" and type with a Chinese keyboard."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).casefold()


def is_code(typed: str) -> bool:
    """Say whether this can be a code at all."""
    return re.fullmatch(f"[0-9]{{{DIGITS}}}", plain(typed)) is not None


def step_of(secret: bytes, code: str, now: dt.datetime) -> int | None:
    """Return the time step to which a code belongs, where it belongs to one that counts now; else None."""
    clock = TOTP(secret, step=STEP, digits=DIGITS)
    clock.time = now.timestamp()
    return clock.t() if is_code(code) and clock.verify(int(plain(code)), tolerance=DRIFT) else None
