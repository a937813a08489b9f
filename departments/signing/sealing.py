"""What must be read again is kept sealed: with a key of its own that follows from SECRET_KEY, so that a copy of the database opens nothing."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"departments.signing second factor 1"  # a key that is made for one thing opens nothing else


class CannotBeRead(Exception):  # noqa: N818 - what is wrong
    """What was sealed was sealed with another SECRET_KEY, or was changed."""


def seal(plain: bytes) -> str:
    """Return this as it may be stored."""
    return _keys().encrypt(plain).decode()


def unseal(sealed: str) -> bytes:
    """Return what was sealed, with this SECRET_KEY or an earlier one (SECRET_KEY_FALLBACKS); raise CannotBeRead where neither opens it."""
    try:
        return _keys().decrypt(sealed.encode())
    except InvalidToken:
        raise CannotBeRead from None


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())))
