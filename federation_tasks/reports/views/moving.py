"""Making a move on a report."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from departments.requests import SignedInRequest
from federation_tasks.plan.models import Period
from federation_tasks.reports.lookup import readable_report, with_period
from federation_tasks.reports.models import Report
from federation_tasks.reports.moves import REPORT_MOVES
from federation_tasks.reports.views.around import tell_submitted
from federation_tasks.reports.views.previewing import findings_of, preview_page
from federation_tasks.reports.views.reading import others_awaiting, reading_page
from federation_tasks.workflow.forms import MoveForm, offered
from federation_tasks.workflow.moves import perform

DONE = {"withdraw": "已撤回，可以继续修改。", "approve": "已审阅通过。", "return": "已退回，报送人会看到您写的理由和意见。"}
NEXT = "next"  # of the field `then`: on to the next report, not back to this one


@require_POST
@with_period
def move(request: SignedInRequest, period: Period, code: str, move: str) -> HttpResponse:
    """Make one of the moves that have a button."""
    report = readable_report(request, period, code)
    chosen = offered(REPORT_MOVES, move)
    if move == "submit":
        return submit(request, report)
    form = MoveForm(chosen, report, request.access, request.POST)
    if not form.make():
        return reading_page(request, report, failed=form)
    if request.POST.get("then") == NEXT:
        return go_on(request, report, DONE[move])
    messages.success(request, DONE[move])
    return redirect(report)


def go_on(request: SignedInRequest, report: Report, done: str) -> HttpResponse:
    """Lead a leader on to the next report that awaits him, with a word on the one he has just decided on; back to it where none is left."""
    waiting = others_awaiting(request, report)
    if not waiting:
        messages.success(request, f"{done}没有别的汇报等您审定了。")
        return redirect(report)
    messages.success(request, f"{report}：{done}下面是下一份，还有 {len(waiting)} 份等您审定。")
    return redirect(waiting[0])


def submit(request: SignedInRequest, report: Report) -> HttpResponse:
    """Submit what the preview showed; where something is missing, show the preview again with what it is."""
    read = request.POST.get("revision", "")
    try:
        perform(report, "submit", request.access, revision=int(read) if read.isdecimal() else None)
    except ValidationError as refused:
        return preview_page(request, report, findings_of(refused))
    tell_submitted(request, report)
    return redirect(report)
