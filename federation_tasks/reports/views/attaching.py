"""The files of a report: sent by the form of this page, or one by one by the script in the report's own form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from departments.requests import SignedInRequest
from federation_tasks.audit import trail
from federation_tasks.files.forms import FILES, FilesField, limits
from federation_tasks.plan.models import Period
from federation_tasks.reports.attachments import Added, add, address, changeable, is_author, refusal, refuse_closed
from federation_tasks.reports.lookup import readable_report, with_period
from federation_tasks.reports.models import Report, ReportEvidence, ReportItem
from federation_tasks.reports.views.around import address as page_of
from federation_tasks.workflow.moves import WrongState

JSON = "application/json"
NONE_CHOSEN = "还没有选文件。请先选文件，再按“上传”。"


class FilesForm(forms.Form):
    """Files to choose, several at once."""

    evidence = FilesField(label="选文件", required=False)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields[FILES].help_text = limits()
        self.fields[FILES].widget.attrs["class"] = "form-control"


@require_http_methods(["GET", "HEAD", "POST"])
@with_period
def attachments(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show the files of an item, or of the whole report, to its authors, and take more; lead readers to the report."""
    report = readable_report(request, period, code)
    if not is_author(report, request.access):
        if request.method == "POST":
            raise PermissionDenied("只有本部门起草汇报的人能附佐证材料。")
        return redirect(report)
    item = named_item(report, request.GET.get("item", ""))
    if request.method == "POST":
        return by_script(request, report, item) if request.headers.get("Accept", "").startswith(JSON) else by_form(request, report, item)
    if sentence := refusal(report):
        messages.info(request, sentence)
        return redirect(report)
    return page(request, report, item, FilesForm())


def named_item(report: Report, task: str) -> ReportItem | None:
    """Return the item of a task; None for the whole report, where no task is named. Raises Http404."""
    if not task:
        return None
    number = int(task) if task.isdecimal() and len(task) < 19 else 0
    return get_object_or_404(report.items.select_related("task"), task_id=number)


def by_form(request: SignedInRequest, report: Report, item: ReportItem | None) -> HttpResponse:
    """Take what the page's own form sent. What was refused is named at the field, with what to do; the others are there already."""
    refuse_closed(report)
    form, added = FilesForm(request.POST, request.FILES), Added()
    if form.is_valid():
        added = add(report, item, form.cleaned_data[FILES], request.access)
    for sentence in added.refusals or ([] if added.names else [NONE_CHOSEN]):
        form.add_error(FILES, sentence)
    if not form.errors:
        messages.success(request, f"附上了 {len(added.names)} 个文件。")
        return redirect(address(report, item))
    return page(request, report, item, form)


def by_script(request: SignedInRequest, report: Report, item: ReportItem | None) -> JsonResponse:
    """Take what the script sent, and answer with what came of it and the list as it is now."""
    try:
        refuse_closed(report)
        form = FilesForm(request.POST, request.FILES)
        added = add(report, item, form.cleaned_data[FILES] if form.is_valid() else [], request.access)
    except WrongState as error:
        trail.because(error)
        return JsonResponse({"sentence": str(error)}, status=409)
    known = {"files": rows_of(report, item), "about": about(report, item)}
    return JsonResponse({"names": added.names, "refusals": added.refusals, "list": render_to_string("files/list.html", known)})


def page(request: SignedInRequest, report: Report, item: ReportItem | None, form: FilesForm) -> HttpResponse:
    """Render the files of one place, with the form for more."""
    known = {
        "report": report,
        "item": item,
        "form": form,
        "files": changeable(rows_of(report, item)),
        "about": about(report, item),
        # Inside the item, so that the browser unfolds it.
        "edit": page_of(report, "edit") + f"#files-{item.task_id if item else 'whole'}",
        "errors": [(form[FILES].id_for_label, str(sentence)) for sentence in form.errors.get(FILES, [])],
    }
    return render(request, "reports/attachments.html", known)


def rows_of(report: Report, item: ReportItem | None) -> list[ReportEvidence]:
    """Return the files of one place, withdrawn ones too."""
    return list(report.evidence.filter(item=item).select_related("attachment__uploaded_by", "attachment__withdrawn_by"))


def about(report: Report, item: ReportItem | None) -> str:
    """Return what files of this place prove, for those who hear a link alone."""
    return str(item or report)
