"""manage.py verify_counts: are the kept counts those of the tasks?"""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from federation_tasks.plan.keeping import Difference, compare, keep_from, mend
from federation_tasks.plan.models import CountKeeper, Period

DAYS = 7


class Command(BaseCommand):
    """Compare the kept counts with the tasks, and those of past days with the states that were saved on them."""

    help = "Count every task again, of today and of past days, and name each number that the dashboard keeps wrong; exit with 1 where there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how far to look back, and whether to count anew."""
        parser.add_argument("--days", type=int, default=DAYS, help=f"days to look back; default {DAYS}")
        parser.add_argument("--mend", action="store_true", help="count anew, from the tasks, what is wrong today")
        parser.add_argument(
            "--keep-from", type=dt.date.fromisoformat, metavar="YYYY-MM-DD", help="first count every day from this one on anew, from saved states"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each number that is wrong; raise CommandError where there is one."""
        if first := options["keep_from"]:
            self.stdout.write(f"{keep_from(first, timezone.localdate())} days before today counted anew")
        keeper = CountKeeper.objects.filter(pk=1).first()
        if keeper is None:
            self.stdout.write("nothing is kept yet: the sweep of each minute begins it")
            return
        days = [day for back in range(options["days"] + 1) if (day := keeper.day - dt.timedelta(days=back)) >= keeper.first_day]
        found = [difference for day in days for difference in compare(day, Period.objects.all())]
        for difference in found:
            self.stdout.write(line(difference))
        if options["mend"]:
            mend(found)
        if found:
            raise CommandError(f"{len(found)} counts differ from the tasks")
        self.stdout.write(f"{len(days)} days, {min(days)} to {max(days)}: every count is that of the tasks")


def line(found: Difference) -> str:
    """Return one difference as a line."""
    period, department, goal = found.cell
    names = [name for name in {**found.kept, **found.counted} if found.kept.get(name) != found.counted.get(name)]
    numbers = ", ".join(f"{name} {found.kept.get(name, 0)} instead of {found.counted.get(name, 0)}" for name in names)
    return f"{found.day}: period {period}, department {department}, goal {goal}: {numbers}"
