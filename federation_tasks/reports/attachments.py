"""Files of a report (佐证材料): who reads them, how they come in, and how they are taken out again.

Until a file has gone with a submission only the authors see it, and they can have it gone without a trace on the page. From then on it
is read by whoever reads the version, and is taken back with a reason, by the files' own rule. Both only while the report can be written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from departments.access import Access, Capability
from federation_tasks.files.keeping import attach, discard, take
from federation_tasks.files.models import Attachment
from federation_tasks.files.owners import Owner, register
from federation_tasks.files.receiving import Received
from federation_tasks.files.refusals import Refused
from federation_tasks.reports.models import Report, ReportEvidence, ReportItem
from federation_tasks.reports.noting import note
from federation_tasks.supervision.events import Evidence
from federation_tasks.workflow.moves import WrongState

Content = dict[str, Any]
FILES = "files"  # by which a save says that files came
SUBMITTED_ONCE = "这个附件已经随汇报报送过，不能直接去掉；要撤下的，请写明理由。"


def register_owner() -> None:
    """Let files be put to reports."""
    register(ReportEvidence, Owner(visible_evidence, may_add, may_withdraw, page, may_remove))


# --- Who may ---------------------------------------------------------------------------------------------------------


def visible_evidence(access: Access) -> QuerySet[ReportEvidence]:
    """Return what this person may read: his own department's, and what went with a version that he may read.

    What stands is the newest version that was not withdrawn, and every version lists what the ones before it listed.
    """
    drafting = Q(report__department__in=access.departments(Capability.DRAFT_REPORTS).values("pk"))
    reading = Q(report__department__in=access.departments(Capability.READ_SUBMITTED).values("pk"), report__standing__number__gte=F("first_version"))
    found: QuerySet[ReportEvidence] = ReportEvidence.objects.filter(drafting | reading)
    return found


def is_author(report: Report, access: Access) -> bool:
    """Say whether this person writes the department's report."""
    return access.may(Capability.DRAFT_REPORTS, report.department_id)


def may_add(row: ReportEvidence, access: Access) -> bool:
    """Say whether this person may put a file to a report."""
    return is_author(row.report, access)


def may_withdraw(row: ReportEvidence, access: Access) -> bool:
    """Say whether this person may take a file back; raise WrongState where the report cannot be written now."""
    if not is_author(row.report, access):
        return False
    refuse_closed(row.report)
    return True


def may_remove(row: ReportEvidence, access: Access) -> bool:
    """Say whether this person may have a file gone; raise WrongState once it went with a submission."""
    if not may_withdraw(row, access):
        return False
    if row.first_version is not None:
        raise WrongState(SUBMITTED_ONCE, row.report)
    return True


def refusal(report: Report) -> str:
    """Return why nothing can be put to a report, or taken out of it; empty where it can."""
    if report.is_editable:
        return str(report.period.refusal_unless_open("佐证材料不能再增减"))
    return f"这份汇报现在是“{report.state_words}”，佐证材料不能再增减；要改请先撤回，或者请领导退回。"


def refuse_closed(report: Report) -> None:
    """Raise WrongState where nothing can be put to a report, or taken out of it."""
    if sentence := refusal(report):
        raise WrongState(sentence, report)


def page(row: ReportEvidence) -> str:
    """Return where the files of an item are added and taken out; readers are led on from there to the report."""
    return address(row.report, row.item)


def address(report: Report, item: ReportItem | None) -> str:
    """Return the address of the files of an item, or of the whole report."""
    base = reverse("reports:attachments", args=[report.period.code, report.department.code])
    return f"{base}?item={item.task_id}" if item else base


# --- In and out ------------------------------------------------------------------------------------------------------


