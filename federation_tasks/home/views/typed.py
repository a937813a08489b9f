"""What was typed when the session was over: to send again, or to drop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from federation_tasks.home.kept import drop, kept_for


@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """Show what is kept for this person, each form with one button that sends it as it was."""
    return render(request, "home/typed.html", {"forms": kept_for(request)})


@require_POST
def forget(request: HttpRequest, form_id: str) -> HttpResponse:
    """Keep one of them no longer."""
    drop(request, form_id)
    return redirect("home:typed" if kept_for(request) else "home:worklist")
