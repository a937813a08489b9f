"""manage.py load_dataset (contract.md, Commands)."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from federation_tasks.home.dataset.folder import Folder
from federation_tasks.home.dataset.loading import load_dataset, refusal


class Command(BaseCommand):
    """Load a generated organisation for measurements."""

    help = "Load a generated organisation (bench/generate.py) into an empty database, in bulk. Nobody can sign in with its accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder and the day."""
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of one size, with meta.json in it")
        parser.add_argument("--today", type=dt.date.fromisoformat, help="the day to which the data's own is shifted, YYYY-MM-DD; default: the data's own")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much in how long."""
        folder = Folder(options["folder"])
        if sentence := folder.refusal() or refusal():
            raise CommandError(sentence)
        began = time.monotonic()
        today = options["today"] or folder.today
        tasks = load_dataset(folder, today)
        self.stdout.write(f"dataset: {tasks} tasks loaded round {today} in {time.monotonic() - began:.1f} s")
