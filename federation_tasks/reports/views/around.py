"""What the pages of writing have in common."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from departments.access import Capability
from departments.requests import SignedInRequest
from federation_tasks.files.forms import ACCEPT, limits
from federation_tasks.reports.background import raised_last_time
from federation_tasks.reports.deadlines import countdown, moment_words
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms.page import ReportForm
from federation_tasks.reports.history import events_of, words_of_return
from federation_tasks.reports.models import Report
from federation_tasks.reports.moves import REPORT_MOVES
from federation_tasks.reports.recipients import recipient


def about(request: SignedInRequest, report: Report, filing: Filing) -> dict[str, Any]:
    """Return what the form and the preview both say of a report: its deadline, the leader's words, and who submits to whom."""
    access = request.access
    return {
        "report": report,
        "base": report.get_absolute_url(),
        "outline": address(report, "outline") if filing.is_oral else "",
        "mode": filing.duty.get_mode_display() if filing.duty else "",
        "deadline": countdown(filing.duty, timezone.now()) if filing.duty else "",
        "returned": words_of_return(report, events_of(report)),
        "may_submit": access.may(Capability.ANSWER_FOR, report.department_id),
        "recipient": recipient(report.department, access.on),
        "saved": saved_words(report),
        "raised": raised_last_time(filing.last, filing.day),
        "submit_label": REPORT_MOVES["submit"].label,
        "upload_limits": limits(),
        "upload_kinds": ACCEPT,
    }


def saved_words(report: Report) -> str:
    """Return who saved the report last, and when; empty where nobody has."""
    return f"{report.edited_by} {moment_words(report.edited_at)} 保存" if report.edited_at else ""


def attach(request: SignedInRequest, form: ReportForm) -> HttpResponse:
    """Go on to the files of the item whose button was pressed: what was typed is saved by then, and no upload that breaks off can lose it."""
    messages.success(request, f"草稿已保存（{timezone.localtime():%H:%M}）。")
    task = request.GET.get("item", "")
    return redirect(f"{address(form.report, 'attachments')}?item={task}" if task.isdecimal() else address(form.report, "attachments"))


def tell_submitted(request: SignedInRequest, report: Report) -> None:
    """Say to whom the report has gone, and whether it counts as late."""
    late = "已过截止时间，记为迟报。" if report.standing and report.standing.is_late else ""
    messages.success(request, f"第 {report.submissions} 稿已报送给{recipient(report.department, request.access.on)}。{late}领导打开以前可以撤回。")


def address(report: Report, name: str) -> str:
    """Return the address of one of this report's pages."""
    return reverse(f"reports:{name}", args=[report.period.code, report.department.code])
