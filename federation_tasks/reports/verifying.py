"""Whether each frozen version is still what was submitted."""

from collections.abc import Iterator

from federation_tasks.audit.models import Action, Entry
from federation_tasks.audit.trail import kind_of
from federation_tasks.reports.models import ReportVersion

BATCH = 200


def altered() -> Iterator[tuple[ReportVersion, str]]:
    """Return every version that is not what was submitted, with what is wrong in a word.

    "altered" where it does not fit its own hash; "hash" where that was written anew with it, and is not the one that the audit kept.
    """
    for version in ReportVersion.objects.order_by("pk").iterator(chunk_size=BATCH):
        if word := _wrong(version):
            yield version, word


def _wrong(version: ReportVersion) -> str:
    if version.hashed() != version.sha256:
        return "altered"
    kept = _in_the_audit(version)
    return "hash" if kept and kept != version.sha256 else ""


def _in_the_audit(version: ReportVersion) -> str:
    """Return the hash that stands in the row of the submission; an empty text where there is none: loaded in bulk, or long archived."""
    made = Entry.objects.filter(kind=kind_of(version), key=str(version.pk), action=Action.CREATE).order_by("pk").first()
    return str(made.after.get("sha256", "")) if made else ""
