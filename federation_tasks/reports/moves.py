"""The table of a report's moves (domain.md, A report's life)."""

from typing import Any

from django.core.exceptions import ValidationError

from departments.access import Access, Capability
from federation_tasks.reports.models import EDITABLE, Report, ReportState
from federation_tasks.reports.remarks import remark_fields, remarks_in
from federation_tasks.reports.submitting import submit
from federation_tasks.reports.withdrawing import is_opened, withdraw
from federation_tasks.workflow.moves import Act, Move, Table


def may_review(report: Report, access: Access) -> bool:
    """Say whether this person decides on a report: a leader who may decide for the department and did not submit it himself."""
    return access.may(Capability.DECIDE, report.department_id) and report.submitted_by_id != access.user.pk


def period_not_open(act: Act) -> str:
    """Return the refusal for a report on a period that is not open."""
    return str(act.thing.period.refusal_unless_open("汇报不能再变动"))


def not_as_read(act: Act) -> str:
    """Return the refusal where somebody saved after the page that the head submits from was shown."""
    read = act.data.get("revision")
    if read in {None, act.thing.revision}:
        return period_not_open(act)
    return f"您打开这一页以后，{act.thing.edited_by or '别人'}又保存过这份汇报。请回到预览看过最新内容，再报送。"


def not_withdrawable(act: Act) -> str:
    """Return the refusal once a leader has opened the version."""
    return "领导已经打开了这一稿，不能再撤回；需要修改请联系领导退回。" if is_opened(act.thing) else period_not_open(act)


def approve(act: Act) -> dict[str, Any]:
    """Note the day of approval."""
    act.thing.approved_on = act.on
    return {"version": act.thing.submissions}


SAY_SOMETHING = "请写明退回理由，或者至少在一处写上意见，再退回修改。"


def send_back(act: Act) -> dict[str, Any]:
    """Note which version goes back, and what the leader says at single places. Raise ValidationError where he says nothing at all."""
    remarks = remarks_in(act.thing.standing.content, act.data)
    if not act.reason and not remarks:
        raise ValidationError({"reason": SAY_SOMETHING})
    return {"version": act.thing.submissions} | ({"remarks": remarks} if remarks else {})


def archive(act: Act) -> dict[str, Any]:
    """Note whether any leader had decided on what is archived (未审)."""
    return {"version": act.thing.submissions, "unreviewed": act.before == ReportState.SUBMITTED}


SUBMITTED = frozenset({ReportState.SUBMITTED})

REPORT_MOVES = Table(
    ReportState,
    [
        Move("submit", "报送", frozenset(EDITABLE), ReportState.SUBMITTED, Capability.ANSWER_FOR, refusal=not_as_read, effect=submit),
        Move("withdraw", "撤回", SUBMITTED, ReportState.DRAFT, Capability.ANSWER_FOR, refusal=not_withdrawable, effect=withdraw),
        Move("approve", "审阅通过", SUBMITTED, ReportState.APPROVED, Capability.DECIDE, right=may_review, refusal=period_not_open, effect=approve),
        Move(
            "return",
            "退回修改",
            SUBMITTED,
            ReportState.RETURNED,
            Capability.DECIDE,
            may_say="退回理由（逐项写了意见的，可以不写）",
            says_help="报送人会在待办最上面看到这段话。",
            right=may_review,
            refusal=period_not_open,
            effect=send_back,
            fields=remark_fields,
        ),
        # Made by the closing of the period: no button.
        Move(
            "archive",
            "归档",
            frozenset({ReportState.SUBMITTED, ReportState.APPROVED}),
            ReportState.ARCHIVED,
            Capability.SUPERVISE,
            refusal=period_not_open,
            effect=archive,
            offered=False,
        ),
    ],
)
