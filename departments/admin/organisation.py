"""Departments, leaders and who is in charge of what: the system administrator's."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse

from departments.access import Role
from departments.confirming import WhyForm, ask, posted
from departments.fields import DateText, PersonField
from departments.filters import Choice, DepartmentChoice, choice_of
from departments.handing_over import hand_over
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


class LeaderChoice(forms.ModelChoiceField):
    """One of the leaders, with his post."""

    def label_from_instance(self, obj: Any) -> str:
        """Return 副理事长 and the name."""
        return f"{obj.federation_post} {obj.name}"


class HandOverForm(WhyForm):
    """To whom departments go, and from which day on."""

    leader = LeaderChoice(label="移交给", queryset=Leader.objects.none(), help_text="今天在任或者将要任职的领导。")
    day = forms.DateField(label="从哪一天起", widget=DateText, help_text="今天或者以后的一天，从这一天零时起由新领导分管。")

    def __init__(self, acting: Any, today: Any, *args: Any, **kwargs: Any) -> None:
        self.acting = acting
        super().__init__(*args, **kwargs)
        choice = self.fields["leader"]
        assert isinstance(choice, LeaderChoice)
        choice.queryset = Leader.objects.filter(models.Q(in_office_to__isnull=True) | models.Q(in_office_to__gt=today))

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


HANDING_OVER = [
    "勾选的每一行在移交日终止；同一个单位从那一天起由新领导分管。全部办成，或者一行也不改。",
    "没办完的任务、待核的办结申请、延期、待审的汇报、明确要求都随单位走，由新领导审定；原领导从那一天起不再看到这些单位。",
    "原领导审定过的、批示过的都留在办理记录里，不会改动。",
]


@admin.register(Portfolio)
class PortfolioAdmin(OrganisationAdmin):
    """Who is in charge of which department, from when to when."""

    form = PortfolioForm
    fields = ["leader", "department", "valid_from", "valid_to"]
    list_display = ["department", "leader", "valid_from", "valid_to"]
    list_select_related = ["leader", "department"]
    list_filter = [DepartmentChoice, InForce]
    actions = ["hand_over"]

    @admin.action(description="移交给另一位领导", permissions=["change"])
    def hand_over(self, request: HttpRequest, rows: models.QuerySet[Portfolio]) -> HttpResponse | None:
        """Hand departments over from a day on: what is ticked ends on it, and the new leader's charge begins."""
        today = request.access.on  # type: ignore[attr-defined]
        form = HandOverForm(request.user, today, posted(request))
        new = self._handed_over(rows, form, today) if form.is_valid() else []
        if not new:
            return ask(self, request, rows, form, title="移交给另一位领导", button="移交", notes=HANDING_OVER)
        names, leader, day = "、".join(str(row.department) for row in new), form.cleaned_data["leader"], form.cleaned_data["day"]
        self.message_user(request, f"从 {day:%Y-%m-%d} 起，{names}由{leader}分管。{leader}从那一天起在待办里看到接手清单。", messages.SUCCESS)
        return None

    def _handed_over(self, rows: models.QuerySet[Portfolio], form: HandOverForm, today: Any) -> list[Portfolio]:
        """Return the new charges; none, with the sentences at their fields, where they were refused."""
        try:
            return hand_over(rows.values_list("pk", flat=True), form.cleaned_data["leader"], form.cleaned_data["day"], form.reason, today)
        except ValidationError as error:
            form.add_error(None, error)
            return []
