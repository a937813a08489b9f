"""One-time passwords: made here, shown once, kept nowhere; at the first sign-in they must be changed."""

import secrets

from departments.models import User

# Without signs that are mistaken for one another when the password is read out or written down.
SIGNS = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"
GROUP, GROUPS = 4, 4


def one_time_password() -> str:
    """Return a new password of four groups of four signs: about 90 bits, easily read out."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


def give_one_time_password(user: User) -> str:
    """Give an account a new password that its owner must change when he first signs in; return it, to be shown once."""
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = not user.is_demo
    user.save()
    return password
