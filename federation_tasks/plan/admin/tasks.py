"""The tasks of a half-year: list by light, page with milestones, bulk assignment."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from departments.changes import because
from departments.confirming import WhyForm, ask, posted
from departments.fields import PersonField
from departments.filters import Choice, DepartmentChoice
from departments.merging_rows import MergingRows
from departments.models import Membership, User
from departments.reasons import ReasonedForm
from federation_tasks.plan.admin.base import GoalChoice, PeriodChoice, PlanAdmin, PlanInline
from federation_tasks.plan.lights import Lamps, Light
from federation_tasks.plan.models import Milestone, Period, Target, Task
from federation_tasks.plan.progress import progress_now
from federation_tasks.plan.states import UNFINISHED
from federation_tasks.plan.templatetags.lights import light

# What is fixed once a task is assigned: it moves by extension and by the table of moves alone (domain.md, A task's life).
FIXED_ONCE_ASSIGNED = ["period", "department", "start", "due"]


class LightChoice(Choice):
    """Tasks that stand in one light today."""

    title, parameter_name = "亮灯", "light"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        """Offer the six lights by their names."""
        self.today = request.access.on  # type: ignore[attr-defined]
        lamps = Lamps(self.today)
        return [(name.value, lamps.counted(name).words) for name in Light]

    def choose(self, rows: Any, value: str) -> Any:
        """Return the tasks in this light."""
        return rows.with_light(self.today).filter(light=value)


def is_assigned(task: Task) -> bool:
    """Say whether a department owes this task: its period has begun, or it was carried over into one to come."""
    return task.period.is_owed or task.carried_from_id is not None


class TaskForm(ReasonedForm):
    """A task; its milestones stand on the same page."""

    asks_always = True

    def clean_assignee(self) -> User | None:
        """Refuse someone who is not of the leading department."""
        person: User | None = self.cleaned_data["assignee"]
        department = self.cleaned_data.get("department") or self.instance.department
        if person and not is_of(person, department.pk, self.today):
            raise ValidationError(f"{person}现在不是{department}的人员，不能担任经办人。")
        return person

    def clean_target(self) -> Target | None:
        """Refuse the target of another department than the one chosen above it."""
        target: Target | None = self.cleaned_data["target"]
        department = self.cleaned_data.get("department") or self.instance.department
        if target and target.department_id != department.pk:
            raise ValidationError(f"这个年度目标是{target.department}的，和牵头单位不一致。请先留空，换好单位再选。")
        return target


def is_of(person: User, department_id: int, day: Any) -> bool:
    """Say whether a person has a place in a department on a day."""
    return bool(Membership.objects.on(day).filter(user=person, department=department_id).exists())


class MilestoneRows(MergingRows):
    """The milestones of a task; what is done is not taken out."""

    def clean(self) -> None:
        """Refuse to delete a milestone that was reported as done."""
        super().clean()
        for form in self.deleted_forms:
            if form.instance.done_on:
                raise ValidationError(f"里程碑“{form.instance}”已经完成，不能删除。")


class MilestoneInline(PlanInline):
    """The steps of a task that is measured by milestones."""

    model = Milestone
    formset = MilestoneRows
    fields = ["name", "weight", "due", "order"]


class AssignForm(WhyForm):
    """Who carries tasks out."""

    assignee = PersonField(label="经办人", help_text="填用户名或姓名；这个人要在每项任务的牵头单位里任职。")


class RetargetForm(WhyForm):
    """Under which target tasks stand."""

    target = forms.ModelChoiceField(label="年度目标", queryset=Target.objects.none())

    def __init__(self, targets: models.QuerySet[Target], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = targets  # type: ignore[attr-defined]


@admin.register(Task)
class TaskAdmin(PlanAdmin):
    """Tasks of a period. Those of a year's targets are typed in under the target; others, such as 批示, here."""

    room = "目标和任务"
    form = TaskForm
    inlines = [MilestoneInline]
    list_display = ["title", "department", "goal", "due_words", "progress_words", "state"]
    list_filter = [PeriodChoice, DepartmentChoice, GoalChoice, LightChoice]
    list_select_related = ["department", "goal"]
    search_fields = ["title"]
    search_help_text = "在所选周期里按任务名称里的字查找。"
    actions = ["assign", "retarget"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list by the lights of today, read once."""
        request.lamps = Lamps(request.access.on)  # type: ignore[attr-defined]
        return super().changelist_view(request, extra_context)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Put the light beside the title, drawn with this request's lamps."""

        @admin.display(description="亮灯")
        def lamp(task: Task) -> SafeString:
            return light(request.lamps, task)  # type: ignore[attr-defined]

        title, *others = self.list_display
        return [title, lamp, *others]

    @admin.display(description="到期日", ordering="due")
    def due_words(self, task: Task) -> str:
        """Return when the task is due; where that was put off, both dates."""
        return f"{task.due:%Y-%m-%d}" + (f"（原定 {task.original_due:%Y-%m-%d}）" if task.was_extended else "")

    @admin.display(description="进度", ordering="progress")
    def progress_words(self, task: Task) -> str:
        """Return the progress in percent."""
        return f"{task.progress}%"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Ask of a new task what makes it; show of one that stands how it is doing."""
        plan = ["title", "description", "source", "period", "department"]
        plan += ["target"] if obj else []
        plan += ["goal", "clause", "start", "due", *(["original_due"] if obj and obj.was_extended else []), "measure", "quantity", "unit"]
        plan += ["assignee", "supporting", "state", "progress_words", "site_page"] if obj else ["supporting"]
        return [*plan, *self.form.beside] if obj and self.has_change_permission(request, obj) else plan

    def get_readonly_fields(self, request: HttpRequest, obj: Task | None = None) -> list[str]:
        """Fix what an assigned task no longer changes here; the goal follows from the target."""
        if obj is None:
            return []
        fixed = ["state", "progress_words", "site_page", "original_due"]
        fixed += FIXED_ONCE_ASSIGNED if is_assigned(obj) else []
        return fixed + (["goal"] if obj.target_id else [])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leave the tasks of a closed period alone."""
        return super().has_change_permission(request, obj) and (obj is None or obj.period.state != Period.State.CLOSED)

    @admin.display(description="办理")
    def site_page(self, task: Task) -> SafeString:
        """Return the way to the task's own page, where it is moved."""
        return mark_safe(render_to_string("admin/plan/task_link.html", {"task": task}))  # noqa: S308

    def get_form(self, request: HttpRequest, obj: Task | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Offer targets of the task's department and year."""
        request.task = obj  # type: ignore[attr-defined]
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keep the choices to what fits the task; ask for people by name."""
        task: Task | None = getattr(request, "task", None)
        if db_field.name == "assignee":
            return db_field.formfield(form_class=PersonField, help_text="填牵头单位里一个人的用户名或姓名。")
        if db_field.name == "target" and task:
            kwargs["queryset"] = targets_for(task)
        if db_field.name == "period":
            kwargs["queryset"] = Period.objects.exclude(state=Period.State.CLOSED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:
        """Write the task; as long as it is only planned, the due date planned last is its first."""
        if not is_assigned(obj):
            obj.original_due = obj.due
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the milestones, then the progress that follows from what is planned now."""
        super().save_related(request, form, formsets, change)
        task = form.instance
        progress = progress_now(task)
        if progress != task.progress and task.state in UNFINISHED:
            task.progress = progress
            task.save()

    @admin.action(description="指定经办人", permissions=["change"])
    def assign(self, request: HttpRequest, rows: models.QuerySet[Task]) -> HttpResponse | None:
        """Name who carries the tasks out."""
        form = AssignForm(posted(request))
        tasks = self._changeable(request, rows)
        if form.is_valid():
            person: User = form.cleaned_data["assignee"]
            outside = sorted({str(task.department) for task in tasks if not is_of(person, task.department_id, request.access.on)})  # type: ignore[attr-defined]
            if outside:
                form.add_error("assignee", f"{person}现在不是{'、'.join(outside)}的人员，不能担任那里任务的经办人。")
        if not form.is_valid():
            return ask(self, request, rows, form, title="指定经办人", button="指定经办人", notes=[])
        self._write(request, tasks, form, "assignee", f"经办人改为{form.cleaned_data['assignee']}")
        return None

    @admin.action(description="调整年度目标", permissions=["change"])
    def retarget(self, request: HttpRequest, rows: models.QuerySet[Task]) -> HttpResponse | None:
        """Put the tasks under another target of their department."""
        tasks = self._changeable(request, rows)
        if len({(task.department_id, task.period.year) for task in tasks}) != 1:
            self.message_user(request, "请只勾选同一个单位、同一年度、没有关闭的任务，再调整年度目标。", messages.ERROR)
            return None
        form = RetargetForm(targets_for(tasks[0]), posted(request))
        if not form.is_valid():
            return ask(self, request, rows, form, title="调整年度目标", button="调整年度目标", notes=["任务的目标（五个积极主动）随年度目标走。"])
        self._write(request, tasks, form, "target", f"年度目标改为“{form.cleaned_data['target']}”")
        return None

    def _changeable(self, request: HttpRequest, rows: models.QuerySet[Task]) -> list[Task]:
        return [task for task in rows.select_related("department", "period", "target") if self.has_change_permission(request, task)]

    def _write(self, request: HttpRequest, tasks: list[Task], form: WhyForm, name: str, done: str) -> None:
        with transaction.atomic():
            for task in Task.objects.select_for_update(of=("self",)).filter(pk__in=[task.pk for task in tasks]):
                setattr(task, name, form.cleaned_data[name])
                because(task, form.reason)
                task.save()
        self.message_user(request, f"{len(tasks)} 项任务的{done}。", messages.SUCCESS)


def targets_for(task: Task) -> models.QuerySet[Target]:
    """Return the targets under which a task can stand: its department's, of its year."""
    return Target.objects.filter(department=task.department_id, year=task.period.year)
