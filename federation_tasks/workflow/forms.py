"""Buttons from the table of moves: one small form for each move that a person may make now."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, QueryDict

from departments.access import Access
from federation_tasks.files.forms import FILES, WithFiles
from federation_tasks.files.keeping import attach
from federation_tasks.workflow.models import HistoryRow, Moving
from federation_tasks.workflow.moves import Move, Table, perform, refuse_early, table_of


class MoveForm(WithFiles):
    """One move of one thing: a button, with fields for reason and evidence where the table asks for them.

    Its prefix is the move's name. Where several things stand on one page, `within` names the thing and goes before it.
    """

    reason = forms.CharField(label="理由", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, move: Move, thing: Moving, access: Access, typed: QueryDict | None = None, files: Any = None, *, within: str = "") -> None:
        super().__init__(typed, files, prefix=f"{within}-{move.name}" if within else move.name, use_required_attribute=False)
        self.move, self.thing, self.access = move, thing, access
        self.row: HistoryRow | None = None  # what the move wrote, once it is made
        self._ask_reason()
        self.asked = move.fields(thing, access) if move.fields else {}
        self.fields = self.asked | self.fields
        if move.takes_files:
            self.take_files(access, f"{thing._meta.label_lower}:{thing.pk}:{move.name}", "佐证材料（选填）")

    def _ask_reason(self) -> None:
        """Ask for the reason where one must or may be given."""
        field, must = self.fields["reason"], self.move.asks_reason(self.thing)
        if not must and not self.move.may_say:
            del self.fields["reason"]
            return
        field.label = self.move.reason_label if must else self.move.may_say
        field.help_text = self.move.says_help
        if must:
            field.widget.attrs["aria-required"] = "true"

    def clean_reason(self) -> str:
        """Ask for a reason that is missing together with whatever else is."""
        reason: str = self.cleaned_data["reason"]
        if not reason and self.move.asks_reason(self.thing):
            raise ValidationError(self.move.reason_wanted)
        return reason

    def make(self, **data: Any) -> bool:
        """Make the move; return False, with the sentence at its field, where the input was refused.

        PermissionDenied and WrongState go on to the middleware, which answers 403 and 409.
        """
        refuse_early(self.thing, self.move.name, self.access)
        if not self.is_valid():
            return False
        try:
            self._perform({name: self.cleaned_data[name] for name in self.asked} | data)
        except ValidationError as error:
            self._show(error)
            return False
        return True

    def _perform(self, data: dict[str, Any]) -> None:
        """Make the move and put the evidence to its history row, or neither."""
        with transaction.atomic():
            self.row = perform(self.thing, self.move.name, self.access, reason=self.cleaned_data.get("reason", ""), **data)
            attach(self.row, self.held, self.access, self.row.department)

    def _show(self, error: ValidationError) -> None:
        """Put a refusal at its field; raise it again where it is not about what this form asks."""
        if not hasattr(error, "error_dict") or not set(error.error_dict) <= {"reason", FILES, *self.asked}:
            raise error
        if "reason" in error.error_dict and "reason" not in self.fields:  # it became necessary while this person looked at the page
            self.fields["reason"] = self.base_fields["reason"]
            self.fields["reason"].label = self.move.reason_label
        self.add_error(None, error)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Return (field id, sentence) for the error summary."""
        return [(self[name].id_for_label, str(sentence)) for name in self.fields for sentence in self.errors.get(name, [])]


def offered(table: Table, name: str) -> Move:
    """Return the move behind an address. Raise Http404 where there is none of this name, or where it has no button."""
    if name not in table or not table[name].offered:
        raise Http404
    return table[name]


def move_forms(thing: Moving, access: Access, failed: MoveForm | None = None, among: Iterable[str] | None = None, *, within: str = "") -> list[MoveForm]:
    """Return a form for each move open to this person; `failed` is the one that he just sent and that was refused."""
    moves = [move for move in table_of(thing).open_to(thing, access) if among is None or move.name in among]
    return [failed if failed and failed.move is move else MoveForm(move, thing, access, within=within) for move in moves]
