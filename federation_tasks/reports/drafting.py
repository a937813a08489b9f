"""A first wording of what was done on a task, put together from what was registered in the half-year. Nothing is added to it.

It is the system's (`is_drafted`) until somebody changes it, or says that it is right as it stands; until then it follows what is registered.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from federation_tasks.plan.models import Period, ProgressUpdate
from federation_tasks.reports.models import Report, ReportItem

LONGEST = 2000  # characters, well below what the field takes (forms.fields.LONGEST); the older statements are left out first
ENDINGS = "。！？；…!?;"
BEGINS_WITH_A_DAY = re.compile(r"^(\d{4}年)?\d{1,2}月")


def narrative_of(updates: Iterable[ProgressUpdate]) -> str:
    """Return the statements as dated sentences, the newest last. What was said in the same words more than once stands where it was said last."""
    last: dict[str, tuple[dt.date, str]] = {}
    for update in sorted(updates, key=lambda update: (update.on, update.pk)):
        if said := _plain(update.text):
            last.pop(_bare(said), None)
            last[_bare(said)] = update.on, said
    return _bounded([_sentence(on, said) for on, said in last.values()])


def _plain(text: str) -> str:
    """Return a text of several lines as one."""
    return " ".join(text.split())


def _bare(said: str) -> str:
    """Return a text by which the same statement is known, however it ends."""
    return said.rstrip(ENDINGS + "，,.、 ")


def _sentence(on: dt.date, said: str) -> str:
    said = said if said.endswith(tuple(ENDINGS)) else f"{_bare(said)}。"
    return said if BEGINS_WITH_A_DAY.match(said) else f"{on.month}月{on.day}日，{said}"


def _bounded(sentences: list[str]) -> str:
    """Return as many of the newest sentences as there is room for, at least the end of the last one."""
    kept: list[str] = []
    for sentence in reversed(sentences):
        if sum(map(len, kept)) + len(sentence) > LONGEST:
            break
        kept.append(sentence)
    if sentences and not kept:
        return f"{sentences[-1][: LONGEST - 1]}…"
    return "".join(reversed(kept))


def narratives(period: Period, tasks: Iterable[int]) -> dict[int, str]:
    """Return the wording for each of these tasks that has one: one query. What came from a report is not said a second time."""
    said: dict[int, list[ProgressUpdate]] = defaultdict(list)
    for update in ProgressUpdate.objects.filter(task__in=list(tasks), on__gte=period.starts_on, is_from_report=False):
        said[update.task_id].append(update)
    return {task: words for task, updates in said.items() if (words := narrative_of(updates))}


def draft(items: Iterable[ReportItem], period: Period) -> list[ReportItem]:
    """Put the wording into items that nobody has written in, without saving them; return those that it changed."""
    free = [item for item in items if is_free(item)]
    words = narratives(period, [item.task_id for item in free]) if free else {}
    changed = [item for item in free if words.get(item.task_id, "") != item.narrative]
    for item in changed:
        item.narrative = words.get(item.task_id, "")
        item.is_drafted = bool(item.narrative)
    return changed


def is_free(item: ReportItem) -> bool:
    """Say whether the text is still the system's, or nobody's because nothing is said of the task at all."""
    return item.is_drafted or not (item.narrative or item.is_filled)


def redraft(report: Report) -> None:
    """Bring the wording up to what is registered now, when an author opens the form: two queries, and a few more where something is new.

    No revision: nobody has typed anything. It is written under the report's lock, so that a save at the same moment is never lost.
    """
    items = report.items.select_related("task")
    if not draft(items, report.period):
        return
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if locked.is_editable:
            ReportItem.objects.bulk_update(draft(list(items.all()), report.period), ["narrative", "is_drafted"])


def adopt(items: Iterable[ReportItem]) -> None:
    """Take the system's wording for the head's own: he has submitted it, and what a leader has read is not put together anew."""
    drafted = [item for item in items if item.is_drafted]
    for item in drafted:
        item.is_drafted = False
    ReportItem.objects.bulk_update(drafted, ["is_drafted"])
