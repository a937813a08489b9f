"""The auditor's pages. They ask Django's permission and know nobody; to whoever lacks it they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from federation_tasks import sheets
from federation_tasks.audit.exporting import MOST, TITLE, TOO_MANY, TooMany, export
from federation_tasks.audit.filtering import LogFilter
from federation_tasks.audit.listing import LogPage, sealing
from federation_tasks.audit.models import Entry
from federation_tasks.audit.showing import EntryPage

READ = "audit.view_entry"
View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """Let only those in who may read the log."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(READ):
            raise Http404
        return view(request, *args, **kwargs)

    return asked


@require_safe
@for_readers
def log(request: HttpRequest) -> HttpResponse:
    """List what happened, newest first, as far as it fits the conditions."""
    form = LogFilter(request.GET, timezone.localdate())
    return _page(request, form, form.summary)


@require_safe
@for_readers
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry in full."""
    found = get_object_or_404(Entry, pk=pk)
    return render(request, "audit/entry.html", {"page": EntryPage(found, timezone.localdate())})


@require_POST
@for_readers
def export_log(request: HttpRequest) -> HttpResponseBase:
    """Hand out what fits the conditions as a workbook. A POST: a link that a browser fetches beforehand must not write an export down."""
    form = LogFilter(request.POST, timezone.localdate())
    if not form.is_valid():
        return _page(request, form, form.summary)
    try:
        file = export(form)
    except TooMany:
        return _page(request, form, [(form["since"].id_for_label, TOO_MANY)])
    name = f"{TITLE}-{form.first_day:%Y%m%d}-{form.last_day:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=sheets.MIME)


def _page(request: HttpRequest, form: LogFilter, errors: list[tuple[str, str]]) -> HttpResponse:
    """Show the list; without rows where the conditions cannot be read."""
    known: dict[str, Any] = {"form": form, "errors": errors, "sealing": sealing(timezone.now()), "most": f"{MOST:,}"}
    if form.is_valid():
        known["list"] = LogPage(form, request.GET.get("older", ""), request.GET.get("newer", ""))
    return render(request, "audit/log.html", known)
