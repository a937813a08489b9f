"""Writing a report: the form, saving it, and the preview from which it is submitted."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.merging import Choice
from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.drafting import redraft
from federation_tasks.reports.drafts import start_report
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms.conflicts import conflicts_of
from federation_tasks.reports.forms.page import ReportForm
from federation_tasks.reports.lookup import drafting_department, sentence_page, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.models.content import KEY_LENGTH, new_key
from federation_tasks.reports.presence import others, see
from federation_tasks.reports.saving import save_draft
from federation_tasks.reports.shut import why_not_writable
from federation_tasks.reports.views.around import about, address, attach, tell_submitted
from federation_tasks.reports.views.previewing import findings_of
from federation_tasks.workflow.moves import perform

INCOMPLETE_PAGE = "这一页没有完整地送到，后面写的可能没有保存。请看一遍，再点一次“保存草稿”。"
PARTLY_SAVED = "其余填对的已经保存；下面列出的没有保存，您填的还在原处，改好后请再保存一次。"
GONE = "有任务刚刚中止或者结转，这份汇报不再写它，这些内容没有地方存了，需要的请复制："
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
        messages.info(request, why_not_writable(report))
        return redirect(report)
    redraft(report)
    filing = Filing(report, request.access.on)
    # A row whose key stands in the address keeps it, so that reading the page again makes no second one.
    wanted = request.GET.get("problem", "")[:KEY_LENGTH]
    return form_page(request, ReportForm(filing, keys=[wanted] if wanted.isalnum() else first_row(filing)))


def first_row(filing: Filing) -> list[str]:
    """Return the key of an empty row where no problem is."""
    return [] if filing.problems else [new_key()]


def save(request: SignedInRequest, report: Report) -> HttpResponse:
    """Save what was understood; then, by the button that was pressed, stay, add a row, preview or submit."""
    with transaction.atomic():
        outcome = save_draft(report, request.access, request.POST)
    action = request.POST.get("do", "save")
    has_rows = any(not row.is_gone for row in outcome.form.problems)
    again = outcome.shown_again([new_key()] if action == "add" or not has_rows else [])
    if outcome.homeless:
        messages.warning(request, GONE + "".join(f"“{text}”" for text in outcome.homeless))
    if conflicts := conflicts_of(again, outcome.merged, outcome.since):
        return form_page(request, again, conflicts=conflicts, errors=again.errors + [(f"id_{one.choice}_0", one.error) for one in conflicts if one.error])
    if errors := again.errors + incomplete(request):
        return form_page(request, again, errors=errors, notice=PARTLY_SAVED)
    return AFTER_SAVING.get(action, stay)(request, again)


def incomplete(request: SignedInRequest) -> list[tuple[str, str]]:
    """Return the sentence for a page whose end did not arrive: what was typed there is not here."""
    return [] if "whole" in request.POST else [("id_problems", INCOMPLETE_PAGE)]


def stay(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Come back to the form."""
    messages.success(request, f"草稿已保存（{timezone.localtime():%H:%M}）。")
    return redirect(address(form.report, "edit"))


def add_problem(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Come back to the form with an empty row for one more problem."""
    row = form.problems.forms[-1].problem
    return redirect(f"{address(form.report, 'edit')}?problem={row.key}#id_{row.prefix}-goal")


def look(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Go on to the preview."""
    return redirect(address(form.report, "preview"))


def submit(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Submit what was just saved; where something is missing, say at each field what."""
    try:
        perform(form.report, "submit", request.access, revision=form.report.revision)
    except ValidationError as refused:
        findings = findings_of(refused)
        form.point_out(findings)
        return form_page(request, form, notice=NOT_COMPLETE, errors=[(one.target, one.sentence) for one in findings])
    tell_submitted(request, form.report)
    return redirect(form.report)


AFTER_SAVING = {"save": stay, "add": add_problem, "preview": look, "submit": submit, "attach": attach}


def form_page(request: SignedInRequest, form: ReportForm, **known: Any) -> HttpResponse:
    """Render the form with what stands around it."""
    see(form.report, request.user)
    known = {
        "errors": form.errors,
        "others": others(form.report, request.user),
        "page": request.POST.get("page") or new_key(),
        "choices": Choice.choices,
    } | known
    around = {"form": form.with_background(), "last": form.filing.last} | about(request, form.report, form.filing)
    return render(request, "reports/form.html", around | known)
