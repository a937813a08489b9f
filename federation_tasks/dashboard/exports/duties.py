"""Who owes a report, as rows of a workbook: as it stands, or as it stood at the end of a past day."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from federation_tasks.dashboard.reporting import WORDS, standing_of
from federation_tasks.dashboard.summary import Summary
from federation_tasks.plan.models import ReportDuty
from federation_tasks.plan.past import end_of
from federation_tasks.reports.models import Report, ReportState
from federation_tasks.sheets import Column
from federation_tasks.workflow.models import HistoryRow

REPORTING_COLUMNS = [
    Column("单位", 24), Column("类别", 12), Column("分管领导", 16), Column("方式", 12), Column("会议发言次序", 14), Column("截止时间", 20),
    Column("报送情况", 12), Column("首次报送时间", 20), Column("迟报天数", 10), Column("汇报状态", 12),
]  # fmt: skip


def duty_rows(summary: Summary, leaders: Mapping[int, str]) -> Iterator[list[object]]:
    """Yield every duty in the order of speaking, written reports last: one query."""
    past = end_of(summary.day) if summary.tally.is_past else None
    for duty in _duties(summary, past).iterator(chunk_size=1000):
        duty.period = summary.period
        if past and duty.submitted_at and duty.submitted_at >= past:
            duty.submitted_at = None
        standing, late = WORDS[standing_of(duty, summary.day)], _days_late(duty) or None
        whose = [duty.department.name, duty.department.get_kind_display(), leaders.get(duty.department_id, "未分管")]
        state = ReportState(duty.report_state).label if duty.report_state else None
        yield [*whose, duty.get_mode_display(), duty.order or None, duty.deadline, standing, duty.submitted_at, late, state]


def _duties(summary: Summary, past: dt.datetime | None) -> QuerySet[Any]:
    mine = Q() if summary.scope is None else Q(department__in=summary.scope.order_by().values("pk"))
    duties = ReportDuty.objects.filter(mine, period=summary.period).select_related("department")
    return duties.annotate(report_state=_state(past)).order_by("mode", "order", "department__order", "pk")


def _state(past: dt.datetime | None) -> Subquery:
    """Return the state of the report, begun ones only; of a past day, the one into which it was moved last before the day was over."""
    reports = Report.objects.filter(period=OuterRef("period"), department=OuterRef("department")).order_by()
    if past is None:
        return Subquery(reports.filter(Q(revision__gt=0) | Q(standing__isnull=False)).values("state")[:1])
    moves = HistoryRow.objects.filter(content_type=ContentType.objects.get_for_model(Report), object_id=OuterRef("pk"), at__lt=past).order_by("-at", "-pk")
    return Subquery(reports.annotate(moved=Subquery(moves.values("to_state")[:1])).values("moved")[:1])


def _days_late(duty: ReportDuty) -> int:
    if not duty.is_late or not duty.deadline or not duty.submitted_at:
        return 0
    return (timezone.localdate(duty.submitted_at) - timezone.localdate(duty.deadline)).days
