"""What happens when somebody signs in: the session knows whose it is, and the oldest of too many ends."""

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from departments.models import User
from departments.sessions.browsers import in_words
from departments.sessions.ending import end
from departments.sessions.limits import Why
from departments.sessions.models import Session
from federation_tasks.audit.address import client_address


@receiver(user_logged_in, dispatch_uid="sessions signed in")
def begin(request: HttpRequest, user: User, **_: Any) -> None:
    """Write down whose the session is, from where and with what, and keep to the number of sessions that one person may have.

    The account's row is locked meanwhile, so that two sign-ins at the same moment count one another.
    """
    session: Any = request.session
    session.begin(client_address(request), in_words(request.META.get("HTTP_USER_AGENT", "")))
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=user.pk).values("pk").get()
        session.save()
        others = Session.objects.live(timezone.now()).filter(user=user).exclude(pk=session.pk).order_by("-started_at", "pk")
        crowded = [row.pk for row in others[settings.SESSIONS_PER_PERSON - 1 :]]
        if crowded:
            end(Session.objects.filter(pk__in=crowded), user, Why.CROWDED)
