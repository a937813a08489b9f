"""manage.py load_demo (contract.md, Commands)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Min, Q
from django.utils import timezone

from federation_tasks.audit import trail
from federation_tasks.home.demo.loading import load_demo
from federation_tasks.home.demo.reset import clear, is_loaded, refusal
from federation_tasks.home.demo_password import demo_password, keep
from federation_tasks.plan.keeping import keep_from
from federation_tasks.plan.models import Period


class Command(BaseCommand):
    """Load the article and, on top of it, an invented federation at work."""

    help = "Load invented post-holders, accounts and work round a day. Does nothing on a loaded demo; --reset rebuilds it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the day, and whether to begin anew."""
        parser.add_argument("--today", type=dt.date.fromisoformat, help="the day round which the demo is built, YYYY-MM-DD; default: today")
        parser.add_argument("--reset", action="store_true", help="delete the demo and everything done in it, and build it again")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, rebuild, or do nothing; say which."""
        if settings.BEHIND_TLS:
            raise CommandError("SITE_URL is https: demo accounts are refused there, so that none are made.")
        if sentence := refusal():
            raise CommandError(sentence)
        if is_loaded() and not options["reset"]:
            self.stdout.write("demo: already loaded")
            return
        day, password = options["today"] or timezone.localdate(), demo_password()
        with trail.as_one("load_demo", "演示数据") as figures:
            figures |= {"round": day, "reset": options["reset"]}
            clear()
            load_demo(day, password)
        keep_from(Period.objects.aggregate(first=Min("starts_on", filter=Q(tasks__isnull=False)))["first"], timezone.localdate())
        keep(password)
        self.stdout.write(f"demo: loaded round {day}")
