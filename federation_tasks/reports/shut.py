"""Why a report cannot be written now: since when, who can change that, and what can still be done."""

import datetime as dt

from django.utils import timezone

from federation_tasks.plan.models import Period
from federation_tasks.reports.models import Report, ReportState

DAY = "{0.year}年{0.month}月{0.day}日"
WHO_TURNS = {
    ReportState.SUBMITTED: "要改请由负责人先撤回（领导打开以前可以），或者请领导退回。",
    ReportState.APPROVED: "领导已经审阅通过；需要更正的，请写进下一期汇报。",
    ReportState.ARCHIVED: "汇报已经归档；需要更正的，请写进下一期汇报。",
}


def why_shut(period: Period) -> str:
    """Return why no report on this period can be written; empty where it is open."""
    if period.state == Period.State.OPEN:
        return ""
    if period.state == Period.State.PLANNED:
        return f"{period}还没有开始（第一天是 {DAY.format(period.starts_on)}），现在不能写汇报。由计划管理员在管理页里开始这个半年；要早些开始，请联系办公室。"
    closed = closed_on(period)
    since = f"已于 {DAY.format(closed)}" if closed else "已经"
    return f"{period}{since}由办公室关闭，汇报不能再写、也不能再改。关闭的半年谁也不能再打开；要更正或者补充，请写进下一期的汇报，有疑问请联系办公室。"


def closed_on(period: Period) -> dt.date | None:
    """Return on which day a period was closed, by its history; None where nobody knows, as for one that was loaded."""
    row = period.history.filter(state=Period.State.CLOSED).order_by("history_date", "history_id").first()
    return timezone.localdate(row.history_date) if row else None


def why_not_writable(report: Report) -> str:
    """Return why this report cannot be written now; empty where it can."""
    if sentence := why_shut(report.period):
        return sentence
    if report.is_editable:
        return ""
    return f"这份汇报现在是“{report.state_words}”，不能修改。{WHO_TURNS[ReportState(report.state)]}"
