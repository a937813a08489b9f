"""Writing a report: the form, saving it, and the preview from which it is submitted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.background import last_report
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms.differences import show_differences
from federation_tasks.reports.forms.page import ReportForm
from federation_tasks.reports.lookup import drafting_department, sentence_page, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.views.around import about, address, attach, tell_submitted
from federation_tasks.reports.views.previewing import remarks_of
from federation_tasks.workflow.moves import WrongState, perform

NEW_ROW = "new"
PARTLY_SAVED = "其余填对的已经保存；下面列出的没有保存，您填的还在原处，改好后请再保存一次。"
NOT_COMPLETE = "内容已经保存为草稿，还没有报送；补齐下面几处再报送。"


@require_http_methods(["GET", "HEAD", "POST"])
@with_period
def edit(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Show the form of a report, beginning the report where there is none; save what is sent."""
    department = drafting_department(request, code)
    try:
        report = start_report(period, department, request.user)
    except ValidationError as error:
        return sentence_page(request, error.messages[0], [])
    if request.method == "POST":
        return save(request, report)
    if not report.is_editable or period.state != Period.State.OPEN:
        messages.info(request, f"这份汇报现在是“{report.state_words}”，不能修改。")
        return redirect(report)
    form = ReportForm(Filing(report, request.access.on), with_new_row=request.GET.get("problem") == NEW_ROW)
    return form_page(request, form)


def save(request: SignedInRequest, report: Report) -> HttpResponse:
    """Save what was understood; then, by the button that was pressed, stay, add a row, preview or submit."""
    with transaction.atomic():
        locked = lock(report)
        form = ReportForm(Filing(locked, request.access.on), request.POST)
        if request.POST.get("revision") != str(locked.revision):
            return conflict(request, form)
        form.save(request.user)
    action = request.POST.get("do", "save")
    again = form.typed_again(with_new_row=action == "add")
    if errors := again.errors + form.not_arrived:
        return form_page(request, again, errors=errors, notice=PARTLY_SAVED)
    return AFTER_SAVING.get(action, stay)(request, again)


def lock(report: Report) -> Report:
    """Return the report locked for this transaction; raise WrongState where it cannot be written any more."""
    locked = Report.objects.select_for_update(of=("self",)).select_related("period", "department", "edited_by").get(pk=report.pk)
    if not locked.is_editable or locked.period.state != Period.State.OPEN:
        where = locked.state_words if locked.period.state == Period.State.OPEN else f"{locked.period}{locked.period.get_state_display()}"
        raise WrongState(f"这份汇报现在是“{where}”，不能保存修改。可能有人刚刚办过；要改请先撤回，或者请领导退回。", locked)
    return locked


def conflict(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Show what was typed beside what somebody else has saved meanwhile; nothing is saved, the next save overwrites knowingly."""
    beside = form.typed_beside()
    return form_page(request, beside, differences=show_differences(beside), is_conflict=True)


def stay(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Come back to the form."""
    messages.success(request, f"草稿已保存（{timezone.localtime():%H:%M}）。")
    return redirect(address(form.report, "edit"))


def add_problem(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Come back to the form with an empty row for one more problem."""
    row = len(form.filing.problems)
    return redirect(f"{address(form.report, 'edit')}?problem={NEW_ROW}#id_problems-{row}-goal")


def look(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Go on to the preview."""
    return redirect(address(form.report, "preview"))


def submit(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Submit what was just saved; where something is missing, say at each field what."""
    try:
        perform(form.report, "submit", request.access, revision=form.report.revision)
    except ValidationError as refused:
        remarks = remarks_of(refused)
        form.point_out(remarks)
        return form_page(request, form, notice=NOT_COMPLETE, errors=[(remark.target, remark.sentence) for remark in remarks])
    tell_submitted(request, form.report)
    return redirect(form.report)


AFTER_SAVING = {"save": stay, "add": add_problem, "preview": look, "submit": submit, "attach": attach}


def form_page(request: SignedInRequest, form: ReportForm, **known: Any) -> HttpResponse:
    """Render the form with what stands around it."""
    known = {"errors": form.errors} | known
    around = {"form": form.with_background(), "last": last_report(form.report)} | about(request, form.report, form.filing)
    return render(request, "reports/form.html", around | known)
