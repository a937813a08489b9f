"""What the admin pages of all rooms share: which administrator works on which rows, fields without script, lists that stay quick."""

from typing import Any, ClassVar, Never

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils.functional import cached_property

from departments.access import Role
from departments.fields import DateText, MomentText
from departments.history import HistoryPage
from departments.merging import SEEN, MergingForm, lock, states_of, told, version_of, writer_of
from departments.merging_rows import MergingRows

A_DAY = "写成 2026-03-01 这样。"
A_MOMENT = "写成 2026-12-18 17:30 这样。"
CHOOSING = (forms.ModelChoiceField, forms.ModelMultipleChoiceField, forms.TypedChoiceField)


class BoundedPaginator(Paginator):
    """Pages of a list that may be very long: counts up to a bound and no further, so that no page slows with the number of rows."""

    most = 10_000

    @cached_property
    def count(self) -> int:
        """Return the number of rows, or the bound where there are more."""
        rows: Any = self.object_list
        return len(rows) if isinstance(rows, list) else int(rows.order_by().values("pk")[: self.most].count())


class OfficeFields:
    """Admin fields that work by keyboard, by ear and without script: no pop-ups, no pickers; optional ones say so."""

    formfield_overrides: ClassVar[Any] = {
        models.DateField: {"widget": DateText},
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentText},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 4})},
        models.CharField: {"widget": forms.TextInput},
        models.EmailField: {"widget": forms.EmailInput},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
        models.IntegerField: {"widget": forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})},
    }

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Return the field with its sentences in Chinese and without Django's pop-up buttons."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is None:
            return None
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        if "unique" not in (getattr(db_field, "_error_messages", None) or {}):
            field.error_messages["unique"] = f"这个{field.label}已经有了，请核对。"
        return plain_spoken(field)


def plain_spoken(field: forms.Field) -> forms.Field:
    """Give a field the sentences that say what to do, and an optional one the word for it."""
    label = str(field.label or "")
    verb = "选择" if isinstance(field, CHOOSING) else "填写"
    field.error_messages["required"] = f"请{verb}{label}。"
    if isinstance(field, (forms.DateField, forms.DateTimeField)):
        example = A_MOMENT if isinstance(field, forms.DateTimeField) else A_DAY
        field.error_messages["invalid"] = f"{label}看不懂，请{example}"
        field.help_text = f"{field.help_text}{example}"
    elif isinstance(field, forms.IntegerField):
        field.error_messages["invalid"] = f"{label}只填整数，例如 10。"
    if isinstance(field, CHOOSING):
        _name_empty_choice(field)
    if field.required:
        field.widget.attrs["aria-required"] = "true"
    elif label and not isinstance(field, forms.BooleanField):
        field.label = f"{label}（选填）"
    return field


def _name_empty_choice(field: Any) -> None:
    """Say what choosing nothing means, instead of a row of dashes."""
    words = "请选择" if field.required else "不选"
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = words
    else:
        field.choices = [(value, label if value else words) for value, label in field.choices]


class RoleAdmin(HistoryPage, OfficeFields, admin.ModelAdmin):  # type: ignore[type-arg, misc]
    """Admin pages for the holders of a role. `editors` change rows, `readers` look at them, nobody else learns that they exist.

    Rights follow from the group alone, not from Django's permission rows, so that one table (domain.md) says who may do what.
    `room` is the heading under which the page stands on the first page of the admin.
    """

    editors: frozenset[Role] = frozenset()
    readers: frozenset[Role] = frozenset()
    deletable = False
    room = ""
    form = MergingForm
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    paginator = BoundedPaginator
    actions_on_top = True
    view_on_site: Any = False

    @property
    def media(self) -> forms.Media:
        """Do without Django's scripts: nothing here needs them."""
        return forms.Media()

    def heading(self, obj: Any) -> str:
        """Return what a row is called at the head of its pages."""
        return str(obj)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Put the row's name at the head of the page."""
        obj = kwargs.get("obj")
        context["heading"] = self.heading(obj) if obj else ""
        context["told"] = told(context["adminform"].form, [rows.formset for rows in context["inline_admin_formsets"]])
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row; where it is about to be saved or deleted, as it stands when nobody else can save it any more."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return found
        lock(found)
        return super().get_object(request, object_id, from_field)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the rows on the page, and say what others have changed meanwhile."""
        super().save_related(request, form, formsets, change)
        for sentence in told(form, formsets):
            self.message_user(request, sentence, messages.WARNING)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Ask, then delete; where somebody has changed the row since it was shown, say so and ask again."""
        with transaction.atomic():
            obj = self.get_object(request, unquote(object_id))
            if obj is None or not self.has_delete_permission(request, obj):
                return super().delete_view(request, object_id, extra_context)
            now, seen = version_of(obj), request.POST.get(SEEN, request.GET.get(SEEN))
            is_changed = seen != now and (seen is not None or request.method == "POST")
            if request.method == "POST" and is_changed:
                request.POST = QueryDict()  # type: ignore[assignment]  # so that Django asks
            said = {"seen": now, "is_changed": is_changed, "changed_by": writer_of(states_of(obj)[:1], "") if is_changed else ""}
            return super().delete_view(request, object_id, (extra_context or {}) | said)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the bulk actions; rows are never deleted in bulk."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_urls(self) -> list[URLPattern]:
        """Return the page's addresses, without Django's oldest form of a row's address, which has no name."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Never:
        """Answer 404 for a row that does not exist, as everywhere on the site; Django would lead to the first page."""
        raise Http404

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the room to those who may see one of its kinds of row."""
        return self._is(request, self.editors | self.readers)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors and readers look."""
        return self._is(request, self.editors | self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let editors add."""
        return self._is(request, self.editors)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors change."""
        return self._is(request, self.editors)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are closed by date or state, not deleted, except where a page says otherwise."""
        return self.deletable and self._is(request, self.editors)

    @staticmethod
    def _is(request: HttpRequest, roles: frozenset[Role]) -> bool:
        return bool(request.access.groups & roles)  # type: ignore[attr-defined]


class RoleInline(OfficeFields, admin.StackedInline):  # type: ignore[type-arg, misc]
    """Rows that belong to another row and are edited on its page, by whoever may edit that."""

    extra = 1
    form = MergingForm
    formset = MergingRows
    template = "admin/edit_inline/rows.html"
    view_on_site: Any = False
    is_fixed = False  # True: rows that stand are shown, new ones may be added

    @property
    def media(self) -> forms.Media:
        """Do without Django's scripts."""
        return forms.Media()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return the rows; where they are about to be saved, so that nobody else can save them."""
        rows = super().get_queryset(request)
        if self.is_fixed or request.method != "POST" or not transaction.get_connection().in_atomic_block:
            return rows
        return rows.select_for_update(of=("self",), no_key=True)

    def get_extra(self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any) -> int:
        """Offer one empty row; after saving there is another."""
        return self.extra if self._may_change(request, obj) else 0

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let those look who see the page."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors of the page add."""
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors of the page change rows, except fixed ones."""
        return not self.is_fixed and self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Let editors of the page take rows out, except fixed ones."""
        return not self.is_fixed and self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: models.Model | None) -> bool:
        page: Any = self.admin_site.get_model_admin(self.parent_model)
        return bool(page.has_change_permission(request, obj))
