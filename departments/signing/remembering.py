"""Old passwords are remembered as hashes, as many as the policy asks for."""

from typing import Any

from django.contrib.auth.hashers import is_password_usable
from django.db.models.signals import post_save
from django.dispatch import receiver

from departments.models import User
from departments.signing.models import PastPassword
from departments.signing.policy import policy


@receiver(post_save, sender=User, dispatch_uid="remember the password before")
def remember(instance: User, **_: Any) -> None:
    """Keep the hash that a new password has replaced, and forget what is older than the policy looks back."""
    replaced, instance.replaced = instance.replaced, ""
    if not replaced or not is_password_usable(replaced):
        return
    PastPassword.objects.create(user=instance, encoded=replaced)
    kept = PastPassword.objects.filter(user=instance).order_by("-pk").values_list("pk", flat=True)[: policy().remembered]
    PastPassword.objects.filter(user=instance).exclude(pk__in=list(kept)).delete()
