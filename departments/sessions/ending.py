"""Ending sessions: one filtered write and one row in the audit, whoever ends them and why."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from departments.models import User
from departments.sessions.limits import Why
from departments.sessions.models import Session, SessionQuerySet
from federation_tasks.audit.trail import Action, record


def end(sessions: SessionQuerySet, person: User, why: Why, reason: str = "") -> int:
    """End these sessions of one person; return how many there were. What is done in them next leads to the sign-in page, which says why."""
    with transaction.atomic():
        ended = sessions.filter(user=person).end(why)
        if ended:
            record(Action.SESSION_ENDED, person, before={"sessions": ended}, after={"why": why.label}, reason=reason)
    return ended


def end_all(person: User, why: Why, reason: str = "") -> int:
    """End all sessions of a person; return how many there were."""
    return end(Session.objects.all(), person, why, reason)


@receiver(post_save, sender=User, dispatch_uid="sessions of the account")
def end_with_the_account(instance: User, created: bool, **_: Any) -> None:
    """End a person's sessions when the account is disabled or gets a new password, whoever sets it.

    Who changes his own password goes on: the view gives his session a new key right after this.
    """
    if created:
        return
    if not instance.is_active:
        end_all(instance, Why.DISABLED)
    elif instance._password is not None:  # type: ignore[attr-defined]  # Django's own sign of a password that was just set
        end_all(instance, Why.PASSWORD)
