"""One task in the form of a report: figures by the task's measure, and what is said of it."""

import hashlib
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property

from federation_tasks.plan.forms import QuantityField, WholeNumberField
from federation_tasks.plan.models import ProgressUpdate, Task
from federation_tasks.plan.progress import number_words
from federation_tasks.reports.filing import MOVED_ALONG, Filing
from federation_tasks.reports.forms.fields import ProseField, announce_required
from federation_tasks.reports.forms.values import came
from federation_tasks.reports.models import ReportItem

TEXTS = ("narrative", "next_step", "coordination", "reason")
DRAFTED = "按登记的进展拟写，请核对修改。"
FIELDS = ["quantity_done", "milestones_done", "progress", "narrative", "next_step", "coordination", "is_no_progress", "reason", "is_drafted"]


class ItemForm(forms.Form):
    """What the report says of one task. A draft may leave anything empty; figures left empty are the task's own."""

    quantity_done = QuantityField(required=False, min_value=Decimal(0), error_messages={"min_value": "累计完成不能小于 0；它是从任务开始算起的总数。"})
    milestones_done = forms.TypedMultipleChoiceField(
        label="已完成的里程碑（选填）",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有的里程碑已经不属于这项任务，请重新勾选。"},
    )
    progress = WholeNumberField(label="进度（%）", noun="进度", required=False, min_value=0, max_value=100)
    narrative = ProseField(label="完成情况", rows=4)
    drafted = forms.CharField(required=False, widget=forms.HiddenInput)
    is_checked = forms.BooleanField(label="已经核对，就这样写（选填；自己改过的不用勾）", required=False)
    next_step = ProseField(rows=2)
    coordination = ProseField(label="需协调事项（选填）", rows=2)
    is_no_progress = forms.BooleanField(label="本期无进展（选填；勾选后请写明原因）", required=False)
    reason = ProseField(rows=2, help_text="无进展、比上次少或逾期时要写；逾期的请写预计办结时间。")

    def __init__(self, item: ReportItem, filing: Filing, data: QueryDict | None, reason_label: str) -> None:
        super().__init__(data if came(item.prefix, data) else None, prefix=item.prefix, initial=_initial(item), use_required_attribute=False)
        self.item, self.filing = item, filing
        self.updates: list[ProgressUpdate] = []
        self.older: list[ProgressUpdate] = []
        self.promise = ""
        self.fields["reason"].label = reason_label
        self.fields["next_step"].label = f"{filing.report.period.next_half}怎么接着做（选填）"
        self._keep_own_measure(item.task)
        self._tell_the_systems_wording()
        announce_required(self, "narrative", *(["reason"] if filing.days_overdue(item) else []))

    def _keep_own_measure(self, task: Task) -> None:
        """Keep the one field for figures that fits how the task is measured."""
        if task.measure == Task.Measure.QUANTITY:
            self.fields["quantity_done"].label = f"累计完成（{task.unit}）"
            self.fields["quantity_done"].help_text = f"计划 {number_words(task.quantity or Decimal(0))} {task.unit}；从任务开始算起。"
        elif task.measure == Task.Measure.MILESTONES:
            self.fields["milestones_done"].choices = [(row.pk, row.name) for row in task.milestones.all()]  # type: ignore[attr-defined]
        kept = {Task.Measure.QUANTITY: "quantity_done", Task.Measure.MILESTONES: "milestones_done", Task.Measure.PERCENT: "progress"}[
            Task.Measure(task.measure)
        ]
        for name in {"quantity_done", "milestones_done", "progress"} - {kept}:
            del self.fields[name]
        self.figure = kept

    def _tell_the_systems_wording(self) -> None:
        """Say beside the text that nobody has written it; it can be left as it is."""
        if self.item.is_drafted:
            self.fields["narrative"].help_text = DRAFTED
        else:
            del self.fields["is_checked"]

    @cached_property
    def leaves_draft(self) -> bool:
        """Say whether the text came back as the system had put it together, even where that was before something new was registered."""
        sent = str(self["drafted"].value() or "")
        return self.item.is_drafted and bool(sent) and sent == seal(str(self.fields["narrative"].to_python(self["narrative"].value())))

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the fields in which somebody has changed something."""
        names = [name for name in super().changed_data if name != "drafted"]
        return [name for name in names if name != "narrative" or not self.leaves_draft]

    def apply(self) -> set[str]:
        """Write what was understood onto the item, without saving it; return the fields that changed. What was refused stays as it was."""
        if not self.is_bound or not self.has_changed():
            return set()
        self.is_valid()
        before = {name: getattr(self.item, name) for name in FIELDS}
        for name in self.cleaned_data.keys() & set(FIELDS):
            if name != "narrative" or not self.leaves_draft:
                setattr(self.item, name, self.cleaned_data[name])
        if {"narrative", "is_checked"} & set(self.changed_data) and "narrative" not in self.errors:
            self.item.is_drafted = False
        if self.figure != "progress" and self.figure not in self.errors:
            self.item.progress = 0  # stated from now on, milestones without a single tick included
            self.item.progress = self.item.stated_progress
        return {name for name in FIELDS if getattr(self.item, name) != before[name]}

    def standing(self) -> dict[str, Any]:
        """Return what stands stored after saving."""
        return _initial(self.item)

    @property
    def figure_field(self) -> forms.BoundField:
        """Return the field for the task's own measure."""
        return self[self.figure]

    @cached_property
    def state_words(self) -> str:
        """Return in a word how far the item is filled in, for the line that stays when it is folded."""
        if self.is_bound and self.errors:
            return "有误"
        if self.item.is_drafted:
            return "拟稿待核"
        return "已填" if self.item.is_filled else "未填"

    @property
    def is_open(self) -> bool:
        """Say whether the item stands unfolded: as long as it is empty, or something is wrong in it."""
        return self.state_words != "已填"

    @property
    def moves_nothing(self) -> bool:
        """Say whether the task keeps its figures whatever the report states: it is claimed, completed, or out of the count."""
        return self.item.task.state not in MOVED_ALONG

    @property
    def figures(self) -> dict[str, int | None]:
        """Return progress and elapsed time in percent, as the bar shows them."""
        return {"progress": self.item.stated_progress, "elapsed": self.filing.elapsed(self.item)}


def seal(text: str) -> str:
    """Return by what the form knows a text of the system's again."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _initial(item: ReportItem) -> dict[str, Any]:
    texts = {name: getattr(item, name) for name in TEXTS}
    return texts | {
        "drafted": seal(item.narrative) if item.is_drafted else "",
        "is_checked": not item.is_drafted,
        "is_no_progress": item.is_no_progress,
        "quantity_done": item.stated_quantity,
        "milestones_done": sorted(item.stated_milestones),
        "progress": item.stated_progress,
    }
