"""Whether what was frozen, each version of a report and what else keeps a hash in this way, is still what it was."""

from collections.abc import Iterator
from typing import Any, ClassVar, Protocol, TypeVar

from django.core.management.base import BaseCommand, CommandError

from federation_tasks.audit.models import Action, Entry
from federation_tasks.audit.trail import kind_of

BATCH = 200


class Frozen(Protocol):
    """A row that was written with the hash of what it says."""

    objects: Any
    pk: Any
    sha256: Any

    def hashed(self) -> str:
        """Return the hash of what it says now."""


Row = TypeVar("Row", bound=Frozen)


def altered(model: type[Row]) -> Iterator[tuple[Row, str]]:
    """Return every row that is not what was frozen, with what is wrong in a word.

    "altered" where it does not fit its own hash; "hash" where that was written anew with it, and is not the one that the audit kept.
    """
    for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
        if word := _wrong(row):
            yield row, word


def _wrong(row: Frozen) -> str:
    if row.hashed() != row.sha256:
        return "altered"
    kept = _in_the_audit(row)
    return "hash" if kept and kept != row.sha256 else ""


def _in_the_audit(row: Any) -> str:
    """Return the hash that stands in the row of its making; an empty text where there is none: loaded in bulk, or long archived."""
    made = Entry.objects.filter(kind=kind_of(row), key=str(row.pk), action=Action.CREATE).order_by("pk").first()
    return str(made.after.get("sha256", "")) if made else ""


class VerifyCommand(BaseCommand):
    """Compare every row of a model with the hash that it was frozen with, and that hash with the one in the audit."""

    model: ClassVar[Any]
    kind: ClassVar[str]  # what a row is called, in English
    frozen: ClassVar[str]  # what was done with it when it was frozen

    def called(self, row: Any) -> object:
        """Return by what one row is told from the others."""
        return row.pk

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each row that is not what it was; raise CommandError where there is one."""
        wrong = 0
        for row, word in altered(self.model):
            wrong += 1
            self.stdout.write(f"{word}: {self.kind} {self.called(row)}, {row.get_absolute_url()}")
        if wrong:
            raise CommandError(f"{wrong} {self.kind}s are not what was {self.frozen}")
        self.stdout.write(f"{self.model.objects.count()} {self.kind}s, all as they were {self.frozen}")
