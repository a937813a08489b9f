"""`manage.py send_overdue_digests`: the scheduled job's work, now (contract.md, Commands)."""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from departments.models import User
from federation_tasks.digests import round as rounds
from federation_tasks.digests.planning import leaders_to_tell
from federation_tasks.plan.workdays import is_workday

NOT_A_WORKING_DAY = "not a working day"


class Command(BaseCommand):
    """Plan and send a day's overdue digests through the ledger: safe to run beside the schedule, as often as one likes."""

    help = "Send each leader the overdue digest of a day; prints a line per leader."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the day, one leader, and whether this is only a rehearsal."""
        parser.add_argument("--today", type=a_day, metavar="YYYY-MM-DD", help="the day of the digest (default: today)")
        parser.add_argument("--leader", default="", metavar="USERNAME", help="only this leader")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent; send nothing, write nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what became of each leader's letter."""
        day: dt.date = options["today"] or timezone.localdate()
        username, dry_run = options["leader"], options["dry_run"]
        refuse_the_future(day, dry_run=dry_run)
        if settings.DIGESTS_PAUSED and not dry_run:
            raise CommandError("letters are paused: DIGESTS_PAUSED is set. Take it out of the environment, or use --dry-run.")
        if username and not leaders_to_tell(day).filter(user__username=username).exists():
            raise CommandError(f"{username} is no leader in office on {day} with an account and departments.")
        if not is_workday(day):
            self.stdout.write(NOT_A_WORKING_DAY)
            return
        for name, outcome in (rounds.rehearse if dry_run else rounds.run)(day, username):
            self.stdout.write(f"{name}: {outcome}")


def a_day(text: str) -> dt.date:
    """Return the day that someone typed."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no day. Write it like 2026-07-20.") from None


def refuse_the_future(day: dt.date, *, dry_run: bool) -> None:
    """Refuse to send a letter of a day that has not come, except in demo data: nobody can know what will be overdue."""
    if day > timezone.localdate() and not dry_run and not User.objects.filter(is_demo=True).exists():
        raise CommandError(f"{day} has not come. Use --dry-run to see what would be sent as things stand.")
