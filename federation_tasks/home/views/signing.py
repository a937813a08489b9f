"""Signing in, and changing one's own password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods

from departments.passwords import USED_UP, use
from departments.sessions.keeping import say_why
from departments.signing import pending
from departments.signing.pending import LASTS
from departments.signing.policy import is_expired, policy
from departments.signing.second_factor import factor_of
from federation_tasks.home.factor_forms import CodeForm, RecoveryForm
from federation_tasks.home.first_use import must_change
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
        """Sign in, or ask for the code first where the person has a second factor."""
        person: Any = form.get_user()  # type: ignore[attr-defined]
        remember = form.cleaned_data["remember"]
        if factor_of(person):
            pending.begin(self.request, person, remember, self.get_redirect_url())
            return redirect("home:login_code")
        if not _sign_in(self.request, person, remember):
            form.add_error("username", USED_UP)  # type: ignore[attr-defined]
            return self.form_invalid(form)  # type: ignore[arg-type]
        return redirect(self.get_success_url())


def _sign_in(request: HttpRequest, person: Any, remember: bool) -> bool:
    """Sign in; unless asked otherwise, closing the browser signs out, since desks and computers are shared.

    Returns False where the password was a one-time one that has opened its one sign-in meanwhile.
    """
    if not use(person, timezone.now()):
        return False
    login(request, person)
    if not remember:
        request.session.set_expiry(0)
    return True


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor. The page is there for whoever has just given the right password, and leads everybody else to the first one."""
    found = pending.pending(request)
    if request.user.is_authenticated or found is None:
        return redirect("home:worklist" if request.user.is_authenticated else "home:login")
    person_and_factor = pending.whose(found)
    if person_and_factor is None:
        return _begin_again(request, f"输入密码以后 {LASTS.seconds // 60} 分钟内没有完成验证。请重新登录。" if found.has_lapsed else "请重新登录。")
    person, factor = person_and_factor
    has_recovery = "recovery_otp" in request.POST
    asked: dict[str, Any] = {"request": request, "factor": factor}
    by_code = CodeForm(request.POST if request.method == "POST" and not has_recovery else None, **asked)
    by_recovery = RecoveryForm(request.POST if has_recovery else None, **asked)
    form = by_recovery if has_recovery else by_code
    if form.is_bound and form.is_valid():
        return _finish(request, person, found)
    known = {"form": by_code, "recovery": by_recovery, "has_recovery": has_recovery, "errors": summary(form), "minutes": LASTS.seconds // 60}
    return render(request, "home/login_code.html", known)


def _finish(request: HttpRequest, person: Any, found: pending.Pending) -> HttpResponse:
    """End what was begun on the first page, as it was asked for there."""
    pending.forget(request)
    if not _sign_in(request, person, found.remember):
        return _begin_again(request, USED_UP)
    return redirect("home:typed" if kept_for(request) else found.next or resolve_url(settings.LOGIN_REDIRECT_URL))


def _begin_again(request: HttpRequest, why: str) -> HttpResponse:
    pending.forget(request)
    messages.info(request, why)
    return redirect("home:login")


class SignOut(auth.LogoutView):
    """Sign out, and leave nothing of the person in the browser, where the next one may sit."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session; have the browser empty what it keeps of this site.

        "cookies" is left out on purpose: it would take those of every other site under the federation's domain as well. The session's is
        deleted by name; what stays says, signed, whose browser it was, so that a form still open in another tab is kept for its owner.
        """
        answer: HttpResponse = super().post(request, *args, **kwargs)
        messages.success(request, "已经退出。共用的电脑，请把浏览器也关掉。")
        answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer


class ChangePassword(auth.PasswordChangeView):
    """Change one's own password; sessions elsewhere end."""

    template_name = "home/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("home:worklist")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change nothing where the password is the directory's: there is none here that could be shown to be known."""
        user: Any = request.user
        return super().post(request, *args, **kwargs) if user.has_usable_password() else self.get(request, *args, **kwargs)

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
            "is_one_time": user.must_change_password and must_change(self.request),
            "is_expired": is_expired(user, today) and must_change(self.request),
            "is_elsewhere": not user.has_usable_password(),
            "days": policy().days,
        }

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, "密码已经改好。别处的登录已经失效。")
        return super().form_valid(form)  # type: ignore[arg-type]
