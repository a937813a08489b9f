"""One-time passwords: made here, shown once, kept nowhere. They open one sign-in, at which they must be changed."""

import datetime as dt
import secrets

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from departments.models import User
from federation_tasks.audit.trail import Action, record

# Without signs that are mistaken for one another when the password is read out or written down.
SIGNS = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"
GROUP, GROUPS = 4, 4
LASTS = dt.timedelta(hours=72)
USED_UP = f"这个一次性密码已经登录过一次，或者已经超过 {LASTS.total_seconds() / 3600:.0f} 小时，不能再用。请找系统管理员再要一个。"


def one_time_password() -> str:
    """Return a new password of four groups of four signs: about 90 bits, easily read out."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))


def give_one_time_password(user: User) -> str:
    """Give an account a new password that opens one sign-in, within three days, and must then be changed; return it, to be shown once."""
    password = one_time_password()
    with transaction.atomic():
        user.set_password(password)
        if not user.is_demo:
            user.must_change_password = True
            user.one_time_until = timezone.now() + LASTS
        user.save()
        record(Action.PASSWORD, user, verb="给一次性口令", after={"until": user.one_time_until})
    return password


def is_the_directorys(user: User) -> bool:
    """Say whether somebody who is signing in has given the password that the directory knows, and none of this site's."""
    return getattr(user, "backend", "") == settings.DIRECTORY_BACKEND


def still_opens(user: User, now: dt.datetime) -> bool:
    """Say whether a person's password opens a sign-in: a one-time one does once, until it lapses."""
    return is_the_directorys(user) or not user.must_change_password or (user.one_time_until is not None and user.one_time_until > now)


def use(user: User, now: dt.datetime) -> bool:
    """Take the sign-in that a password opens; of two who come with the same one-time password at once, one gets it."""
    if is_the_directorys(user) or not user.must_change_password:
        return True
    with transaction.atomic():
        return bool(User.objects.filter(pk=user.pk, must_change_password=True, one_time_until__gt=now).update(one_time_until=None))
