"""Departments, leaders and who is in charge of what: the system administrator's."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from departments.access import Role
from departments.fields import PersonField
from departments.filters import Choice, DepartmentChoice, choice_of
from departments.models import Department, Leader, Portfolio, User
from departments.reasons import ReasonedAdmin, ReasonedForm
from departments.roles import AUDITOR_HOLDS_NOTHING, NOBODY_FOR_HIMSELF, is_auditor


class InForce(Choice):
    """Rows that hold today, or no longer, or not yet."""

    title, parameter_name = "有效", "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer what is so today, and all the rest."""
        self.today = request.access.on  # type: ignore[attr-defined]
        return [("now", "现在有效"), ("not", "已终止或还没开始")]

    def choose(self, rows: models.QuerySet[Any], value: str) -> models.QuerySet[Any]:
        """Return the rows of today, or the others."""
        holding = rows.model.holds_on(self.today)
        return rows.filter(holding) if value == "now" else rows.exclude(holding)


class LeaderForm(ReasonedForm):
    """A leader."""

    def clean_user(self) -> User | None:
        """Refuse one's own account, and an auditor's."""
        user: User | None = self.cleaned_data["user"]
        if user and "user" in self.changed_data and user.pk == self.acting.pk:
            raise forms.ValidationError(NOBODY_FOR_HIMSELF)
        if user and is_auditor(user):
            raise forms.ValidationError(AUDITOR_HOLDS_NOTHING)
        return user


class PortfolioForm(ReasonedForm):
    """A charge."""

    def clean_leader(self) -> Leader:
        """Refuse a charge for oneself."""
        leader: Leader = self.cleaned_data["leader"]
        if leader.user_id == self.acting.pk:
            raise forms.ValidationError(NOBODY_FOR_HIMSELF)
        return leader


class OrganisationAdmin(ReasonedAdmin):
    """Pages of the organisation."""

    editors = frozenset({Role.SYSTEM})
    room = "机构和领导"


@admin.register(Department)
class DepartmentAdmin(OrganisationAdmin):
    """Who does the work. Closed by date, never deleted."""

    fields = ["name", "code", "kind", "order", "region", "parent", "opened_on", "closed_on"]
    list_display = ["name", "code", "kind", "order", "opened_on", "closed_on"]
    list_filter = [choice_of("kind", "类别", Department.Kind.choices)]
    search_fields = ["name", "code"]
    search_help_text = "按名称或代码查找。"

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> list[str]:
        """Keep the code once it stands: bookmarks and letters carry it."""
        return ["code"] if obj else []


@admin.register(Leader)
class LeaderAdmin(OrganisationAdmin):
    """The leadership. A leader need not have an account."""

    form = LeaderForm
    fields = ["name", "party_post", "federation_post", "rank", "order", "user", "in_office_from", "in_office_to"]
    list_display = ["name", "federation_post", "party_post", "rank", "user", "in_office_from", "in_office_to"]
    list_select_related = ["user"]
    list_filter = [choice_of("rank", "职级", Leader.Rank.choices)]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for the account by name."""
        if db_field.name == "user":
            return db_field.formfield(form_class=PersonField, help_text="填用户名或姓名；没有账号的领导留空。")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Portfolio)
class PortfolioAdmin(OrganisationAdmin):
    """Who is in charge of which department, from when to when."""

    form = PortfolioForm
    fields = ["leader", "department", "valid_from", "valid_to"]
    list_display = ["department", "leader", "valid_from", "valid_to"]
    list_select_related = ["leader", "department"]
    list_filter = [DepartmentChoice, InForce]
