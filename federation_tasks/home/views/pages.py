"""Where one starts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest


@require_safe
def worklist(request: SignedInRequest) -> HttpResponse:
    """Show what this person owes (我的待办)."""
    return render(request, "home/worklist.html")


@require_safe
def department(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one department."""
    return render(request, "home/worklist.html")


@require_safe
def guide(request: SignedInRequest) -> HttpResponse:
    """Show the user guide."""
    return render(request, "home/worklist.html")
