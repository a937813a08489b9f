"""Where one starts."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from departments.requests import SignedInRequest


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth.LoginView):
    """The one page for signing in."""

    template_name = "home/login.html"
    redirect_authenticated_user = True


class ChangePassword(auth.PasswordChangeView):
    """Change one's own password."""

    template_name = "home/password.html"
    success_url = reverse_lazy("home:worklist")


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
