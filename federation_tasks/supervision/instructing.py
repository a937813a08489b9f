"""The forms with which a leader gives instructions: the paragraph, and then each of its sentences for correction."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from departments.access import Access, Capability
from departments.models import Department
from federation_tasks.supervision.fields import DayField
from federation_tasks.supervision.giving import MOST, Wanted, opened, refusal_of_due, refusal_of_number
from federation_tasks.supervision.origins import Origin
from federation_tasks.supervision.splitting import Part, is_one_sentence, split

LONGEST, LONGEST_PASTED = 2000, 20000  # characters of one instruction, of what is pasted
FEW = 12  # departments that are listed without folding
NONE_LEFT = "这里的要求都勾了“不要这一条”，没有可以提出的。请至少留一条。"


@dataclass(frozen=True)
class Box:
    """One department to tick."""

    id: str
    value: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class Group:
    """The departments of one kind."""

    label: str
    boxes: list[Box]

    @property
    def ticked(self) -> int:
        """Return how many are ticked."""
        return sum(box.is_ticked for box in self.boxes)


class DepartmentsField(forms.MultipleChoiceField):
    """Departments to tick, out of a list that was read once for all rows of a page."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, departments: Sequence[Department]) -> None:
        self.departments = {row.code: row for row in departments}
        choices = [(row.code, row.name) for row in departments]
        super().__init__(
            label="发给",
            choices=choices,
            error_messages={"required": "请选发给哪些单位，至少选一个。", "invalid_choice": "“%(value)s”不在您能提要求的单位里，请重新选。"},
        )

    def clean(self, value: Any) -> Any:
        """Return the departments."""
        return [self.departments[code] for code in dict.fromkeys(super().clean(value))]


