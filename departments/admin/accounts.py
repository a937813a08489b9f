"""Accounts: the system administrator makes and disables them, and hands out one-time passwords. They are never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from departments.access import Role
from departments.filters import YES_NO, choice_of
from departments.masking import masked
from departments.models import User
from departments.passwords import give_one_time_password
from departments.reasons import ReasonedAdmin, ReasonedForm
from departments.roles import roles_of

# Whoever resets a password sees the new one. The system administrator must not be able to sign in as those who watch over him.
OUT_OF_REACH = frozenset({Role.SECURITY, Role.AUDITOR})


class AccountForm(ReasonedForm):
    """An account as the system administrator sees it."""

    def clean_is_active(self) -> bool:
        """Refuse to disable one's own account."""
        if not self.cleaned_data["is_active"] and self.instance.pk == self.acting.pk:
            raise forms.ValidationError("不能停用自己的账号：请由另一位系统管理员办理。")
        return bool(self.cleaned_data["is_active"])


def refusal_to_reset(account: User, acting: User) -> str:
    """Return the sentence where this person must not hand out a new password for this account; else an empty text."""
    if account.pk == acting.pk:
        return "自己的口令请在“改密码”里改。"
    if roles_of(account) & OUT_OF_REACH:
        return "安全管理员和审计员的口令，系统管理员不能重设（三员分立）。请掌握服务器的人运行 manage.py changepassword。"
    return ""


@admin.register(User)
class AccountAdmin(ReasonedAdmin):
    """Who can sign in. What a person may do stands elsewhere and belongs to the security administrator."""

    editors = frozenset({Role.SYSTEM})
    room = "账号"
    form = AccountForm
    fields = ["username", "name", "email", "is_active"]
    list_display = ["username", "name", "masked_email", "is_active", "last_seen"]
    list_display_links = ["username"]
    list_filter = [choice_of("is_active", "启用", YES_NO), choice_of("must_change_password", "等待首次改口令", YES_NO)]
    search_fields = ["username", "name", "email"]
    search_help_text = "按用户名、姓名或邮箱查找。"
    ordering = ["username"]

    @admin.display(description="电子邮箱", ordering="email")
    def masked_email(self, account: User) -> str:
        """Return enough of the address to tell it from another; the whole stands on the account's own page."""
        return masked(account.email)

    @admin.display(description="最近登录", ordering="last_login")
    def last_seen(self, account: User) -> Any:
        """Return when the person signed in last."""
        return account.last_login

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Keep the user name once it stands: history and letters carry it."""
        return ["username", "password_page"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Offer a new password on an account's page."""
        own = list(super().get_fields(request, obj))
        return [*own[:4], "password_page", *own[4:]] if obj else own

    @admin.display(description="口令")
    def password_page(self, account: User) -> SafeString:
        """Return the way to a new one-time password."""
        return format_html('<a href="{}">重设一次性口令（{}）</a>', reverse("admin:departments_user_new_password", args=[account.pk]), account)

    def get_urls(self) -> list[URLPattern]:
        """Add the page for a new password."""
        page = self.admin_site.admin_view(self.new_password)
        return [path("<int:pk>/new-password/", page, name="departments_user_new_password"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Give a new account its one-time password."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.one_time_password = give_one_time_password(obj)  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """Show the one-time password in the answer itself: it stands in no message, no cookie and no second page."""
        return self._show_once(request, obj, obj.one_time_password)  # type: ignore[attr-defined]

    def new_password(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then give an account a new one-time password and show it once."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        account = User.objects.filter(pk=pk).first()
        if account is None:
            raise Http404
        refusal = refusal_to_reset(account, request.user)  # type: ignore[arg-type]
        if request.method == "POST" and not refusal:
            password = give_one_time_password(account)
            self.log_change(request, account, "重设一次性口令")
            return self._show_once(request, account, password)
        context = self._context(request, account, "重设一次性口令") | {"refusal": refusal}
        return TemplateResponse(request, "admin/departments/new_password.html", context)

    def _show_once(self, request: HttpRequest, account: User, password: str) -> HttpResponse:
        context = self._context(request, account, "一次性口令") | {"password": password}
        return TemplateResponse(request, "admin/departments/password_once.html", context)

    def _context(self, request: HttpRequest, account: User, title: str) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts, "account": account}
