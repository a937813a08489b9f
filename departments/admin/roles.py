"""Roles and memberships: granted and withdrawn by the security administrator, never for himself (domain.md, Who may do what)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from departments.access import GROUPS, Role
from departments.admin.organisation import InForce
from departments.changes import because
from departments.fields import PersonField
from departments.filters import Choice, DepartmentChoice, choice_of
from departments.models import Membership, RoleHolder, User
from departments.reasons import REASON, ReasonedAdmin, ReasonedForm
from departments.roles import AUDITOR_HOLDS_NOTHING, NOBODY_FOR_HIMSELF, is_auditor, refusal_for, roles_of
from departments.sessions.admin import end_link
from departments.sessions.models import Session
from departments.signing.models import Lockout


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
    fields = ["username", "name", "lock", "signed_in", "roles"]
    readonly_fields = ["username", "name", "lock", "signed_in"]
    list_display = ["username", "name", "held", "is_active"]
    list_filter = [HoldsRole]
    search_fields = ["username", "name"]
    search_help_text = "按用户名或姓名查找。"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made elsewhere, by somebody else."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read everyone's groups at once."""
        return super().get_queryset(request).prefetch_related("groups")

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

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the roles, with the reason in the history of the account."""
        account = User.objects.get(pk=obj.pk)
        because(account, form.cleaned_data[REASON])
        account.groups.set(Group.objects.filter(name__in=[role.value for role in form.cleaned_data["roles"]]))
