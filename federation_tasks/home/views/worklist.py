"""我的待办."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest
from federation_tasks.home.worklist.building import Worklist


@require_safe
def worklist(request: SignedInRequest) -> HttpResponse:
    """Show what this person owes, the most urgent first, with one thing to begin with."""
    return render(request, "home/worklist.html", {"worklist": Worklist(request.access, timezone.now())})
