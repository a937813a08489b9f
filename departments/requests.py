"""The type of a request that has passed the middleware."""

from django.http import HttpRequest

from departments.access import Access
from departments.models import User


class SignedInRequest(HttpRequest):
    """A request by a signed-in person: `user` is an account, `access` what it may do today."""

    user: User
    access: Access
