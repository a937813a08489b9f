"""Saving a draft: merged with what others saved meanwhile, and noted with what it changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from departments.access import Access
from federation_tasks.plan.models import Period
from federation_tasks.reports.filing import Filing
from federation_tasks.reports.forms.merging import Merged, Since, merge, saved_since
from federation_tasks.reports.forms.page import ReportForm, tasks_in
from federation_tasks.reports.forms.problems import keys_in
from federation_tasks.reports.models import Report
from federation_tasks.reports.models.content import KEY_LENGTH
from federation_tasks.reports.noting import note
from federation_tasks.workflow.moves import WrongState


@dataclass(frozen=True)
class Outcome:
    """What became of a save: the form as it was saved, what changed by it, what others had changed, and what a person must decide."""

    form: ReportForm
    merged: Merged
    since: Since
    changes: dict[str, list[Any]]
    homeless: list[str]  # texts for a task that the report does not speak of any more

    def shown_again(self, keys: Iterable[str] = ()) -> ReportForm:
        """Return the form with everything that was typed, refused or undecided too, over what stands stored now."""
        data = self.merged.data.copy()
        for name, sent in self.merged.typed.items():
            data.setlist(name, sent)
        return self.form.shown_again(data, keys)


def save_draft(report: Report, access: Access, data: QueryDict, *, in_pieces: bool = False) -> Outcome:
    """Save what came along and was understood, and nothing over the words of somebody else. The caller holds an open transaction.

    `data` names the revision of the page it was typed on. A whole page says by an empty box that it was unticked; a page that saves
    itself sends the changed fields only (`in_pieces`). Raises WrongState where the report cannot be written any more.
    """
    report = lock(report)
    filing = Filing(report, access.on, tasks_in(data) if in_pieces else None)
    page = data.get("page", "")[:KEY_LENGTH]
    since = saved_since(report, _number(data.get("revision", "")), page)
    merged = merge(ReportForm(filing, keys=keys_in(data)).parts_in(data), data, since, in_pieces=in_pieces)
    form = ReportForm(filing, merged.data)
    changes = form.save()
    if changes:
        note(report, access, changes, page)
    return Outcome(form, merged, since, changes, _homeless(data, filing))


def _homeless(data: QueryDict, filing: Filing) -> list[str]:
    gone = tasks_in(data) - {item.task_id for item in filing.items}
    prefixes = tuple(f"items-{task}-" for task in gone)
    return [text for name, texts in data.lists() if name.startswith(prefixes) for text in texts if len(text) > 1] if gone else []


def lock(report: Report) -> Report:
    """Return the report locked for this transaction; raise WrongState where it cannot be written any more."""
    locked: Report = Report.objects.select_for_update(of=("self",)).select_related("period", "department", "edited_by").get(pk=report.pk)
    if not locked.is_editable or locked.period.state != Period.State.OPEN:
        where = locked.state_words if locked.period.state == Period.State.OPEN else f"{locked.period}{locked.period.get_state_display()}"
        raise WrongState(f"这份汇报现在是“{where}”，不能保存修改。可能有人刚刚办过；要改请先撤回，或者请领导退回。", locked)
    return locked


def _number(typed: str) -> int:
    """Return the revision that a page says it was made of; -1, which is none, where it says nothing of the kind."""
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 10 else -1
