"""Roles and memberships: granted and withdrawn by the security administrator, never for himself (domain.md, Who may do what)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from departments.access import GROUPS, Role
from departments.admin.organisation import InForce
from departments.changes import because
from departments.confirming import WhyForm, ask_why
from departments.fields import PersonField
from departments.filters import Choice, DepartmentChoice, choice_of
from departments.models import Membership, RoleHolder, User
from departments.reasons import REASON, ReasonedAdmin, ReasonedForm
from departments.roles import AUDITOR_HOLDS_NOTHING, NOBODY_FOR_HIMSELF, is_auditor, refusal_for, roles_of
from departments.sessions.admin import end_link
from departments.sessions.models import Session
from departments.signing.models import Lockout, SecondFactor
from departments.signing.second_factor import factor_of, reset


class MembershipForm(ReasonedForm):
    """A place in a department."""

    def clean_user(self) -> User:
        """Refuse oneself, and an auditor."""
        user: User = self.cleaned_data["user"]
        if user.pk == self.acting.pk:
            raise forms.ValidationError(NOBODY_FOR_HIMSELF)
        if is_auditor(user):
            raise forms.ValidationError(AUDITOR_HOLDS_NOTHING)
        return user


class RoleForm(ReasonedForm):
    """The roles of one person, as boxes to tick."""

    roles = forms.MultipleChoiceField(
        label="角色",
        required=False,
        choices=[(role.value, words) for role, words in GROUPS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="负责人、联络员、分管领导等身份不在这里，按部室人员和分管的起止日自动生效。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "roles" in self.fields:
            self.fields["roles"].initial = [role.value for role in roles_of(self.instance)]

    def clean_roles(self) -> frozenset[Role]:
        """Refuse what must not meet in one person, and any change of one's own roles."""
        roles = frozenset(Role(name) for name in self.cleaned_data["roles"])
        if self.instance.pk == self.acting.pk and roles != roles_of(self.instance):
            raise forms.ValidationError(NOBODY_FOR_HIMSELF)
        if sentence := refusal_for(self.instance, roles):
            raise forms.ValidationError(sentence)
        return roles


class ResetFactorForm(WhyForm):
    """Why somebody's second factor is taken off."""

    label = "重置原因"
    help_text = "写明怎样核对了身份；会写进审计记录。"


def refusal_to_reset_factor(person: User, acting: Any) -> str:
    """Return the sentence where this person must not reset that one's second factor, or where there is none; else an empty text."""
    if person.pk == acting.pk:
        return "不能重置自己的两步验证：请由另一位安全管理员办理；手机还在的，在“改密码”那一页下面自己关闭。"
    return "" if factor_of(person) else f"“{person}”没有打开两步验证，不用重置。"


