"""Tables leave as workbooks. A POST: a link that a browser fetches beforehand must not write an export down."""

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks import sheets
from federation_tasks.dashboard.asked import summary_of
from federation_tasks.dashboard.exports.tables import TABLES
from federation_tasks.dashboard.exports.workbook import export, file_name
from federation_tasks.dashboard.forms import Picker


@require_POST
def export_table(request: SignedInRequest, table: str) -> HttpResponseBase:
    """Hand out one table of the dashboard, whole. Raises Http404 for someone who has no dashboard, and for a table that is not his."""
    if not request.access.may(Capability.READ_DASHBOARD) or table not in TABLES:
        raise Http404
    picker = Picker(request.POST, request.access.on)
    if not picker.is_valid():
        return render(request, "dashboard/none.html", {"form": picker}, status=picker.refusal)
    if picker.cleaned_data["period"] is None:
        raise Http404
    summary = summary_of(request.access, picker, request.POST)
    _, made = TABLES[table]
    found = made(summary)
    if found is None:
        raise Http404
    return FileResponse(export(summary, found), as_attachment=True, filename=file_name(summary, found), content_type=sheets.MIME)
