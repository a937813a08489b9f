"""Take the demo out of the database again, and refuse to touch a database in which real work stands."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from departments.models import Leader, Membership, Portfolio, User
from federation_tasks.digests.models import Letter
from federation_tasks.files.models import Attachment
from federation_tasks.home import article
from federation_tasks.meetings.models import Circular
from federation_tasks.plan.models import Milestone, Period, ProgressUpdate, ReportDuty, Target, Task
from federation_tasks.reports.models import Report, ReportVersion
from federation_tasks.supervision.models import Escalation, Extension, Instruction, InstructionDuty, Urge, UrgeNotice
from federation_tasks.workflow.models import HistoryRow

DEMO = Q(is_demo=True)


def is_loaded() -> bool:
    """Say whether the demo is in the database."""
    return User.objects.filter(DEMO).exists()


def refusal() -> str:
    """Return why this database is not one to load, or rebuild, a demo in; empty where it is."""
    real = User.objects.exclude(DEMO)
    if ReportVersion.objects.filter(submitted_by__in=real).exists() or Report.objects.filter(edited_by__in=real).exists():
        return "This database holds a report whose author is no demo account. The demo is loaded into a database of its own only."
    if ProgressUpdate.objects.filter(author__in=real).exists() or HistoryRow.objects.filter(actor__in=real).exists():
        return "This database holds work of an account that is no demo account. The demo is loaded into a database of its own only."
    if not is_loaded() and (Task.objects.exists() or _periods().exists()):
        return "This database already holds half-years or tasks that are not the demo's. The demo is loaded into a database of its own only."
    return ""


def clear() -> None:
    """Delete everything that the demo and its visitors made, histories of rows included; the facts of the article stay."""
    moving = ContentType.objects.get_for_models(Task, Report, Extension, InstructionDuty, Urge).values()
    HistoryRow.objects.filter(content_type__in=moving).delete()
    Letter.objects.all().delete()
    Attachment.objects.all().delete()  # their bytes go with the sweep
    Circular.objects.all().delete()
    Report.objects.update(standing=None)
    ReportVersion.objects.all().delete()
    Report.objects.all().delete()
    for model in (Escalation, Urge, UrgeNotice, InstructionDuty, Instruction, Extension):
        model.objects.all().delete()
    ProgressUpdate.objects.all().delete()
    Milestone.objects.all().delete()
    _tasks()
    _with_history(Target.objects.all())
    _with_history(ReportDuty.objects.filter(period__in=_periods()))
    _with_history(_periods())
    for rows in (Portfolio.objects.filter(leader__user__is_demo=True), Membership.objects.filter(user__is_demo=True)):
        _with_history(rows)
    _with_history(Leader.objects.filter(user__is_demo=True))
    _with_history(User.objects.filter(DEMO))


def _tasks() -> None:
    """Delete tasks from the last row of each chain that was carried over to the first."""
    while (last := Task.objects.filter(carried_to__isnull=True)).exists():
        _with_history(last)


def _periods() -> Any:
    return Period.objects.exclude(year=article.YEAR, half=article.HALF)


def _with_history(rows: "models.QuerySet[Any]") -> None:
    ids = list(rows.values_list("pk", flat=True))
    rows.filter(pk__in=ids).delete()
    rows.model.history.filter(**{f"{rows.model._meta.pk.name}__in": ids}).delete()
