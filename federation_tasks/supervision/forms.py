"""The form with which a department states how far a task has come."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict

from departments.access import Access
from federation_tasks.files.forms import WithFiles
from federation_tasks.files.keeping import attach
from federation_tasks.plan.forms import QuantityField, WholeNumberField
from federation_tasks.plan.models import Task
from federation_tasks.supervision.fields import DATE_SHAPES
from federation_tasks.supervision.updates import record_update, updating_department

Measures = Task.Measure
FIGURES = {Measures.QUANTITY: "quantity_done", Measures.MILESTONES: "milestones_done", Measures.PERCENT: "progress"}


class UpdateForm(WithFiles):
    """One statement of progress: the figure of the task's measure and what was done. A supporting department may leave the figure out."""

    quantity_done = QuantityField(noun="累计完成", error_messages={"required": "请填累计完成多少，没有变化就填原来的数。"})
    milestones_done = forms.TypedMultipleChoiceField(
        label="已完成的里程碑（没有完成的不勾）", required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有的里程碑不属于这项任务，请重新勾选。"},
    )  # fmt: skip
    progress = WholeNumberField(noun="进度", min_value=0, max_value=100, error_messages={"required": "请填进度，没有变化就填原来的数。"})
    text = forms.CharField(
        label="进展说明", max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), help_text="进展只增不改，填错了再补一条。",
        error_messages={"required": "请写进展说明：做了什么，到了哪一步。"},
    )  # fmt: skip
    reason = forms.CharField(label="数字比上次低的原因（选填，不低就不填）", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    on = forms.DateField(
        label="哪一天的进展（选填）", required=False, input_formats=DATE_SHAPES, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "请按 年-月-日 填写日期，例如 2026-10-21；留空就是今天。"},
    )  # fmt: skip

    def __init__(self, task: Task, access: Access, typed: QueryDict | None = None, files: Any = None) -> None:
        super().__init__(typed, files, use_required_attribute=False)
        self.task, self.access = task, access
        for name in set(FIGURES.values()) - {self.figure}:
            del self.fields[name]
        self._fit_to_task()
        self.take_files(access, f"{task._meta.label_lower}:{task.pk}:update", "佐证材料（选填）")
        for field in self.fields.values():
            if field.required:
                field.widget.attrs["aria-required"] = "true"
        self.fields["on"].help_text = f"例如 {access.on:%Y-%m-%d}；留空就是今天。补记以前的进展，不会盖过后来的。"

    @property
    def figure(self) -> str:
        """Return the name of the field with the figure of this task's measure."""
        return FIGURES[Measures(self.task.measure)]

    def _fit_to_task(self) -> None:
        """Show where the task stands, and ask the leading department for a figure."""
        field, leads = self.fields[self.figure], updating_department(self.task, self.access) == self.task.department
        optional = "" if leads else "（选填）"
        if isinstance(field, forms.TypedMultipleChoiceField):
            milestones = list(self.task.milestones.all())
            field.choices = [(row.pk, row.name) for row in milestones]
            field.initial = [row.pk for row in milestones if row.done_on]
            return
        field.required = leads
        if isinstance(field, QuantityField):
            field.label = f"累计完成（{self.task.unit}）{optional}"
            field.help_text = "从任务开始算起的总数，超过计划也照实填。"
            field.initial = self.task.quantity_done if leads else None
        else:
            field.label = f"进度（%）{optional}"
            field.initial = self.task.progress if leads else None

    def save(self) -> bool:
        """Record the update; return False, with the sentences at their fields, where it was refused."""
        if not self.is_valid():
            return False
        given: dict[str, Any] = {self.figure: self.cleaned_data[self.figure], "on": self._day(), "reason": self.cleaned_data["reason"]}
        try:
            with transaction.atomic():
                said = record_update(self.task, self.access, text=self.cleaned_data["text"], **given)
                attach(said, self.held, self.access, said.department)
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True

    def _day(self) -> dt.date:
        day: dt.date | None = self.cleaned_data["on"]
        return day or self.access.on

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary, in the order of the fields."""
        # A group of check boxes has no field of its own to go to: its first box stands for it.
        return [(self[name].id_for_label or f"{self[name].auto_id}_0", str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]
