"""What the office is asked before it urges: a stage for each thing, the words for all, and what may be left out."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from departments.access import Access
from federation_tasks.plan.models import Period
from federation_tasks.supervision.burden import Burden, burdens
from federation_tasks.supervision.candidates import FIELDS, Candidate, chosen
from federation_tasks.supervision.models import UrgeNotice
from federation_tasks.supervision.urgeable import Day
from federation_tasks.supervision.urging import MEANWHILE, Refused, Wanted, send, sent_already
from federation_tasks.workflow.forms import MoveForm

LONGEST_NOTE = 2000


def picked(typed: QueryDict) -> list[str]:
    """Return the keys of what was ticked, or of a whole table as it was shown, each once."""
    keys = typed.getlist("thing")
    for name in typed.getlist("whole"):
        keys += typed.getlist(f"shown-{name}")
    return list(dict.fromkeys(keys))


def asked_for(typed: QueryDict) -> list[str]:
    """Return the keys of what a link asks for: ?task=12."""
    return [f"{short}-{number}" for short in FIELDS for number in typed.getlist(short)]


class UrgeForm(forms.Form):
    """The check before urging. `left` can be urged, `refused` cannot, by the thing with the reason."""

    note = forms.CharField(
        label="催办说明",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4, "aria-required": "true"}),
        help_text="写给部室：要办什么、哪天前答复。会写进催办通知，也会用邮件发给负责人。",
        error_messages={"required": "请写催办说明：要部室办什么、哪天前答复。", "max_length": f"催办说明太长，请减到 {LONGEST_NOTE} 字以内。"},
    )

    def __init__(self, keys: Iterable[str], access: Access, typed: QueryDict | None = None) -> None:
        super().__init__(typed, use_required_attribute=False)
        self.access, self.day = access, Day(access.on)
        self.typed = typed or QueryDict()
        self.candidates = chosen(keys, self.day)
        self.notice: UrgeNotice | None = None
        self.sort({one.key: why for one in self.candidates if (why := self._why_not(one))})

    def _why_not(self, one: Candidate) -> str:
        """Return why a thing cannot be urged; once the form is sent, also that somebody has urged it since it was shown."""
        if refusal := one.refusal(self.access):
            return refusal
        return MEANWHILE if self.is_bound and len(one.urges) != self._seen().get(one.key, 0) else ""

    def sort(self, reasons: dict[str, str]) -> None:
        """Divide what was picked into what can be urged and what cannot, and ask accordingly."""
        self.left = [one for one in self.candidates if one.key not in reasons]
        self.refused = [(one, reasons[one.key]) for one in self.candidates if one.key in reasons]
        for one in self.candidates:
            self.fields.pop(self._stage(one), None)
        for one in self.left:
            if len(one.choices) > 1:
                self.fields[self._stage(one)] = self._choice(one)
        if self.refused and self.left:
            self.fields["skip"] = forms.BooleanField(label=f"跳过这 {len(self.refused)} 件，只催其余 {len(self.left)} 件", required=False)

    @staticmethod
    def _stage(one: Candidate) -> str:
        return f"stage-{one.key}"

    def _choice(self, one: Candidate) -> forms.ChoiceField:
        choices = [(row.stage, row.name) for row in reversed(one.choices)]
        refusal = f"“{one.title}”不能用这个级别，请从列表里选一个。"
        return forms.ChoiceField(label=f"级别：{one.name}", choices=choices, error_messages={"invalid_choice": refusal, "required": refusal})

    @property
    def rows(self) -> list[tuple[Candidate, Any]]:
        """Return what can be urged, each with its field for the stage where there is a choice."""
        return [(one, self[self._stage(one)] if self._stage(one) in self.fields else None) for one in self.left]

    @property
    def burdens(self) -> list[Burden]:
        """Return what the departments concerned have had in this half-year."""
        return burdens([one.department for one in self.left], Period.objects.holding(self.access.on), self.access.on)

    def send(self) -> bool:
        """Urge; return False, with the sentences at their fields and nothing written, where it was refused."""
        if not self.is_valid():
            return False
        wanted = self._wanted()
        try:
            self.notice = send(wanted, self.access)
        except Refused as refused:
            self.notice = sent_already(set(wanted.keys) - set(wanted.skip), wanted.note, self.access)
            if self.notice is None:
                self._show(refused.reasons)
            return self.notice is not None
        return True

    def _wanted(self) -> Wanted:
        stages = {one.key: self.cleaned_data.get(self._stage(one)) or one.choices[-1].stage for one in self.left}
        named = self.typed.getlist("named") if self.cleaned_data.get("skip") else []
        return Wanted(tuple(one.key for one in self.candidates), self.cleaned_data["note"].strip(), stages, self._seen(), frozenset(named))

    def _seen(self) -> dict[str, int]:
        typed = {one.key: self.typed.get(f"urged-{one.key}", "") for one in self.candidates}
        return {key: int(number) for key, number in typed.items() if number.isascii() and number.isdecimal() and len(number) < 9}

    def _show(self, reasons: dict[str, str]) -> None:
        """Say what cannot be urged, and ask whether it may be left out."""
        self.sort(reasons)
        if "skip" in self.fields:
            self.add_error("skip", f"有 {len(reasons)} 件现在不能催，请看清是哪几件，再勾选“跳过”，或者回去重选。")
        else:
            self.add_error("note", "选的事现在都不能催，没有发出。")

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary, in the order of the page; where nothing is left, the page has no fields."""
        if not self.left:
            return [("refused", str(sentence)) for sentences in self.errors.values() for sentence in sentences]
        order = sorted(self.fields, key=lambda name: (name == "note", not name.startswith("stage-")))
        return [(self[name].id_for_label, str(sentence)) for name in order for sentence in self.errors.get(name, [])]


class UrgeMoveForm(MoveForm):
    """One move of one urge. Several urges may stand on a page: each form's fields bear the urge's number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = f"{self.move.name}-{self.thing.pk}"
