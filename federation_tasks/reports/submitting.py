"""What goes with submitting: a frozen version, the duty's date, each item's progress on its task, each answer on its instruction."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from federation_tasks.plan.models import Task
from federation_tasks.reports.answering import answer_duties
from federation_tasks.reports.attachments import mark_submitted
from federation_tasks.reports.completeness import refuse_incomplete
from federation_tasks.reports.content import Content, compose
from federation_tasks.reports.drafting import adopt
from federation_tasks.reports.filing import MOVED_ALONG, Filing
from federation_tasks.reports.models import ReportItem, ReportVersion
from federation_tasks.supervision.settling import settle_urges
from federation_tasks.supervision.updates import record_update
from federation_tasks.workflow.moves import Act

NOON = dt.time(12)
STATED = ("quantity_done", "milestones", "progress", "narrative", "is_no_progress", "reason")
# The field of the form that shows what record_update refuses.
FIELD_OF = {"text": "narrative", "on": "narrative"}


def submit(act: Act) -> dict[str, Any]:
    """Freeze a version, note when and by whom, put each item's progress on its task and answer what was required. Raise ValidationError if incomplete."""
    report = act.thing
    mark_submitted(report, report.submissions + 1)  # first: from here on nobody removes one that the version will list
    filing = Filing(report, act.on)
    refuse_incomplete(filing)
    before = report.versions.first()
    report.submissions += 1
    at = moment_of(act)
    note_on_duty(filing, at)
    if filing.duty:
        settle_urges(act.access, report_duty=filing.duty)
    version = freeze(filing, act, at)
    report.saves.all().delete()  # what was said up to now is kept by the version
    report.standing, report.submitted_by_id, report.submitted_at = version, version.submitted_by_id, at
    for item, said in zip(filing.items, version.content["items"], strict=True):
        if item.task.state in MOVED_ALONG and is_news(item, said, before):
            put_on_task(item, act)
    adopt(filing.items)
    answer_duties(filing.answers, act, version)
    return {"version": version.number, "late": version.is_late}


def moment_of(act: Act) -> dt.datetime:
    """Return when the move is made: as given (`at`), now where its day is today, else noon of its day."""
    now = timezone.now()
    given: dt.datetime | None = act.data.get("at")
    if given:
        return given
    if act.on == timezone.localdate(now):
        return now
    return timezone.make_aware(dt.datetime.combine(act.on, NOON))


def freeze(filing: Filing, act: Act, at: dt.datetime) -> ReportVersion:
    """Keep the report as it stands, with its figures and the plan of the day. A correction of one that came in time is not late."""
    report, content = filing.report, compose(filing)
    return ReportVersion.objects.create(
        report=report,
        number=report.submissions,
        content=content,
        gaps=count_gaps(content),
        submitted_by_id=act.by.pk,
        acting_as=act.access.acts_as(report.department),
        submitted_at=at,
        is_late=bool(filing.duty and filing.duty.is_late),
    )


def count_gaps(content: Content) -> dict[str, list[int]]:
    """Return for each goal's number how many problems are named against it, and how many of them have no measure."""
    found: dict[str, list[int]] = {}
    for problem in content["problems"]:
        counted = found.setdefault(str(problem["goal"]["number"]), [0, 0])
        counted[0] += 1
        counted[1] += not problem["measure"].strip()
    return found


def note_on_duty(filing: Filing, at: dt.datetime) -> None:
    """Note on the duty when the department first reported; a corrected version moves nothing."""
    duty = filing.duty
    if duty and duty.submitted_at is None:
        duty.submitted_at = at
        duty.save(update_fields=["submitted_at"])


def is_news(item: ReportItem, said: Content, before: ReportVersion | None) -> bool:
    """Say whether an item says anything that the version before did not say already, or that the task does not show any more."""
    last = next((row for row in before.content["items"] if row["task"] == item.task_id), None) if before else None
    if last is None or any(last[name] != said[name] for name in STATED):
        return True
    return item.stated_progress != item.task.progress or _quantity_differs(item)


def _quantity_differs(item: ReportItem) -> bool:
    return item.task.measure == Task.Measure.QUANTITY and item.stated_quantity != item.task.quantity_done


def put_on_task(item: ReportItem, act: Act) -> None:
    """Record the item as a dated statement on its task. Raise ValidationError keyed by the form's fields where it is refused."""
    try:
        record_update(
            item.task,
            act.access,
            text=text_of(item),
            quantity_done=item.stated_quantity,
            milestones_done=sorted(item.stated_milestones),
            progress=item.stated_progress,
            reason=item.reason,
            is_from_report=True,
        )
    except ValidationError as refused:
        sentences = {name: error.messages for name, error in _by_field(refused).items()}
        raise ValidationError({f"{item.prefix}-{FIELD_OF.get(name, name)}": found for name, found in sentences.items()}) from refused


def _by_field(refused: ValidationError) -> dict[str, ValidationError]:
    if hasattr(refused, "error_dict"):
        return {name: ValidationError(errors) for name, errors in refused.error_dict.items()}
    return {"text": refused}


def text_of(item: ReportItem) -> str:
    """Return what the statement on the task says."""
    if not item.is_no_progress:
        return item.narrative
    return f"本期无进展：{item.reason}" + (f"\n{item.narrative}" if item.narrative.strip() else "")
