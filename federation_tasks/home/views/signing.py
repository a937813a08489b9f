"""Signing in, and changing one's own password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator

from departments.passwords import USED_UP, use
from departments.sessions.keeping import say_why
from departments.signing.policy import is_expired, policy
from federation_tasks.home.forms import NewPasswordForm, SignInForm, summary
from federation_tasks.home.kept import kept_for


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

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say why one is here again, where a session has ended."""
        say_why(request)
        return super().get(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Lead first to what could not be submitted when the session was over."""
        return reverse("home:typed") if kept_for(self.request) else super().get_success_url()

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Sign in; unless asked otherwise, closing the browser signs out, since desks and computers are shared."""
        if not use(form.get_user(), timezone.now()):  # type: ignore[attr-defined]
            form.add_error("username", USED_UP)  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[arg-type]
        answer = super().form_valid(form)  # type: ignore[arg-type]
        if not form.cleaned_data["remember"]:
            self.request.session.set_expiry(0)
        return answer


class SignOut(auth.LogoutView):
    """Sign out, and leave nothing of the person in the browser, where the next one may sit."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session; have the browser empty what it keeps of this site.

        "cookies" is left out on purpose: it would take those of every other site under the federation's domain as well. Ours are
        deleted by name.
        """
        answer: HttpResponse = super().post(request, *args, **kwargs)
        messages.success(request, "已经退出。共用的电脑，请把浏览器也关掉。")
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        answer.delete_cookie(settings.WHOSE_COOKIE_NAME)
        return answer


class ChangePassword(auth.PasswordChangeView):
    """Change one's own password; sessions elsewhere end."""

    template_name = "home/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home:worklist")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form from where it was sent."""
        return super().get_form_kwargs() | {"request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the error summary, and why the password must be changed."""
        known = super().get_context_data(**kwargs)
        user: Any = self.request.user
        today = self.request.access.on  # type: ignore[attr-defined]
        return known | {
            "errors": summary(known["form"]),
            "is_one_time": user.must_change_password,
            "is_expired": is_expired(user, today),
            "days": policy().days,
        }

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "密码已经改好。别处的登录已经失效。")
        return super().form_valid(form)  # type: ignore[arg-type]