@dataclass
class Added:
    """What came of files that were sent: those that are there now, and a sentence for each that is not."""

    names: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def add(report: Report, item: ReportItem | None, files: Iterable[Received], access: Access) -> Added:
    """Put files to an item of a report, or to the whole: those that pass, whatever becomes of the others.

    One that is there already, by name and content, is not put there twice: its answer was lost, and it was sent again. Raises WrongState
    where the report was submitted meanwhile.
    """
    there, new, added = _there(report, item), [], Added()
    for file in files:
        if (file.given_name, file.sha256) in there and not file.refusal:
            added.names.append(file.name)
            file.close()
        else:
            new.append(file)
    taken = take(new, access, f"report:{report.pk}:{item.pk if item else 'whole'}", settings.ATTACHMENT_MAX_FILES - len(there), crowded())
    added.refusals += taken.refusals
    with transaction.atomic():
        locked = Report.objects.select_for_update(of=("self",)).select_related("period", "department").get(pk=report.pk)
        refuse_closed(locked)
        if new_names := _put(locked, item, taken.held, access, added):
            note(locked, access, {FILES: ["", new_names]})  # a revision: nobody submits from a page that does not show them
    return added


def _put(report: Report, item: ReportItem | None, held: Sequence[Attachment], access: Access, added: Added) -> list[str]:
    """Put files that are held to their place, in which there may be other ones by now; return the names of those that are new there."""
    there, new = _there(report, item), []
    for file in held:
        if (file.name, file.sha256) in there:
            discard(file)
        elif len(there) >= settings.ATTACHMENT_MAX_FILES:
            discard(file)
            added.refusals.append(Refused(crowded()).about(file.name))
            continue
        elif sentences := _refused(report, item, file, access):
            added.refusals += [Refused(sentence).about(file.name) for sentence in sentences]
            continue
        else:
            new.append(file.name)
        there.add((file.name, file.sha256))
        added.names.append(file.name)
    return new


def _refused(report: Report, item: ReportItem | None, file: Attachment, access: Access) -> list[str]:
    """Put one file to its place; return why not, where it could not be."""
    try:
        with transaction.atomic():
            attach(ReportEvidence.objects.create(report=report, item=item, attachment=file), [file], access, report.department)
    except ValidationError as error:
        return list(error.messages)
    return []


def _there(report: Report, item: ReportItem | None) -> set[tuple[str, str]]:
    """Return (name, sha256) of each file that stands at an item, or at the whole."""
    rows = ReportEvidence.objects.filter(report=report, item=item, attachment__state=Attachment.State.ATTACHED)
    return set(rows.values_list("attachment__name", "attachment__sha256"))


def crowded() -> str:
    """Return the sentence for a file too many."""
    return f"这里最多附 {settings.ATTACHMENT_MAX_FILES} 个文件，已经满了。请先去掉不要的，或者把几个合成一个，再选这个。"


def mark_submitted(report: Report, number: int) -> None:
    """Note that the files of a report go with a version, those that do so for the first time."""
    report.evidence.filter(first_version__isnull=True, attachment__state=Attachment.State.ATTACHED).update(first_version=number)


# --- Shown -----------------------------------------------------------------------------------------------------------


def changeable(rows: Iterable[ReportEvidence]) -> list[Evidence]:
    """Return files of a report that is being written, each with what its authors may do with it."""
    return [Evidence(row.attachment, may_withdraw=row.first_version is not None, may_remove=row.first_version is None) for row in rows]


def with_files(content: Content) -> Content:
    """Return a document with the files that it lists, as they stand today, under `evidence`: one query."""
    listed = [*content.get("files", []), *(file for item in content["items"] for file in item.get("files", []))]
    found = {}
    if listed:
        rows = Attachment.objects.filter(pk__in=[file["id"] for file in listed]).select_related("uploaded_by", "withdrawn_by")
        found = {row.pk: Evidence(row) for row in rows}
    items = [_resolved(item, found) for item in content["items"]]
    return _resolved(content, found) | {"items": items}


def _resolved(part: Content, found: dict[int, Evidence]) -> Content:
    return part | {"evidence": [found[file["id"]] for file in part.get("files", []) if file["id"] in found]}
