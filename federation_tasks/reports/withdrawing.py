"""Taking a submission back, which is possible until a leader has opened it."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.access import Access
from federation_tasks.plan.models import ReportDuty
from federation_tasks.reports.models import Report, ReportState, ReportVersion
from federation_tasks.workflow.moves import Act


def is_opened(report: Report) -> bool:
    """Say whether a leader has opened what was submitted last."""
    return bool(report.standing and report.standing.opened_at)


def mark_opened(report: Report, access: Access) -> None:
    """Note that a leader has opened the version that awaits him: once, whoever opens it first and however often.

    The report is locked, so that opening and withdrawing at the same moment cannot both succeed.
    """
    if report.standing is None or report.state != ReportState.SUBMITTED or is_opened(report):
        return
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if locked.state == ReportState.SUBMITTED and locked.standing_id == report.standing_id:
            unopened = ReportVersion.objects.filter(pk=report.standing.pk, opened_at__isnull=True)
            unopened.update(opened_at=timezone.now(), opened_by=access.user.pk)


def withdraw(act: Act) -> dict[str, Any]:
    """Take the version out of the leaders' sight: what stands is the one before, and a first report counts as not submitted.

    The progress that it put on the tasks stays: statements are never edited, only followed by newer ones. So do the answers that it
    gave to instructions: they await their leader at the instruction, and the next submission supplements them where the words differ.
    """
    report, version = act.thing, act.thing.standing
    version.withdrawn_at = timezone.now()
    version.save(update_fields=["withdrawn_at"])
    report.standing = before = report.versions.standing().first()
    report.submitted_by_id, report.submitted_at = (before.submitted_by_id, before.submitted_at) if before else (None, None)
    if before is None:
        _take_off_duty(report)
    return {"version": version.number}


def _take_off_duty(report: Report) -> None:
    duty = ReportDuty.objects.filter(period=report.period_id, department=report.department_id).first()
    if duty:
        duty.submitted_at = None
        duty.save(update_fields=["submitted_at"])
