"""The instructions since the last report in its form: for each, how far it is carried out, and how or why not (上次要求回头看)."""

from typing import Any

from django import forms
from django.http import QueryDict

from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms.fields import ProseField, announce_required
from federation_tasks.reports.forms.values import came
from federation_tasks.reports.models import InstructionAnswer, Outcome, Report

FIELDS = ("outcome", "text")


class InstructionForm(forms.Form):
    """What the report says of one instruction. What did not arrive stays as it was: a button that nobody pressed is not sent."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices, required=False, widget=forms.RadioSelect, error_messages={"invalid_choice": "请从落实、部分落实、未落实里选一个。"}
    )
    text = ProseField(rows=3, help_text="落实的写做了什么（选填）；部分落实、未落实的必须写明为什么、接着怎么办。")

    def __init__(self, answer: InstructionAnswer, filing: Filing, data: QueryDict | None) -> None:
        super().__init__(
            data if came(answer.prefix, data) else None,
            prefix=answer.prefix,
            initial={name: getattr(answer, name) for name in FIELDS},
            use_required_attribute=False,
        )
        self.item = answer
        self.days_overdue = answer.duty.days_overdue_on(filing.day)
        number = answer.duty.instruction
        self.fields["outcome"].label, self.fields["text"].label = f"{number}落实了没有", f"{number}怎么落实的，或者为什么没有"
        announce_required(self, "outcome")

    def apply(self) -> bool:
        """Write what was understood onto the answer, without saving it; say whether anything changed. What was refused stays as it was."""
        before = [getattr(self.item, name) for name in FIELDS]
        if self.is_bound:
            self.is_valid()
            for name in FIELDS:
                if name in self.cleaned_data and self.add_prefix(name) in self.data:
                    setattr(self.item, name, self.cleaned_data[name])
        return before != [getattr(self.item, name) for name in FIELDS]

    def standing(self) -> dict[str, Any]:
        """Return what stands stored after saving."""
        return {name: getattr(self.item, name) for name in FIELDS}

    @property
    def is_answered(self) -> bool:
        """Say whether it is said how far the instruction is carried out."""
        return bool(self.item.outcome)


def instruction_forms(filing: Filing, data: QueryDict | None) -> list[InstructionForm]:
    """Return a form for each instruction that the report must answer."""
    return [InstructionForm(answer, filing, data) for answer in filing.answers]


def save_answers(forms: list[InstructionForm], report: Report) -> None:
    """Write the answers that changed: a few queries, however many there are."""
    changed = [form.item for form in forms if form.apply()]
    for answer in changed:
        answer.report = report
    InstructionAnswer.objects.bulk_create([answer for answer in changed if answer.pk is None])
    InstructionAnswer.objects.bulk_update([answer for answer in changed if answer.pk], FIELDS)
