"""manage.py verify_audit: is everything in the log as it was sealed?"""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from federation_tasks.audit import chain
from federation_tasks.audit.archive import verify_archive
from federation_tasks.audit.models import Seal


def head_of(text: str) -> chain.Head:
    """Read a head that was kept outside: NUMBER:HASH, as the log of the worker has it."""
    found = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    if not found:
        raise ArgumentTypeError("write the head as NUMBER:HASH, as it stands in the worker's log")
    return chain.Head(int(found[1]), found[2])


class Command(BaseCommand):
    """Walk along the chain and name the first row that is not as it was sealed."""

    help = "Check the audit log: exits with 1 and names the first row that was altered, is missing or stands out of order."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a head that was kept outside, or an archive."""
        parser.add_argument("--head", type=head_of, metavar="NUMBER:HASH", help="a head kept outside: the chain must still hold it")
        parser.add_argument("--archive", metavar="FILE", help="check what purge_audit wrote to this file, instead of the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk and say what was found."""
        walk = verify_archive(options["archive"]) if options["archive"] else chain.verify()
        self.stdout.write(f"audit: {walk.rows} rows checked, head {walk.head}")
        troubles = [str(walk.trouble)] if walk.trouble else []
        if not options["archive"]:
            troubles += self.outside(options["head"], walk) + self.waiting()
        if troubles:
            raise CommandError("\n".join(troubles))
        self.stdout.write("audit: every row is as it was sealed")

    @staticmethod
    def outside(kept: chain.Head | None, walk: chain.Walk) -> list[str]:
        """Return what a head kept outside tells of a chain that was cut off, or written anew, behind it."""
        if kept is None:
            return []
        found = Seal.objects.filter(number=kept.number).first()
        if found is None:
            return [f"cut off: the chain held number {kept.number} once, and ends at {chain.head().number}"]
        return [] if found.hash == kept.hash else [f"written anew: number {kept.number} had another hash once"]

    @staticmethod
    def waiting() -> list[str]:
        """Return what waits too long for its seal."""
        rows = chain.waiting_too_long(timezone.now())
        number = rows.count()
        return [f"unsealed: {number} rows have waited longer than ten minutes, the first is row {rows[0]}; does the worker run?"] if number else []
