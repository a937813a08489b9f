"""The files of a generated organisation, as bench/generate.py writes them."""

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

FORMAT = "work-plan-dataset/1"
FILES = ("goals.csv", "users.csv", "departments.csv", "tasks.csv")
Row = dict[str, str]


class Folder:
    """One size of the data set. Rows are read one by one: the largest has a million."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def refusal(self) -> str:
        """Return why this is no data set; empty where it is one."""
        missing = [name for name in ("meta.json", *FILES) if not (self.place / name).is_file()]
        if missing:
            return f"{self.place} is no data set: {', '.join(missing)} is missing. Make one with bench/generate.py."
        found = self._meta().get("format")
        return "" if found == FORMAT else f"{self.place} is written as {found!r}; only {FORMAT!r} is known."

    @property
    def today(self) -> dt.date:
        """Return the data's own day."""
        return dt.date.fromisoformat(self._meta()["today"])

    @property
    def periods(self) -> int:
        """Return how many half-years there are, the running one last."""
        return int(self._meta()["periods"])

    def rows(self, name: str) -> Iterator[Row]:
        """Yield the rows of a file."""
        with (self.place / name).open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)

    def _meta(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.place / "meta.json").read_text())
        return found
