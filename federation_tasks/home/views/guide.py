"""帮助: the user guide."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest
from federation_tasks.home.guide import contents, rendered


@require_safe
def guide(request: SignedInRequest) -> HttpResponse:
    """Show the user guide with its table of contents."""
    return render(request, "home/guide.html", {"contents": contents(), "guide": rendered()})