class HoldsRole(Choice):
    """People who hold one role."""

    title, parameter_name = "角色", "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the five roles."""
        return [(role.value, words) for role, words in GROUPS.items()]

    def choose(self, rows: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        """Return who is in the role's group."""
        return rows.filter(groups__name=value)


class SecurityAdmin(ReasonedAdmin):
    """Pages of the security administrator."""

    editors = frozenset({Role.SECURITY})
    room = "角色和任职"


@admin.register(Membership)
class MembershipAdmin(SecurityAdmin):
    """Heads, acting heads, clerks and staff of departments, from when to when."""

    form = MembershipForm
    fields = ["user", "department", "role", "valid_from", "valid_to"]
    list_display = ["user", "department", "role", "valid_from", "valid_to"]
    list_select_related = ["user", "department"]
    list_filter = [DepartmentChoice, choice_of("role", "身份", Membership.Role.choices), InForce]
    search_fields = ["user__username", "user__name"]
    search_help_text = "按用户名或姓名查找。"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for the person by name."""
        if db_field.name == "user":
            return db_field.formfield(form_class=PersonField, help_text="填用户名或姓名。")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(RoleHolder)
class RoleHolderAdmin(SecurityAdmin):
    """Who is in the office, and who administers what. Accounts are made by the system administrator."""

    form = RoleForm
    fields = ["username", "name", "lock", "signed_in", "factor", "roles"]
    readonly_fields = ["username", "name", "lock", "signed_in", "factor"]
    list_display = ["username", "name", "held", "has_factor", "is_active"]
    list_filter = [HoldsRole]
    search_fields = ["username", "name"]
    search_help_text = "按用户名或姓名查找。"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made elsewhere, by somebody else."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read everyone's groups and second factor at once."""
        factors = SecondFactor.objects.filter(user=models.OuterRef("pk"))
        return super().get_queryset(request).prefetch_related("groups").annotate(factor_is_on=models.Exists(factors))

    @admin.display(description="角色")
    def held(self, person: User) -> str:
        """Return the roles of a person in words."""
        names = {group.name for group in person.groups.all()}
        return "、".join(words for role, words in GROUPS.items() if role.value in names) or "—"

    @admin.display(description="登录锁定")
    def lock(self, person: User) -> str:
        """Return whether the person is locked out, and the way to letting him in."""
        lock = Lockout.holding(timezone.now()).filter(username=person.username).first()
        if lock is None:
            return "没有锁定"
        until, page = f"{timezone.localtime(lock.until):%H:%M}", reverse("admin:signing_lockout_unlock", args=[lock.pk])
        return format_html('{} 自动解除 <a class="pad" href="{}">解锁（{}）</a>', until, page, person)

    @admin.display(description="正在登录")
    def signed_in(self, person: User) -> str:
        """Return in how many places the person is signed in, and the way to ending that."""
        places = Session.objects.live(timezone.now()).filter(user_id=person.pk).count()
        return format_html("{} 处 {}", places, end_link(person)) if places else "没有登录"

    @admin.display(description="两步验证")
    def has_factor(self, person: Any) -> str:
        """Return whether a code is asked for at the sign-in, in a word."""
        return "已打开" if person.factor_is_on else "—"

    @admin.display(description="两步验证")
    def factor(self, person: User) -> str:
        """Return whether a code is asked for at the sign-in, and the way to resetting it."""
        factor = factor_of(person)
        if factor is None:
            return "没有打开"
        since, page = timezone.localtime(factor.confirmed_at), reverse("admin:departments_roleholder_reset_factor", args=[person.pk])
        return format_html('{} 打开 <a class="pad" href="{}">重置两步验证（{}）</a>', f"{since:%Y-%m-%d}", page, person)

    def get_urls(self) -> list[URLPattern]:
        """Add the page for resetting somebody's second factor."""
        page = self.admin_site.admin_view(self.reset_factor)
        return [path("<int:pk>/second-factor/", page, name="departments_roleholder_reset_factor"), *super().get_urls()]

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then let somebody sign in without the telephone that he has lost."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        person = User.objects.filter(pk=pk).first()
        if person is None:
            raise Http404
        factor, refusal = factor_of(person), refusal_to_reset_factor(person, request.user)
        form, back = ResetFactorForm(request.POST or None), reverse("admin:departments_roleholder_change", args=[pk])
        if request.method == "POST" and factor and not refusal and form.is_valid():
            reset(factor, form.reason)
            messages.success(request, f"“{person}”的两步验证已经重置，登录已经全部结束，现在用密码就能登录。")
            return redirect(back)
        notes = [
            "请先当面核对身份：冒名来要求重置，是绕过两步验证最常见的办法。",
            "重置以后，这个人所有的登录马上结束，手机和恢复码都作废，再登录只要密码；职务要求两步验证的，登录后先要重新打开。",
        ]
        return ask_why(self, request, form, title=f"重置两步验证：{person}", button="重置两步验证", notes=notes, back=back, refusal=refusal)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the roles, with the reason in the history of the account."""
        account = User.objects.get(pk=obj.pk)
        because(account, form.cleaned_data[REASON])
        account.groups.set(Group.objects.filter(name__in=[role.value for role in form.cleaned_data["roles"]]))
