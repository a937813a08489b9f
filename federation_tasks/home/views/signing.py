"""Signing in, and changing one's own password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from federation_tasks.home.forms import NewPasswordForm, SignInForm, summary


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth.LoginView):
    """The one page for signing in. Where `next` leads is followed only within this site."""

    template_name = "home/login.html"
    form_class = SignInForm
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the error summary."""
        known = super().get_context_data(**kwargs)
        return known | {"errors": summary(known["form"])}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign in; unless asked otherwise, closing the browser signs out, since desks and computers are shared."""
        answer = super().form_valid(form)  # type: ignore[arg-type]
        if not form.cleaned_data["remember"]:
            self.request.session.set_expiry(0)
        return answer


class ChangePassword(auth.PasswordChangeView):
    """Change one's own password; sessions elsewhere end."""

    template_name = "home/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home:worklist")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the error summary."""
        known = super().get_context_data(**kwargs)
        return known | {"errors": summary(known["form"])}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "密码已经改好。别处的登录已经失效。")
        return super().form_valid(form)  # type: ignore[arg-type]
