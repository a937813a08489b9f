"""The form's own requests: what was typed is saved every few seconds, and the page learns what others have done meanwhile.

The page asks by itself, so asking keeps no session alive.
"""

from typing import Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from departments.requests import SignedInRequest
from departments.sessions.keeping import keeps_no_session_alive
from federation_tasks.audit import trail
from federation_tasks.plan.models import Period
from federation_tasks.reports.forms.conflicts import Conflict, conflicts_of
from federation_tasks.reports.forms.page import errors_of
from federation_tasks.reports.lookup import drafted_report, with_period
from federation_tasks.reports.presence import leave, others, see
from federation_tasks.reports.saving import Outcome, save_draft
from federation_tasks.workflow.moves import WrongState

ANOTHER = "这一页是另一个人登录时打开的，不能用您的账号保存。请重新打开这份汇报。"


@require_POST
@keeps_no_session_alive
@with_period
def autosave(request: SignedInRequest, period: Period, code: str) -> HttpResponse:
    """Save the changed fields of an open form; without any, only say what others have done since its revision.

    Answers JSON: 200 with the revision and what the page must know, 409 with the sentence where the report cannot be written any more.
    """
    report = drafted_report(request, period, code, along=())  # saving reads it again, locked
    if request.POST.get("who", str(request.user.pk)) != str(request.user.pk):
        return JsonResponse({"sentence": ANOTHER}, status=409)
    try:
        with transaction.atomic(), trail.doing("autosave"):
            outcome = save_draft(report, request.access, request.POST, in_pieces=True)
            (leave if "leaving" in request.POST else see)(report, request.user)
    except WrongState as refused:
        trail.because(refused)
        return JsonResponse({"sentence": str(refused)}, status=409)
    return JsonResponse(told(outcome) | {"others": others(report, request.user)})


def told(outcome: Outcome) -> dict[str, Any]:
    """Return what the page must know: its new revision, what others wrote, what was refused, and what a person must decide."""
    report, since = outcome.form.report, outcome.since
    decided = {name: change.after for name, change in since.changes.items() if name not in outcome.merged.typed}
    return {
        "revision": report.revision,
        "at": f"{timezone.localtime():%H:%M}",
        "saved": len(outcome.changes),
        "theirs": {name: value for name, value in decided.items() if name not in outcome.changes},
        "errors": {target: sentence for part in outcome.form.parts_in(outcome.merged.data) for target, sentence in errors_of(part)},
        "conflicts": [_conflict(one) for one in _conflicts(outcome)],
    }


def _conflicts(outcome: Outcome) -> list[Conflict]:
    return conflicts_of(outcome.shown_again(), outcome.merged, outcome.since) if outcome.merged.typed else []


def _conflict(one: Conflict) -> dict[str, Any]:
    return {"name": one.name, "label": one.label, "target": one.target, "mine": one.mine, "theirs": one.theirs, "value": one.value, "by": one.by}