class WithDepartments(forms.Form):
    """A form with a due date and with departments to tick."""

    def __init__(self, giver: "Giver", typed: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(typed, use_required_attribute=False, **kwargs)
        self.giver = giver
        self.fields["due"] = DayField(label="办理期限", example=f"{giver.example:%Y-%m-%d}", help_text="到这一天还没有销号，第二天起就是逾期。")
        self.fields["departments"] = DepartmentsField(giver.departments)
        self.fields["text"].widget.attrs["aria-required"] = "true"

    def clean_due(self) -> Any:
        """Refuse a day that is past."""
        if sentence := refusal_of_due(self.cleaned_data["due"], self.giver.access.on):
            raise ValidationError(sentence)
        return self.cleaned_data["due"]

    @property
    def groups(self) -> list[Group]:
        """Return the departments by kind, each with its tick; in one group without a name where they are few."""
        field = self["departments"]
        ticked = set(field.value() or [])
        found: dict[str, list[Box]] = {}
        for n, row in enumerate(self.giver.departments):
            kind = row.get_kind_display() if len(self.giver.departments) > FEW else ""
            found.setdefault(kind, []).append(Box(f"{field.auto_id}_{n}", row.code, row.name, row.code in ticked))
        return [Group(label, boxes) for label, boxes in found.items()]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary, in the order of the page."""
        return [(self[name].id_for_label or f"{self[name].auto_id}_0", str(sentence)) for name in self.shown for sentence in self.errors.get(name, [])]

    @property
    def shown(self) -> list[str]:
        """Return the fields in the order of the page."""
        return ["text", "due", "departments"]


class ParagraphForm(WithDepartments):
    """What is required, in one text with or without numbers, by when and of whom."""

    batch = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label="要求",
        max_length=LONGEST_PASTED,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="可以整段粘贴。带编号的（如 1.、（一）、①、一是、第一，）一个编号成为一条，下一步逐条核对后再提出；没有编号的算一条。",
        error_messages={"required": "请写明要求：要做什么，做到什么程度。"},
    )

    def __init__(self, giver: "Giver", typed: QueryDict | None = None) -> None:
        super().__init__(giver, typed, initial={"batch": uuid.uuid4(), "departments": giver.proposed})

    def clean_batch(self) -> uuid.UUID:
        """Return the name of this sending."""
        return batch_of(self.cleaned_data["batch"])

    def clean(self) -> dict[str, Any]:
        """Refuse more at once than can be looked through."""
        cleaned = super().clean() or {}
        if "text" in cleaned and (sentence := refusal_of_number(len(self.parts), len(self.parts) * len(cleaned.get("departments", [])))):
            self.add_error("text", sentence)
        return cleaned

    @property
    def parts(self) -> list[Part]:
        """Return the sentences of the text, each with its number."""
        return [part for part in split(self.cleaned_data["text"]) if part.text]

    @property
    def needs_no_check(self) -> bool:
        """Say whether there is but one sentence, so that nothing was taken apart that could be wrong."""
        texts = [part.text for part in self.parts]
        return len(texts) == 1 and len(texts[0]) <= LONGEST and is_one_sentence(texts[0])

    @property
    def wanted(self) -> list[Wanted]:
        """Return the one instruction of a text that needs no check."""
        return [Wanted(part.proposed, self.cleaned_data["due"], self.cleaned_data["departments"]) for part in self.parts]


class SentenceForm(WithDepartments):
    """One instruction as it will be given."""

    text = forms.CharField(
        label="要求",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明要求，或者勾“不要这一条”。", "max_length": f"一条要求最多 {LONGEST} 字，请分成几条。"},
    )
    drop = forms.BooleanField(label="不要这一条", required=False)

    def unjudged(self) -> "SentenceForm":
        """Return the same row with what was typed, as it was before anybody looked at it."""
        return SentenceForm(self.giver, prefix=self.prefix, initial={name: self[name].value() for name in self.fields})

    @property
    def is_dropped(self) -> bool:
        """Say whether this one is not to be given: then nothing else of it is looked at."""
        return bool(self["drop"].value())


class Giver:
    """A leader who gives instructions, with the departments that he may give them to, and the half-year in which they are numbered."""

    def __init__(self, access: Access, origin: Origin) -> None:
        self.access, self.origin = access, origin
        open_now = access.departments(Capability.DECIDE).filter(pk__in=Department.objects.open_on(access.on).values("pk"))
        self.departments = sorted(open_now, key=lambda row: list(Department.Kind).index(Department.Kind(row.kind)))
        self.period = origin.period_on(access.on, opened())
        self.example = access.on + dt.timedelta(days=14)

    @property
    def proposed(self) -> list[str]:
        """Return the codes of the departments that are ticked at first."""
        known = {row.code for row in self.departments}
        return [code for code in self.origin.departments if code in known]


class Sheet:
    """All sentences of a paragraph for correction. Nothing is given before they are confirmed."""

    def __init__(self, giver: Giver, rows: list[SentenceForm], batch: uuid.UUID, text: str) -> None:
        self.giver, self.rows, self.batch, self.text = giver, rows, batch, text
        self.refusal = ""  # what is wrong with all of them together

    @classmethod
    def of(cls, form: ParagraphForm) -> "Sheet":
        """Return the sentences of a paragraph as they were found; what only leads to them is ticked to be left out."""
        cleaned, giver = form.cleaned_data, form.giver
        codes = [row.code for row in cleaned["departments"]]
        given = [{"text": part.proposed, "due": cleaned["due"], "departments": codes, "drop": part.is_lead and len(form.parts) > 1} for part in form.parts]
        rows = [SentenceForm(giver, prefix=prefix(n), initial=initial) for n, initial in enumerate(given)]
        return cls(giver, rows, cleaned["batch"], cleaned["text"])

    @classmethod
    def sent(cls, giver: Giver, typed: QueryDict) -> "Sheet":
        """Return the sentences as they were sent, corrected."""
        return cls(
            giver, [SentenceForm(giver, typed, prefix=prefix(n)) for n in range(_count(typed))], batch_of(typed.get("batch", "")), typed.get("pasted", "")
        )

    def grow(self) -> None:
        """Add an empty row for the same day and departments as the last one. What was typed stays, and is not judged yet."""
        self.rows = [row.unjudged() for row in self.rows]
        if self.can_grow:
            like = {name: self.rows[-1][name].value() for name in ("due", "departments")}
            self.rows.append(SentenceForm(self.giver, prefix=prefix(len(self.rows)), initial=like))

    @property
    def kept(self) -> list[SentenceForm]:
        """Return those that are to be given."""
        return [row for row in self.rows if not row.is_dropped]

    def is_valid(self) -> bool:
        """Say whether all that are kept can be given."""
        self.rows = [row.unjudged() if row.is_dropped else row for row in self.rows]
        are_valid = [row.is_valid() for row in self.kept]
        if not are_valid:
            self.refusal = NONE_LEFT
        elif all(are_valid):
            self.refusal = refusal_of_number(len(self.wanted), sum(len(one.departments) for one in self.wanted))
        return all(are_valid) and not self.refusal

    @property
    def wanted(self) -> list[Wanted]:
        """Return what is to be given."""
        return [Wanted(row.cleaned_data["text"], row.cleaned_data["due"], row.cleaned_data["departments"]) for row in self.kept]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary; the sentences say which row where there are several."""
        found = [(target, f"第 {n} 条：{sentence}") for n, row in enumerate(self.rows, 1) for target, sentence in row.summary]
        return [(self.rows[0]["drop"].auto_id, self.refusal), *found] if self.refusal else found

    @property
    def can_grow(self) -> bool:
        """Say whether another row may be added."""
        return len(self.rows) < MOST


def prefix(n: int) -> str:
    """Return the prefix of a row's fields."""
    return f"items-{n}"


def _count(typed: QueryDict) -> int:
    count = typed.get("count", "")
    return min(int(count), MOST) if count.isascii() and count.isdecimal() and len(count) < 3 else 0


def batch_of(typed: str) -> uuid.UUID:
    """Return the name of a sending as the form brought it; a new one where it came without."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return uuid.uuid4()
