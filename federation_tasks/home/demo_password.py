"""The one password of all demo accounts: given in the environment, or made once under var/."""

import os
import secrets
from pathlib import Path

from django.conf import settings

LENGTH = 9  # random bytes: twelve characters to type


def demo_password() -> str:
    """Return DEMO_PASSWORD where it is set, else the password kept in var/demo-password, which is made at the first call."""
    return os.environ.get("DEMO_PASSWORD") or kept() or keep(secrets.token_urlsafe(LENGTH))


def kept() -> str:
    """Return the password kept under var/; empty where there is none yet."""
    place = _place()
    return place.read_text().strip() if place.exists() else ""


def keep(password: str) -> str:
    """Keep a password under var/, readable by the owner alone, and return it."""
    place = _place()
    place.touch(mode=0o600)
    place.chmod(0o600)
    place.write_text(password + "\n")
    return password


def _place() -> Path:
    return Path(settings.VAR_DIR) / "demo-password"
