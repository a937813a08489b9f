"""What departments commit themselves to for a year; every change with reason, approver and document number."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from departments.filters import YES_NO, Choice, DepartmentChoice, choice_of
from departments.merging import MergingForm
from departments.merging_rows import MergingRows
from departments.reasons import REASON, ReasonedForm
from federation_tasks.plan.admin.base import GoalChoice, PlanAdmin, PlanInline
from federation_tasks.plan.models import Period, Target, Task
from federation_tasks.plan.models.targets import TargetChange

APPROVAL = ("approver", "document_number")


class YearChoice(Choice):
    """Targets of one year: this year's unless another is chosen."""

    title, parameter_name = "年度", "year"
    everything = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Offer the years that have targets, and this one."""
        self.today = request.access.on  # type: ignore[attr-defined]
        years = set(Target.objects.order_by().values_list("year", flat=True).distinct())
        return [(str(year), f"{year} 年") for year in sorted(years | {self.today.year}, reverse=True)]

    def value(self) -> str | None:
        """Return the year chosen, else this year."""
        return super().value() or str(self.today.year)


class TargetForm(ReasonedForm):
    """A target; a change takes the approver and the document's number along."""

    beside = (*APPROVAL, REASON)

    approver = TargetChange._meta.get_field("approver").formfield(label="批准人（选填）", help_text="谁批准了这次调整。")
    document_number = TargetChange._meta.get_field("document_number").formfield(label="批准文号（选填）", help_text="照文件上的写。")


class NewTaskForm(MergingForm):
    """A task typed in under its target: department and goal follow from the target, which may be as new as the task."""

    def __init__(self, *args: Any, parent: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent = parent

    def clean(self) -> dict[str, Any] | None:
        """Refuse a period of another year."""
        period: Period | None = self.cleaned_data.get("period")
        if period and self.parent.year and period.year != self.parent.year:
            self.add_error("period", ValidationError(f"这是 {self.parent.year} 年的目标，请选 {self.parent.year} 年的周期。"))
        return super().clean()

    def save(self, commit: bool = True) -> Task:
        """Write the task for the target's department."""
        self.instance.department, self.instance.goal = self.parent.department, self.parent.goal
        return super().save(commit)  # type: ignore[no-any-return]


class TaskRows(MergingRows):
    """The tasks of a target."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Tell each new task its target."""
        return super().get_form_kwargs(index) | {"parent": self.instance}


class TaskInline(PlanInline):
    """The tasks into which a target is broken. New ones are typed in here; those that stand are opened from here."""

    model = Task
    form = NewTaskForm
    formset = TaskRows
    is_fixed = True
    show_change_link = True
    fields = ["title", "period", "start", "due", "measure", "quantity", "unit", "source"]
    verbose_name = verbose_name_plural = "半年任务"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read the tasks with what is shown of them."""
        return super().get_queryset(request).select_related("period", "department")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the periods in which there can be new tasks."""
        if db_field.name == "period":
            kwargs["queryset"] = Period.objects.exclude(state=Period.State.CLOSED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Target)
class TargetAdmin(PlanAdmin):
    """Targets by year, department and goal, with their tasks."""

    room = "目标和任务"
    form = TargetForm
    fields = ["year", "department", "goal", "initiative", "policy", "indicator", "quantity", "unit", "standard", "is_breakthrough"]
    list_display = ["indicator", "year", "department", "goal", "quantity_and_unit", "is_breakthrough"]
    list_select_related = ["department", "goal"]
    list_filter = [YearChoice, DepartmentChoice, GoalChoice, choice_of("is_breakthrough", "力争大的突破", YES_NO)]
    search_fields = ["indicator", "standard"]
    search_help_text = "按指标或完成标准里的字查找。"
    inlines = [TaskInline]

    @admin.display(description="数量", ordering="quantity")
    def quantity_and_unit(self, target: Target) -> str:
        """Return the quantity as people write it."""
        return "" if target.quantity is None else f"{target.quantity.normalize():f} {target.unit}"

    def get_readonly_fields(self, request: HttpRequest, obj: Target | None = None) -> list[str]:
        """Keep year and department once there are tasks: those carry them."""
        return ["year", "department"] if obj and obj.tasks.exists() else []

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: bool) -> None:
        """Write the target with its approval beside the old values."""
        obj._approval = {name: form.cleaned_data.get(name, "") for name in APPROVAL}  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
