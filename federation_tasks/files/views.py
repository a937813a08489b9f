"""A file is downloaded, and taken back."""

import logging
from typing import BinaryIO, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from departments.requests import SignedInRequest
from federation_tasks.audit.trail import Action, Result, record
from federation_tasks.files import storing
from federation_tasks.files.inspection import KINDS
from federation_tasks.files.keeping import withdraw
from federation_tasks.files.models import Attachment
from federation_tasks.files.owners import rules_of

log = logging.getLogger(__name__)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@require_safe
def download(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand out a file to somebody who may read what it belongs to; first see that it is still what was uploaded."""
    row = get_object_or_404(Attachment.objects.visible_to(request.access), pk=pk)
    file = unchanged(row)
    if file is None:
        log.error("attachment %s is not what was uploaded, or is gone: run manage.py verify_attachments", row.pk)
        note(row, Result.FAILED)
        return render(request, "files/damaged.html", {"file": row, "back": page_of(row)}, status=500)
    if request.method == "GET":
        note(row, Result.DONE)
    mime = KINDS[row.kind].mime if row.kind in KINDS else "application/octet-stream"
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=mime, headers=HEADERS)


def note(row: Attachment, result: Result) -> None:
    """Write down who was given a file, or was not; without the row nothing is handed out."""
    with transaction.atomic():
        record(
            Action.DOWNLOAD, thing=row, after={"bytes": row.size}, result=result, reason="" if result == Result.DONE else "与上传时的 SHA-256 不符，或找不到"
        )


def unchanged(row: Attachment) -> BinaryIO | None:
    """Return the file, opened, where its bytes still have the hash they were uploaded with; else None."""
    try:
        file = row.place.open("rb")
        if storing.sha256_of(file) == row.sha256:
            return file
        file.close()
    except OSError:
        pass
    return None


class WithdrawForm(forms.Form):
    """Why a file is taken back."""

    reason = forms.CharField(
        label="撤下的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3, "aria-required": "true"}), strip=True,
        error_messages={"required": "请写明撤下的理由；理由会和文件名一起留在页面上。", "max_length": "理由请写在 500 个字以内。"},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take a file back."""
    row = get_object_or_404(Attachment.objects.visible_to(request.access).select_related("department", "uploaded_by"), pk=pk)
    rules = rules_of(cast(models.Model, row.owner))
    if not rules.may_withdraw(row.owner, request.access):
        raise PermissionDenied("这个附件不能由您撤下。")
    form = WithdrawForm(request.POST if request.method == "POST" else None, use_required_attribute=False)
    if form.is_valid() and _is_taken_back(row, request, form):
        return redirect(rules.page(row.owner))
    errors = [(form[name].id_for_label, str(sentence)) for name, sentences in form.errors.items() for sentence in sentences]
    return render(request, "files/withdraw.html", {"file": row, "form": form, "errors": errors, "back": rules.page(row.owner)})


def _is_taken_back(row: Attachment, request: SignedInRequest, form: WithdrawForm) -> bool:
    try:
        withdraw(row, request.access, form.cleaned_data["reason"])
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def page_of(row: Attachment) -> str:
    """Return the page on which the file stands."""
    return rules_of(cast(models.Model, row.owner)).page(row.owner)
