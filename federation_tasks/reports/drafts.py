"""Beginning a report, and keeping its items in step with the tasks that the department leads."""

from django.core.exceptions import ValidationError
from django.db import transaction

from departments.models import Department, User
from federation_tasks.plan.models import Period, ReportDuty
from federation_tasks.plan.states import OUT_OF_COUNT
from federation_tasks.reports.drafting import draft
from federation_tasks.reports.models import Report, ReportItem
from federation_tasks.reports.shut import why_shut


def start_report(period: Period, department: Department, by: User) -> Report:
    """Return the department's report on this period, begun where there was none, with an item for each led task.

    Tasks assigned since get their items; those suspended or carried over get none. Figures of an item are the task's own until
    somebody states others. Raises ValidationError where the department owes no report or the period is not open and none exists.
    """
    report: Report | None = Report.objects.filter(period=period, department=department).select_related("period", "department", "edited_by").first()
    with transaction.atomic():
        if report is None:
            refuse_start(period, department)
            report, _ = Report.objects.get_or_create(period=period, department=department, defaults={"edited_by": by})
        if report.is_editable and period.state == Period.State.OPEN:
            add_new_items(report)
    return report


def refuse_start(period: Period, department: Department) -> None:
    """Raise ValidationError, with what to do, where no report can be begun."""
    if sentence := why_shut(period):
        raise ValidationError(sentence)
    if not ReportDuty.objects.filter(period=period, department=department).exists():
        raise ValidationError(f"办公室没有登记{department}{period}的报送责任，不用写汇报；要报送请联系办公室。")


def add_new_items(report: Report) -> None:
    """Add an item for each task that the department leads in the period and the report does not speak of yet, with a first wording: three queries."""
    wanted = report.period.tasks.filter(department=report.department_id).exclude(state__in=OUT_OF_COUNT)
    new = wanted.exclude(report_items__report=report).order_by("goal__number", "pk").values_list("pk", flat=True)
    items = [ReportItem(report=report, task_id=pk) for pk in new]
    if items:
        draft(items, report.period)
        ReportItem.objects.bulk_create(items, ignore_conflicts=True)
