"""Files in a form: one field to choose them, and one with those that were sent already, so that nobody chooses twice."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from departments.access import Access
from departments.models import User
from federation_tasks.files.inspection import KINDS
from federation_tasks.files.keeping import GONE, take
from federation_tasks.files.models import Attachment
from federation_tasks.files.receiving import Received
from federation_tasks.files.words import MB

FILES, KEPT = "evidence", "evidence_kept"
TYPES = "PDF、Word、Excel、PowerPoint、WPS、OFD、OpenDocument、图片（jpg、png）、文本（txt、csv）"

ACCEPT = ",".join(f".{name}" for name in KINDS)  # what the browser offers to choose


class FilesInput(forms.FileInput):
    """A field in which several files can be chosen at once."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__({"multiple": True, "accept": ACCEPT})

    def value_from_datadict(self, data: Any, files: MultiValueDict, name: str) -> list[Any]:
        """Return all files that were chosen."""
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Files as they arrived; the form looks at them when everything else is known."""

    widget = FilesInput

    def clean(self, value: Any) -> list[Received]:
        """Return what came through our own upload handler."""
        return [file for file in value or [] if isinstance(file, Received)]


class WithFiles(forms.Form):
    """A form to which files can be added. After cleaning, `held` are the files for `attach`, whether the form was refused or not."""

    held: Sequence[Attachment] = ()

    def take_files(self, access: Access, purpose: str, label: str) -> None:
        """Add the fields. `purpose` is what the files are for: they are offered again in the same form only."""
        self.access, self.purpose = access, purpose
        self.fields[KEPT] = forms.MultipleChoiceField(label="已经传好的文件（不用再选；不要的去掉勾）", required=False, widget=forms.CheckboxSelectMultiple)
        self.fields[FILES] = FilesField(label=label, required=False, help_text=limits())
        self.kept_ids = self._kept_ids() if self.is_bound else set()
        self._offer(self._kept())

    def clean(self) -> dict[str, Any] | None:
        """Look at the files: those that pass are held, each of the others gets its sentence."""
        cleaned = super().clean()
        if FILES not in self.fields:
            return cleaned
        kept = self._kept()
        if len(kept) < len(self.kept_ids):
            self.add_error(FILES, GONE)
        taken = take(self.cleaned_data.get(FILES, []), self.access, self.purpose, settings.ATTACHMENT_MAX_FILES - len(kept))
        self.held = [*kept, *taken.held]
        for sentence in taken.refusals:
            self.add_error(FILES, sentence)
        self._offer(self.held)
        return cleaned

    def _kept_ids(self) -> set[int]:
        sent = cast(QueryDict, self.data).getlist(self.add_prefix(KEPT))
        return {int(value) for value in sent if value.isdecimal() and len(value) < 19}

    def _kept(self) -> list[Attachment]:
        return list(Attachment.objects.held_by(cast(User, self.access.user), self.purpose).filter(pk__in=self.kept_ids)) if self.kept_ids else []

    def _offer(self, rows: Sequence[Attachment]) -> None:
        """Show these as sent already, each with its tick; without any, show no field for them."""
        field = cast(forms.MultipleChoiceField, self.fields[KEPT])
        field.choices = [(str(row.pk), f"{row.name}（{row.words}）") for row in rows]
        field.widget = forms.CheckboxSelectMultiple(choices=field.choices) if rows else forms.MultipleHiddenInput()
        if self.is_bound:
            self.data = cast(QueryDict, self.data).copy()
            self.data.setlist(self.add_prefix(KEPT), [str(row.pk) for row in rows])


def limits() -> str:
    """Return in a sentence what may be chosen."""
    most, together = settings.ATTACHMENT_BYTES // MB, settings.ATTACHMENT_REQUEST_BYTES // MB
    return f"可以一次选几个文件：{TYPES}。每个不超过 {most} MB，最多 {settings.ATTACHMENT_MAX_FILES} 个，合计不超过 {together} MB。"
