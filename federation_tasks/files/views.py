"""A file is downloaded, looked at, taken back, and taken away."""

import logging
from collections.abc import Callable
from typing import BinaryIO, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from departments.requests import SignedInRequest
from federation_tasks.audit.trail import Action, Result, record
from federation_tasks.files import previews, storing
from federation_tasks.files.inspection import KINDS
from federation_tasks.files.keeping import remove, withdraw
from federation_tasks.files.models import PDF, Attachment
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
    return hand_out(request, readable(request, pk), saved)


@require_safe
def preview(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Show a PDF in the browser's own viewer, and a picture on a page that names it; there is no preview of other kinds."""
    row = readable(request, pk)
    if row.kind == PDF:
        return hand_out(request, row, viewed)
    if not row.is_picture:
        raise Http404
    return render(request, "files/preview.html", {"file": row, "back": page_of(row)})


@require_safe
def picture(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Hand out a picture newly encoded, for its preview."""
    row = readable(request, pk)
    if not row.is_picture:
        raise Http404
    return hand_out(request, row, redrawn)


def readable(request: SignedInRequest, pk: int) -> Attachment:
    """Return a file that this person may read, or raise Http404."""
    return get_object_or_404(Attachment.objects.visible_to(request.access).select_related("department", "uploaded_by"), pk=pk)


def hand_out(request: SignedInRequest, row: Attachment, give: Callable[[Attachment, BinaryIO], HttpResponseBase]) -> HttpResponseBase:
    """Give a file away in one of the ways below, where it is still what was uploaded, and write it down."""
    file = unchanged(row)
    if file is None:
        log.error("attachment %s is not what was uploaded, or is gone: run manage.py verify_attachments", row.pk)
        note(row, Result.FAILED)
        return render(request, "files/damaged.html", {"file": row, "back": page_of(row)}, status=500)
    answer = give(row, file)
    if request.method == "GET":
        note(row, Result.DONE, is_preview=give is not saved)
    return answer


def saved(row: Attachment, file: BinaryIO) -> HttpResponseBase:
    """Have the browser save the file, whatever it is."""
    mime = KINDS[row.kind].mime if row.kind in KINDS else "application/octet-stream"
    return FileResponse(file, as_attachment=True, filename=row.name, content_type=mime, headers=HEADERS)


def viewed(row: Attachment, file: BinaryIO) -> HttpResponseBase:
    """Have the browser show a PDF in its own viewer: sandboxed like a download, so that nothing in it acts for this site."""
    return FileResponse(file, filename=row.name, content_type=KINDS[PDF].mime, headers=HEADERS)


def redrawn(row: Attachment, file: BinaryIO) -> HttpResponseBase:
    """Give a picture's dots, and nothing else of what was uploaded; raise Http404 where it cannot be drawn."""
    with file:
        drawn = previews.redraw(file, row.kind)
    if drawn is None:
        raise Http404
    return HttpResponse(drawn, content_type=KINDS[row.kind].mime, headers=HEADERS | {"Content-Disposition": "inline"})


def note(row: Attachment, result: Result, *, is_preview: bool = False) -> None:
    """Write down who was given a file, or was not; without the row nothing is handed out."""
    facts = {"bytes": row.size} | ({"preview": True} if is_preview else {})
    with transaction.atomic():
        record(Action.DOWNLOAD, thing=row, after=facts, result=result, reason="" if result == Result.DONE else "与上传时的 SHA-256 不符，或找不到")


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
    row = readable(request, pk)
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


@require_http_methods(["GET", "HEAD", "POST"])
def take_away(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask once more, then have a file gone that nobody but its authors ever read."""
    row = readable(request, pk)
    back = page_of(row)
    if not rules_of(cast(models.Model, row.owner)).may_remove(row.owner, request.access):
        raise PermissionDenied("这个附件不能由您去掉。")
    if request.method == "POST":
        remove(row, request.access)
        messages.success(request, f"已去掉“{row.name}”。")
        return redirect(back)
    return render(request, "files/remove.html", {"file": row, "back": back})


def page_of(row: Attachment) -> str:
    """Return the page on which the file stands."""
    return rules_of(cast(models.Model, row.owner)).page(row.owner)
